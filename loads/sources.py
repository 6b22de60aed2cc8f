"""Reads a file: bytes are counted and hashed on their way in, lines of text come out."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from loads.models import Load

# Also the longest field that `csv` reads. A longer line is no row of an export; only its beginning is kept in memory.
MAX_LINE_CHARACTERS = 131_072
BLOCK_BYTES = 1 << 17

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Unreadable(ValueError):
    """The file as a whole cannot be loaded; the message says in one line what was found and what was expected."""


class Meter(io.RawIOBase):
    """A stream of bytes that counts and hashes the bytes read from it."""

    def __init__(self, stream: IO[bytes]):
        self.stream = stream
        self.position = 0
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        self.position += len(data)
        self.hash.update(data)
        return len(data)

    def drain(self) -> None:
        while self.read(BLOCK_BYTES):
            pass


class Source:
    """A file to load, used as a context manager. Entering raises `Unreadable` if the file cannot be read."""

    def __init__(self, name: str, open_stream, size: int = 0):
        self.name = name
        self.size = size
        self._open = open_stream

    @classmethod
    def from_path(cls, path: str) -> Source:
        """A file on this machine, or standard input for `-`."""
        if path == "-":
            return cls("standard input", lambda: contextlib.nullcontext(sys.stdin.buffer))
        size = Path(path).stat().st_size if Path(path).is_file() else 0
        return cls(Path(path).name, lambda: Path(path).open("rb"), size)

    @classmethod
    def from_upload(cls, load: Load) -> Source:
        """The file that was uploaded with the load, from Django's storage."""
        return cls(load.file, lambda: load.upload.open("rb"), load.size)

    def __enter__(self) -> Source:
        self._closing = contextlib.ExitStack()
        try:
            self.meter = Meter(self._closing.enter_context(self._open()))
            head = io.BufferedReader(self.meter, BLOCK_BYTES)
            if head.peek(2)[:2] == b"\x1f\x8b":
                head = io.BufferedReader(gzip.GzipFile(fileobj=head), BLOCK_BYTES)  # type: ignore[arg-type]
            self.stream = head
            start = head.peek(4)
        except OSError as error:
            raise Unreadable(f"{self.name} cannot be read: {error.strerror or error}") from error
        except (EOFError, zlib.error) as error:
            raise Unreadable(f"{self.name} is damaged: {error}") from error
        if start[:4] == b"PK\x03\x04":
            raise Unreadable(f"{self.name} is an Excel workbook or a zip archive; expected CSV: save it as CSV first")
        self.encoding = encoding_of(start)
        return self

    def __exit__(self, *exc) -> None:
        self._closing.close()

    def blocks(self) -> Iterator[list[str]]:
        """Lists of lines without their line feeds. Bytes that are no text become lone surrogates (or, in UTF-16,
        U+FFFD); a line longer than MAX_LINE_CHARACTERS is cut to one character more.

        Raises `Unreadable` if compressed data is damaged."""
        errors = "surrogateescape" if self.encoding == "utf-8" else "replace"
        decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        carry = ""
        beginning = True
        while True:
            try:
                data = self.stream.read1(BLOCK_BYTES)
            except (OSError, EOFError, zlib.error) as error:
                raise Unreadable(f"{self.name} is damaged: {error}") from error
            text = carry + decoder.decode(data, final=not data)
            if beginning:
                text, beginning = text.removeprefix("\ufeff"), not text
            lines = text.split("\n")
            carry = lines.pop()[: MAX_LINE_CHARACTERS + 1]
            if lines:
                yield lines
            if not data:
                break
        if carry:
            yield [carry]

    def finish_checksum(self) -> str:
        """SHA-256 of the whole file in hexadecimal; reads the rest of the file."""
        self.meter.drain()
        return self.meter.hash.hexdigest()


def encoding_of(start: bytes) -> str:
    """The encoding by the byte order mark or, without one, by the position of the NULs in an ASCII header."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    if start[1:2] == b"\0" and start[:1] != b"\0":
        return "utf-16-le"
    if start[:1] == b"\0" and start[1:2] != b"\0":
        return "utf-16-be"
    return "utf-8"
