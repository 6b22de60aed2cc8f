"""One HTTP connection to a demo server: requests are read and routed, answers written as the services do."""

from __future__ import annotations

import json
import socket
import socketserver
import sys
from collections.abc import Callable, Mapping
from http.client import responses
from http.server import BaseHTTPRequestHandler
from typing import Any

from dev.demo import protocol

MAX_REQUEST_BYTES = 20_000_000


class Exchange(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other. `body` is the parsed JSON of the POST being answered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one piece
    server: Listener
    body: Any

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/healthz":
            self.send(200, {"status": "ok"})
        elif answer := self.server.owner.routes.get(("GET", path)):
            answer(self)
        else:
            self.refuse(404, f"There is nothing at GET {path}.")

    def do_POST(self) -> None:
        content = self._content()
        if content is None:
            return
        path = self.path.partition("?")[0]
        answer = self.server.owner.routes.get(("POST", path))
        if answer is None:
            self.refuse(404, f"There is nothing at POST {path}.")
            return
        try:
            self.body = json.loads(content)
        except ValueError as error:
            self.refuse(400, f"The body is not JSON: {error}.")
            return
        answer(self)

    def _content(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) <= MAX_REQUEST_BYTES:
            return self.rfile.read(int(length))
        self.close_connection = True  # an unread body would be taken for the next request
        self.refuse(*((413, "That is too much.") if length.isdecimal() else (411, "Content-Length is missing.")))
        return None

    def behave(self) -> None:
        """Answers a valid request for a completion as the demo model does."""
        self.send(200, protocol.completion(self.body))

    def refuse(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        """An error in the shape of OpenAI's."""
        kind = "server_error" if status >= 500 else "invalid_request_error"
        error = {"message": message, "type": kind, "param": None, "code": code}
        self.send(status, {"error": error}, headers)

    def send(self, status: int, payload: Any, headers: Mapping[str, str] | None = None) -> None:
        """The payload as JSON, or unchanged where it is bytes."""
        self.wfile.write(self.head(status, content := _as_bytes(payload), headers) + content)

    def head(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(content))} | dict(headers or {})
        if self.close_connection:
            fields["Connection"] = "close"
        lines = [f"HTTP/1.1 {status} {responses.get(status, '')}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the caller keeps the log."""


class Listener(socketserver.ThreadingTCPServer):
    """A thread per connection. `owner` has the `routes`; open connections are known, so that they can be ended."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], owner: Any) -> None:
        self.owner = owner
        self._connections: set[socket.socket] = set()
        super().__init__(address, Exchange)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is our own error and is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _as_bytes(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()


Routes = Mapping[tuple[str, str], Callable[[Exchange], None]]
