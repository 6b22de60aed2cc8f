"""Request bodies, read within deadlines that granian does not have."""

from __future__ import annotations

import asyncio
from io import RawIOBase
from time import monotonic
from typing import Any, NamedTuple

# The key in an environ of a Refusal, which famekeeda.middleware.body_limit turns into the response.
REFUSAL = "famekeeda.refusal"
MAX_BODY_SECONDS = 30  # of a body that is kept in memory, from its first byte to its last
MAX_CHUNK_SECONDS = 10  # between two chunks of an upload
MIN_UPLOAD_BYTES_PER_SECOND = 100_000  # on average, once an upload has been waited for for MAX_CHUNK_SECONDS
MAX_SKIPPED_BYTES = 4_000_000  # of a body that nobody wants: many clients read the response only after they have sent
MAX_SKIPPED_SECONDS = 10


class Refusal(NamedTuple):
    """Why Django gets no body: a status of HTTP, and a sentence for the client."""

    status: int
    detail: str


class TooSlow(OSError):
    """The client sends too slowly. An OSError, so that Django calls the body unreadable."""


async def whole(proto: Any) -> bytes:
    """The body. Raises TooSlow; granian raises an error of its own if the client has gone."""
    try:
        async with asyncio.timeout(MAX_BODY_SECONDS):
            return await proto()
    except TimeoutError:
        raise TooSlow(f"The body was not here after {MAX_BODY_SECONDS} seconds.") from None


class Stream(RawIOBase):
    """An upload's body as a file: a thread reads it, while the event loop waits for the client."""

    def __init__(self, proto: Any, length: int | None, loop: asyncio.AbstractEventLoop) -> None:
        self.proto, self.length, self.loop = proto, length, loop
        self.chunks: Any = None
        self.chunk = memoryview(b"")
        self.received, self.waited = 0, 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises TooSlow, and ConnectionError if the client goes before its whole body has come."""
        if not self.chunk:
            self.chunk = memoryview(asyncio.run_coroutine_threadsafe(self.next_in_time(), self.loop).result())
        count = min(len(buffer), len(self.chunk))
        buffer[:count], self.chunk = self.chunk[:count], self.chunk[count:]
        return count

    async def next_in_time(self) -> bytes:
        began = monotonic()
        try:
            async with asyncio.timeout(MAX_CHUNK_SECONDS):
                chunk = await self.next()
        except TimeoutError:
            raise TooSlow(f"Nothing came for {MAX_CHUNK_SECONDS} seconds.") from None
        self.waited += monotonic() - began
        if self.waited > MAX_CHUNK_SECONDS and self.received < self.waited * MIN_UPLOAD_BYTES_PER_SECOND:
            raise TooSlow(f"Less than {MIN_UPLOAD_BYTES_PER_SECOND // 1000} kB came per second.")
        if not chunk and self.length is not None and self.received < self.length:
            raise ConnectionError("The client has gone.")
        return chunk

    async def next(self) -> bytes:
        """What came next; empty at the end."""
        if self.chunks is None:
            self.chunks = aiter(self.proto)
        try:
            chunk = await anext(self.chunks)
        except StopAsyncIteration:
            return b""
        self.received += len(chunk)
        return chunk

    async def skip(self) -> None:
        """Reads what is left of the body and drops it, up to MAX_SKIPPED_BYTES."""
        try:
            async with asyncio.timeout(MAX_SKIPPED_SECONDS):
                until = self.received + MAX_SKIPPED_BYTES
                while self.received < until and await self.next():
                    pass
        except TimeoutError:
            pass
