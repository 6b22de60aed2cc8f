"""Hands Django's responses to granian, whole or as they are made."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

from famekeeda.serving.connections import GONE, connection_of, disconnect

MAX_JOINED_BYTES = 2_500_000  # of a response that says its length: a static file
MAX_OPENING_SECONDS = 2
MAX_PAUSE_SECONDS = 30  # in which a client takes nothing of a stream


def send(scope: Any, proto: Any, status: int, headers: list[tuple[str, str]], response: Any) -> None:
    """Sends the response of Django. Returns when granian has all of it, or the client has gone."""
    if not response.streaming:
        proto.response_bytes(status, headers, response.content)
    elif int(response.get("Content-Length", MAX_JOINED_BYTES + 1)) <= MAX_JOINED_BYTES:
        proto.response_bytes(status, headers, b"".join(response))
    elif client := connection_of(scope):
        with client:
            stream(client, proto, status, headers, response)


def stream(client: socket, proto: Any, status: int, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
    """Sends chunks as fast as the client takes them, by way of a pipe that granian reads like a file.

    granian's own streams keep in memory whatever a client has not taken yet. An error breaks the connection before the
    pipe ends, which granian would take for the end of the response: the client sees that the response is incomplete.
    """
    try:
        with opened_pipe(client, proto, status, headers) as pipe:
            try:
                for chunk in chunks:
                    write(pipe, memoryview(chunk))
            except BaseException:
                disconnect(client)
                raise
    except BrokenPipeError:
        pass  # the client has gone


@contextmanager
def opened_pipe(client: socket, proto: Any, status: int, headers: list[tuple[str, str]]) -> Iterator[int]:
    """The writing end of a pipe whose other end granian sends. Raises BrokenPipeError if the client has gone."""
    with TemporaryDirectory(prefix="famekeeda-") as folder:
        path = Path(folder) / "pipe"
        os.mkfifo(path, 0o600)
        proto.response_file(status, headers, str(path))
        try:
            pipe = writing_end(path, client)
        except OSError:
            disconnect(client)
            os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))  # granian's thread may have begun to open
            raise
    try:
        yield pipe
    finally:
        os.close(pipe)


def writing_end(path: Path, client: socket) -> int:
    """The pipe, opened once granian has opened it for reading. Raises BrokenPipeError if the client goes before, and
    another OSError if granian takes longer than MAX_OPENING_SECONDS."""
    poll = select.poll()
    poll.register(client, GONE)
    deadline = time.monotonic() + MAX_OPENING_SECONDS
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            if poll.poll(1):
                raise BrokenPipeError from None
            if time.monotonic() > deadline:
                raise


def write(pipe: int, data: memoryview) -> None:
    """Writes all of the data. Raises BrokenPipeError if the client has gone, TimeoutError after MAX_PAUSE_SECONDS."""
    poll = select.poll()
    poll.register(pipe, select.POLLOUT)
    while data:
        if not poll.poll(MAX_PAUSE_SECONDS * 1000):
            raise TimeoutError(f"The client took nothing for {MAX_PAUSE_SECONDS} seconds.")
        data = data[os.write(pipe, data) :]
