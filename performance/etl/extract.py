"""Reads an export: bytes counted and hashed on their way in, text lines and the header's layout on their way out."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from performance.models import Load

COLUMNS = ("influencerId", "campaignId", "views", "likes", "comments", "shares")
OPTIONAL = ("platform",)
DELIMITERS = ",;\t"

# Also the longest field `csv` reads. Longer lines are no rows of an export, and are not kept in memory to find out.
LONGEST_LINE = 131_072
BLOCK = 1 << 17

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Unreadable(ValueError):
    """The file as a whole cannot be loaded; the text is the one line that says what was found and expected."""


class Meter(io.RawIOBase):
    """Bytes of a file, counted and hashed as they pass."""

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
        while self.read(BLOCK):
            pass


class Source:
    """A file to load. Use as a context manager: opening it raises `Unreadable` where there is nothing to read."""

    def __init__(self, name: str, open_stream, size: int = 0):
        self.name = name
        self.size = size
        self._open = open_stream

    @classmethod
    def from_path(cls, path: str) -> Source:
        """A file of this machine, or `-` for standard input."""
        if path == "-":
            return cls("standard input", lambda: contextlib.nullcontext(sys.stdin.buffer))
        size = Path(path).stat().st_size if Path(path).is_file() else 0
        return cls(Path(path).name, lambda: Path(path).open("rb"), size)

    @classmethod
    def from_upload(cls, load: Load) -> Source:
        """The file that came with the load, wherever Django's storage keeps it."""
        return cls(load.file, lambda: load.upload.open("rb"), load.size)

    def __enter__(self) -> Source:
        self._closing = contextlib.ExitStack()
        try:
            self.meter = Meter(self._closing.enter_context(self._open()))
            head = io.BufferedReader(self.meter, BLOCK)
            if head.peek(2)[:2] == b"\x1f\x8b":
                head = io.BufferedReader(gzip.GzipFile(fileobj=head), BLOCK)  # type: ignore[arg-type]
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
        U+FFFD); a line above LONGEST_LINE characters is cut to a few more than that.

        Raises `Unreadable` where compressed data is damaged."""
        errors = "surrogateescape" if self.encoding == "utf-8" else "replace"
        decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        carry = ""
        beginning = True
        while True:
            try:
                data = self.stream.read1(BLOCK)
            except (OSError, EOFError, zlib.error) as error:
                raise Unreadable(f"{self.name} is damaged: {error}") from error
            text = carry + decoder.decode(data, final=not data)
            if beginning:
                text, beginning = text.removeprefix("\ufeff"), not text
            lines = text.split("\n")
            carry = lines.pop()[: LONGEST_LINE + 1]
            if lines:
                yield lines
            if not data:
                break
        if carry:
            yield [carry]

    def close_checksum(self) -> str:
        """SHA-256 of the whole file in hexadecimal, reading what is still unread."""
        self.meter.drain()
        return self.meter.hash.hexdigest()


def encoding_of(start: bytes) -> str:
    """The encoding by its byte order mark or, without one, by where the NULs of an ASCII header would stand."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    if start[1:2] == b"\0" and start[:1] != b"\0":
        return "utf-16-le"
    if start[:1] == b"\0" and start[1:2] != b"\0":
        return "utf-16-be"
    return "utf-8"


@dataclass(frozen=True)
class Header:
    """The first line of an export."""

    names: list[str]
    delimiter: str
    line: int  # 1 unless blank lines stand above


def read_header(source: Source, blocks: Iterator[list[str]]) -> tuple[Header, list[str]]:
    """The header and the lines of its block that follow. Raises `Unreadable` for a file without one."""
    blank = 0
    for lines in blocks:
        for index, line in enumerate(lines):
            if line.strip():
                return parse_header(line, blank + index + 1), lines[index + 1 :]
        blank += len(lines)
    raise Unreadable(f"{source.name} is empty; expected a header with {', '.join(COLUMNS)}")


def parse_header(line: str, number: int = 1) -> Header:
    line = line.rstrip("\r").encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    delimiter = max(DELIMITERS, key=line.count)
    names = next(csv.reader([line[:LONGEST_LINE]], delimiter=delimiter))
    return Header([name.strip() for name in names], delimiter, number)


def sniff(source: Source) -> Header:
    """The header of a file that is not being loaded yet."""
    with source:
        return read_header(source, source.blocks())[0]


def normalised(name: str) -> str:
    """A column name as it is compared: without case, spaces and underscores."""
    return "".join(name.split()).replace("_", "").casefold()


def match_columns(names: list[str], mapping: dict[str, str]) -> dict[str, int]:
    """Our column → its index in the file, for the columns found; `mapping` gives the file's name where it differs.

    Raises `Unreadable` where a column is missing, named twice or mapped to a name that the file does not have."""
    found: dict[str, int] = {}
    missing = []
    theirs = [normalised(name) for name in names]
    for column in COLUMNS + OPTIONAL:
        wanted = normalised(mapping.get(column, column))
        if theirs.count(wanted) > 1:
            raise Unreadable(f"the header names {mapping.get(column, column)} more than once: {', '.join(names)}")
        if wanted in theirs:
            found[column] = theirs.index(wanted)
        elif column in mapping:
            raise Unreadable(f"no column {mapping[column]!r} to read {column} from; found {', '.join(names)}")
        elif column in COLUMNS:
            missing.append(column)
    if missing:
        expected = f"{', '.join(COLUMNS)} (and, if you like, {', '.join(OPTIONAL)})"
        raise Unreadable(f"no column for {', '.join(missing)}; found {', '.join(names)}; expected {expected}")
    shared = {index for index in found.values() if list(found.values()).count(index) > 1}
    if shared:
        raise Unreadable(f"{' and '.join(c for c, i in found.items() if i in shared)} are read from the same column")
    return found
