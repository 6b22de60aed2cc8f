"""Outbound HTTP within bounds: no redirects, a cap on each answer's body, one deadline for a whole call.

A client's own timeout starts anew with every byte, so a server that drips would never reach it. Calls therefore run in
an event loop, where cancelling a task ends them at the deadline whatever the server does.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import httpx2

MAX_BODY_BYTES = 4_000_000
MAX_CONNECTIONS = 1_000  # of one client; callers bound themselves
GZIP_OR_ZLIB = 47  # zlib's wbits that take either header

T = TypeVar("T")


class DeadlinePassed(Exception):
    """The call was cancelled at its deadline."""


class BodyTooLarge(Exception):
    """The answer's body is larger than MAX_BODY_BYTES. `status_code` is the answer's."""

    def __init__(self, status_code: int) -> None:
        super().__init__(f"More than {MAX_BODY_BYTES:,} bytes.")
        self.status_code = status_code


def new_client() -> httpx2.AsyncClient:
    """A client without timeouts, for calls that `run` cancels. It follows no redirect: a request's body goes to the
    server that was named and to no other."""
    return httpx2.AsyncClient(
        follow_redirects=False,
        timeout=None,
        limits=httpx2.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=100),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_bound_body]},
    )


def run(call: Coroutine[Any, Any, T], *, deadline: float, meanwhile: Callable[[], None] = lambda: None) -> T:
    """The result of `call`, which is cancelled at `deadline` (time.monotonic()). `meanwhile` runs in the calling thread
    while the call is in flight; an exception in it cancels the call.

    Raises DeadlinePassed, and whatever `call` and `meanwhile` raise.
    """
    future = asyncio.run_coroutine_threadsafe(_until(deadline, call), _loop())
    try:
        meanwhile()
        return future.result()
    finally:
        future.cancel()  # does nothing to a call that has ended


async def _until(deadline: float, call: Coroutine[Any, Any, T]) -> T:
    try:
        async with asyncio.timeout_at(deadline):  # the loop's clock is time.monotonic() too
            return await call
    except TimeoutError:
        raise DeadlinePassed from None


def retry_after_seconds(header: str) -> float | None:
    """The seconds that a Retry-After header asks for, which may be a number or a date; None where it is neither."""
    if re.fullmatch(r"\d{1,15}(\.\d{1,15})?", header):
        return float(header)
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, ((date if date.tzinfo else date.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


class BoundedBody(httpx2.AsyncByteStream):
    """A response body of which at most MAX_BODY_BYTES are read. A body that is compressed although the client asked for
    no compression is decompressed here, so that the cap holds for the decompressed bytes."""

    def __init__(self, response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101
        self.stream, self.status_code = response.stream, response.status_code
        is_compressed = response.headers.pop("content-encoding", "") in ("gzip", "deflate")
        decompressor = zlib.decompressobj(GZIP_OR_ZLIB)
        self.decompress = decompressor.decompress if is_compressed else lambda chunk, max_length: chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for received in self.stream:
            chunk = self.decompress(received, MAX_BODY_BYTES + 1)
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise BodyTooLarge(self.status_code)
            yield chunk

    async def aclose(self) -> None:
        await self.stream.aclose()


async def _bound_body(response: httpx2.Response) -> None:
    response.stream = BoundedBody(response)


_starting = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop that all calls of this process share, in a thread that ends with the process."""
    with _starting:
        return _loop_of(os.getpid())


@cache
def _loop_of(pid: int) -> asyncio.AbstractEventLoop:
    """One per process: a fork inherits its parent's loop without the thread that runs it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="outbound-http", daemon=True).start()
    return loop
