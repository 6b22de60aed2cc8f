"""Reads a file: bytes are counted and hashed on their way in, lines of text come out."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import hashlib
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from loads.files.encodings import likely_encoding, marked_encoding, named_encoding, printable
from loads.files.foreign import foreign_format
from loads.files.unreadable import Problem, readable
from loads.files.workbooks import Sheet, Workbook
from loads.models import Load

# Also the longest field that `csv` reads. A longer line is no row of an export; only its beginning is kept in memory.
MAX_LINE_CHARACTERS = 131_072
BLOCK_BYTES = 1 << 17
START_BYTES = 4_096  # by which a file's format is recognised
MAX_BEGINNING_BYTES = 4_000_000  # of text, or of a sheet's XML: the header ends within them

GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")


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


class Unpacked(io.RawIOBase):
    """The bytes that a compressed stream unpacks to. Raises `Problem` beyond LOAD_MAX_UNPACKED_MB."""

    def __init__(self, stream: io.BufferedIOBase):
        self.stream = stream
        self.left = settings.LOAD_MAX_UNPACKED_MB * 1_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        self.left -= len(data)
        if self.left < 0:
            raise Problem(f"unpacks to more than {settings.LOAD_MAX_UNPACKED_MB:,} MB, the limit")
        return len(data)


class Source:
    """A file to load, used as a context manager. Entering raises `Unreadable` if the file cannot be read.

    `encoding` is for a text file without a byte order mark; `sheet` names the sheet of a workbook to read."""

    def __init__(self, name: str, open_stream, size: int = 0, *, encoding: str = "", sheet: str = ""):
        self.name = printable(name)
        self.size = size
        self.named_encoding, self.named_sheet = encoding, sheet
        self.workbook: Workbook | None = None
        self.sheet: Sheet | None = None
        self._open = open_stream

    @classmethod
    def from_path(cls, path: str, *, encoding: str = "", sheet: str = "") -> Source:
        """A file on this machine, or standard input for `-`."""
        if path == "-":
            stdin = contextlib.nullcontext(sys.stdin.buffer)
            return cls("standard input", lambda: stdin, encoding=encoding, sheet=sheet)
        size = Path(path).stat().st_size if Path(path).is_file() else 0
        return cls(Path(path).name, lambda: Path(path).open("rb"), size, encoding=encoding, sheet=sheet)

    @classmethod
    def from_upload(cls, load: Load) -> Source:
        """The file that was uploaded with the load, from Django's storage."""
        return cls(load.file, lambda: load.upload.open("rb"), load.size, encoding=load.encoding, sheet=load.sheet)

    @classmethod
    def from_request(cls, file: UploadedFile, *, encoding: str = "", sheet: str = "") -> Source:
        """A file that a request brings, before it is stored. The request closes the file."""

        def open_stream() -> contextlib.nullcontext[UploadedFile]:
            file.seek(0)
            return contextlib.nullcontext(file)

        return cls(file.name or "the file", open_stream, file.size or 0, encoding=encoding, sheet=sheet)

    def __enter__(self) -> Source:
        with contextlib.ExitStack() as opened:
            with readable(self.name):
                self.meter = Meter(opened.enter_context(self._open()))
                self._recognise(io.BufferedReader(self.meter, BLOCK_BYTES), opened)
            self._closing = opened.pop_all()
        return self

    def __exit__(self, *exc) -> None:
        self._closing.close()

    def _recognise(self, head: io.BufferedReader, opened: contextlib.ExitStack) -> None:
        """Finds out by its content whether the file is compressed, and whether it is a workbook or text."""
        if head.peek(2)[:2] == GZIP:
            unpacked = Unpacked(gzip.GzipFile(fileobj=head))
            head = io.BufferedReader(unpacked, BLOCK_BYTES)
        self.stream = head
        self.delimiter = self.encoding = ""
        self.text_bytes = 0  # of text, read so far
        start = head.peek(START_BYTES)[:START_BYTES]
        if start.startswith(ZIP):
            whole = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - a zip is read from its end
            shutil.copyfileobj(Unpacked(head), whole)
            self.workbook = Workbook(whole, max_bytes=settings.LOAD_MAX_UNPACKED_MB * 1_000_000)
            self.sheet, self.delimiter = self.workbook.sheet(self.named_sheet), ","
        elif foreign := foreign_format(start):
            raise Problem(f"is {foreign}")
        elif self.named_sheet:
            raise Problem(f"is no workbook, so it has no sheet {self.named_sheet!r}")
        else:
            self.encoding = self._encoding(start)

    def _encoding(self, start: bytes) -> str:
        named, marked = named_encoding(self.named_encoding), marked_encoding(start)
        if named and marked and named.split("-")[:2] != marked.split("-")[:2]:
            raise Problem(f"is marked as {marked.upper()} by its first bytes, not as {named}")
        return marked or named or likely_encoding(start)

    def blocks(self, *, only_beginning: bool = False) -> Iterator[list[str]]:
        """Lists of lines without their line feeds; a list is empty where much was read and no line ended.

        Bytes that are no text become lone surrogates (or, in encodings other than UTF-8, U+FFFD); a line longer than
        MAX_LINE_CHARACTERS is cut to one character more.
        `only_beginning`: little more than MAX_BEGINNING_BYTES is read, as is enough to look at a file.
        Raises `Unreadable` if compressed data is damaged or the file is a damaged workbook."""
        with readable(self.name):
            if self.workbook and self.sheet:
                blocks = self.workbook.blocks(self.sheet, only_beginning=only_beginning)
            else:
                blocks = self._text_blocks()
            for lines in blocks:
                yield lines
                if only_beginning and self.is_past_beginning:
                    break

    @property
    def is_past_beginning(self) -> bool:
        return (self.workbook.sheet_bytes if self.workbook else self.text_bytes) > MAX_BEGINNING_BYTES

    def _text_blocks(self) -> Iterator[list[str]]:
        errors = "surrogateescape" if self.encoding == "utf-8" else "replace"
        decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        data = self.stream.read(BLOCK_BYTES)
        text = decoder.decode(data, final=not data).removeprefix("\ufeff")
        # Old Macs ended lines with a carriage return alone.
        ends_in_returns = "\r" in text and "\n" not in text
        while True:
            self.text_bytes += len(data)
            if ends_in_returns:
                text = _with_line_feeds(text, is_last=not data)
            lines = text.split("\n")
            carry = lines.pop()[: MAX_LINE_CHARACTERS + 1]
            yield lines
            if not data:
                break
            data = self.stream.read1(BLOCK_BYTES)
            text = carry + decoder.decode(data, final=not data)
        if carry:
            yield [carry]

    @property
    def position(self) -> int:
        """Bytes read so far. A workbook's count as read when their rows are."""
        share = self.workbook.share_read if self.workbook else 1
        return int(self.meter.position * share)

    @property
    def notes(self) -> list[str]:
        """What a reader of the load should know about the file, once its rows were read."""
        return self.workbook.notes if self.workbook else []

    @property
    def advice(self) -> str:
        """The end of a sentence that says why the file cannot be loaded: which sheets it has beside the first."""
        others = [sheet.name for sheet in self.workbook.sheets if sheet != self.sheet] if self.workbook else []
        return f"; the other sheets are {', '.join(others[:10])}" if others and self.sheet else ""

    def finish_checksum(self) -> str:
        """SHA-256 of the whole file in hexadecimal; reads the rest of the file."""
        self.meter.drain()
        return self.meter.hash.hexdigest()


def _with_line_feeds(text: str, *, is_last: bool) -> str:
    """The text with a line feed at the end of each line. A last return may yet be followed by a line feed."""
    waits = "" if is_last or not text.endswith("\r") else "\r"
    return text.removesuffix(waits).replace("\r\n", "\n").replace("\r", "\n") + waits
