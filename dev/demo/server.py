"""The HTTP server behind all demo servers: each of them is a module with ROUTES, named in SERVERS."""

from __future__ import annotations

import os
import threading
from typing import Self

from dev.demo import model
from dev.demo.exchange import Exchange, Listener, Routes

SERVERS = (model,)


class Server:
    """One HTTP server for all demo servers. As a context manager it serves in a thread.

    `url` is the address of the demo model, for OPENAI_BASE_URL. Port 0 takes a free port; a port that is taken raises
    OSError. The demo model waits for `delay` seconds before each completion.
    """

    routes: Routes = {route: answer for server in SERVERS for route, answer in server.ROUTES.items()}

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, delay: float = 0) -> None:
        self.delay = delay
        self.closing = threading.Event()
        self._listener = Listener((host, port), self)
        self.url = f"http://{host}:{self._listener.server_address[1]}/v1"

    def serve(self, *, poll_seconds: float = 0.02) -> None:
        """Serves until the server is closed; notices the closing within `poll_seconds`."""
        try:
            self._listener.serve_forever(poll_interval=poll_seconds)
        finally:
            self.closing.set()
            self._listener.server_close()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, name="demo", daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stops serving and ends every open connection, so that a closed server answers no request."""
        self.closing.set()
        self._listener.shutdown()
        self._listener.end_connections()

    def meet(self, exchange: Exchange) -> None:
        """Answers a valid request for a completion; tests override it to misbehave."""
        exchange.behave()


def stand_in() -> None:
    """Serves the demo model in a thread of this process and configures it, unless another model is configured."""
    if not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")):
        os.environ |= {"OPENAI_BASE_URL": Server().__enter__().url, "OPENAI_MODEL": "demo"}
