"""The RSGI entry point, for granian: a request gets a thread when its body is here, so that slow clients hold none."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from io import BufferedReader, BytesIO
from typing import Any

from django.conf import settings
from granian.rsgi import ProtocolClosed

from famekeeda.serving.bodies import Refusal, Stream, TooSlow, whole
from famekeeda.serving.limits import (
    LARGE_BODY_BYTES,
    MAX_LARGE_BODIES,
    MAX_PROBE_THREADS,
    MAX_THREADS,
    MAX_UPLOAD_WAIT_SECONDS,
    MAX_UPLOADS,
)
from famekeeda.serving.threads import Threads

READ_BYTES = 1 << 16


class Server:
    """What granian calls in its event loop: `__rsgi_init__` first, `__rsgi__` for a request, `__rsgi_del__` at last."""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.threads, self.probe_threads = Threads(MAX_THREADS, loop), Threads(MAX_PROBE_THREADS, loop)
        self.large_bodies, self.uploads = asyncio.Semaphore(MAX_LARGE_BODIES), asyncio.Semaphore(MAX_UPLOADS)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.threads.finish()
        self.probe_threads.finish()
        loop.run_until_complete(asyncio.sleep(0))  # so that no task is left

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        length = int(scope.headers.get("content-length", "0"))
        if 0 < length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            await self.answer_whole(scope, proto, length)
        elif length or "transfer-encoding" in scope.headers:
            await self.answer_stream(scope, proto, length)
        else:
            await self.answer(scope, proto, BytesIO(), wakes=False)

    async def answer(
        self, scope: Any, proto: Any, body: Any, refusal: Refusal | None = None, *, wakes: bool = True
    ) -> None:
        threads = self.probe_threads if scope.path in settings.PROBES else self.threads
        await threads.answer(scope, proto, body, refusal, wakes=wakes)

    async def answer_whole(self, scope: Any, proto: Any, length: int) -> None:
        """Answers a request whose body fits into memory, once all of the body is there."""
        place = self.large_bodies if length > LARGE_BODY_BYTES else nullcontext()
        if self.large_bodies.locked() and place is self.large_bodies:
            await self.answer(scope, proto, BytesIO(), Refusal(503, "Too many large bodies are under way."))
            await skip(Stream(proto, length, self.loop), scope)
            return
        async with place:
            try:
                body, refusal = await whole(proto), None
            except TooSlow as error:
                body, refusal = b"", Refusal(408, str(error))
            except ProtocolClosed:
                return  # the client has gone
            await self.answer(scope, proto, BytesIO(body), refusal)

    async def answer_stream(self, scope: Any, proto: Any, length: int) -> None:
        """Answers an upload, which Django reads if it wants it, or a body that is too large or of unknown length."""
        stream = Stream(proto, length, self.loop)
        is_upload = scope.headers.get("content-type", "").lower().startswith("multipart/form-data")
        if is_upload and length:
            await self.answer_upload(scope, proto, stream)
        else:
            await self.answer(scope, proto, BytesIO())
        await skip(stream, scope)

    async def answer_upload(self, scope: Any, proto: Any, stream: Stream) -> None:
        try:
            async with asyncio.timeout(MAX_UPLOAD_WAIT_SECONDS):
                await self.uploads.acquire()
        except TimeoutError:
            busy = Refusal(503, f"{MAX_UPLOADS} uploads are under way. Try again in a moment.")
            await self.answer(scope, proto, BytesIO(), busy)
            return
        try:
            await self.answer(scope, proto, BufferedReader(stream, READ_BYTES))
        finally:
            self.uploads.release()


async def skip(stream: Stream, scope: Any) -> None:
    """Reads on after a refusal, so that the client gets to read it; one that sent `Expect` has sent nothing yet."""
    if "expect" not in scope.headers:
        await stream.skip()


application = Server()
