"""Hands Django's responses to granian, whole or as they are made."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MAX_JOINED_BYTES = 2_500_000  # of a response that says its length: a static file
MAX_OPENING_SECONDS = 10
MAX_PAUSE_SECONDS = 30  # in which a client takes nothing of a stream


def send(proto: Any, status: int, headers: list[tuple[str, str]], response: Any) -> None:
    """Sends the response of Django. Returns when granian has all of it, or the client has gone."""
    if not response.streaming:
        proto.response_bytes(status, headers, response.content)
    elif int(response.get("Content-Length", MAX_JOINED_BYTES + 1)) <= MAX_JOINED_BYTES:
        proto.response_bytes(status, headers, b"".join(response))
    else:
        stream(proto, status, headers, response)


def stream(proto: Any, status: int, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
    """Sends chunks as fast as the client takes them, by way of a pipe that granian reads like a file.

    granian's own streams keep in memory whatever a client has not taken yet.
    """
    with TemporaryDirectory(prefix="famekeeda-") as folder:
        path = Path(folder) / "pipe"
        os.mkfifo(path, 0o600)
        proto.response_file(status, headers, str(path))
        pipe = writing_end(path)
    try:
        for chunk in chunks:
            write(pipe, memoryview(chunk))
    except BrokenPipeError:
        pass  # the client has gone
    finally:
        os.close(pipe)


def writing_end(path: Path) -> int:
    """The pipe, opened once granian has opened it for reading. Raises OSError if granian does not, or no longer."""
    deadline = time.monotonic() + MAX_OPENING_SECONDS
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            if time.monotonic() > deadline:
                raise
            time.sleep(0.001)


def write(pipe: int, data: memoryview) -> None:
    """Writes all of the data. Raises BrokenPipeError if the client has gone, or takes nothing for MAX_PAUSE_SECONDS."""
    poll = select.poll()
    poll.register(pipe, select.POLLOUT)
    while data:
        if not poll.poll(MAX_PAUSE_SECONDS * 1000):
            raise BrokenPipeError
        data = data[os.write(pipe, data) :]
