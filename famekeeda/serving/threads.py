"""The threads that call Django."""

from __future__ import annotations

import asyncio
from collections import deque
from queue import SimpleQueue
from threading import Thread
from typing import Any

import structlog

from famekeeda.serving.bodies import REFUSAL, Refusal
from famekeeda.serving.environ import environ_of
from famekeeda.serving.responses import send
from famekeeda.wsgi import application as django

FINISH_SECONDS = 0.5

log = structlog.get_logger(__name__)


class Threads:
    """Threads with a queue of their own; each calls Django for one request at a time."""

    def __init__(self, count: int, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.jobs: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
        self.answered: deque[asyncio.Future[None]] = deque()
        self.finish_from_time_to_time()
        for _ in range(count):
            Thread(target=self.work, daemon=True).start()

    async def answer(self, scope: Any, proto: Any, body: Any, refusal: Refusal | None, *, wakes: bool) -> None:
        """Waits until a thread has sent the response. Django answers a refusal without reading the body.

        To wake the event loop costs a tenth of GET /top-performers. Unless the caller has something to do then, it
        returns only when the next request comes, or within FINISH_SECONDS.
        """
        self.finish()
        done = self.loop.create_future()
        self.jobs.put((scope, proto, body, refusal, done, wakes))
        await done

    def finish(self) -> None:
        while self.answered:
            done = self.answered.popleft()
            if not done.done():  # cancelled, because the server stops
                done.set_result(None)

    def finish_from_time_to_time(self) -> None:
        self.finish()
        self.loop.call_later(FINISH_SECONDS, self.finish_from_time_to_time)

    def work(self) -> None:
        while True:
            scope, proto, body, refusal, done, wakes = self.jobs.get()
            try:
                call_django(scope, proto, body, refusal)
            except Exception:
                log.exception("no_response", path=scope.path)
            self.answered.append(done)
            if wakes:
                self.loop.call_soon_threadsafe(self.finish)


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
        send(scope, proto, status, headers, response)
    finally:
        response.close()
