"""The threads that call Django."""

from __future__ import annotations

import asyncio
from queue import SimpleQueue
from threading import Thread
from typing import Any

import structlog

from famekeeda.serving.bodies import REFUSAL, Refusal
from famekeeda.serving.environ import environ_of
from famekeeda.serving.responses import send
from famekeeda.wsgi import application as django

log = structlog.get_logger(__name__)


class Threads:
    """Threads with a queue of their own; each calls Django for one request at a time."""

    def __init__(self, count: int, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.jobs: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
        for _ in range(count):
            Thread(target=self.work, daemon=True).start()

    async def answer(self, scope: Any, proto: Any, body: Any, refusal: Refusal | None) -> None:
        """Waits until a thread has sent the response. Django answers a refusal without reading the body."""
        done = self.loop.create_future()
        self.jobs.put((scope, proto, body, refusal, done))
        await done

    def work(self) -> None:
        while True:
            scope, proto, body, refusal, done = self.jobs.get()
            try:
                call_django(scope, proto, body, refusal)
            except Exception:
                log.exception("no_response", path=scope.path)
            self.loop.call_soon_threadsafe(finish, done)


def finish(done: asyncio.Future[None]) -> None:
    if not done.done():  # cancelled, because the server stops
        done.set_result(None)


def call_django(scope: Any, proto: Any, body: Any, refusal: Refusal | None) -> None:
    environ = environ_of(scope, body)
    if refusal:
        environ[REFUSAL] = refusal
    status, headers = 500, []

    def start_response(line: str, given: list[tuple[str, str]], *_: Any) -> Any:
        nonlocal status, headers
        status, headers = int(line[:3]), given

    response: Any = django(environ, start_response)
    try:
        send(proto, status, headers, response)
    finally:
        response.close()
