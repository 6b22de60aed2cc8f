"""Reads Excel workbooks (.xlsx, .xlsm): each row of a sheet becomes a line of CSV, in memory that stays flat.

A workbook is a zip of XML parts (ISO/IEC 29500, transitional or strict). Names are compared without their namespaces,
which is where the two differ. No part may hold a document type definition, so entities cannot multiply.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from loads.files.cells import PLAIN, Format, formats_of, number_text, unescaped_text, whole_number
from loads.files.lines import line_of
from loads.files.unreadable import Problem

PIECE_BYTES = 1 << 16
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # of Excel
MAX_CELL_CHARACTERS = 131_072  # of Excel: 32,767
MAX_TAG_BYTES = 1_000_000  # expat keeps a tag in memory until the tag ends
MAX_PARTS_BYTES = 5_000_000  # of the zip's directory; a workbook's has some thousand bytes
MAX_PART_BYTES = 20_000_000  # of a part that is read whole: styles, names of sheets
MAX_TAGS = 500_000  # of such a part: 65,490 styles are Excel's most
MAX_STRINGS_BYTES = 128_000_000  # of the table of strings that all sheets share, which is kept in memory

MAX_BEGINNING_STRINGS_BYTES = 2_000_000  # of that table, to look at a file

REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


class Sheet(NamedTuple):
    name: str
    part: str  # its name in the zip
    is_visible: bool


class Workbook:
    """A workbook. Reading it raises `Problem`, and whatever `zipfile` and `expat` raise at damaged files."""

    def __init__(self, file: IO[bytes], *, max_bytes: int):
        self._zip = _opened(file)
        self._parts = {entry.filename.replace("\\", "/").lower(): entry for entry in self._zip.infolist()}
        if sum(entry.file_size for entry in self._parts.values()) > max_bytes:
            raise Problem(f"unpacks to more than {max_bytes // 1_000_000:,} MB, the limit")
        self._main = next(
            (part for kind, part, _ in self._relations("") if kind == "officeDocument"), "xl/workbook.xml"
        )
        if self._main.endswith(".bin"):
            raise Problem("is a binary workbook (.xlsb); save it as .xlsx or CSV")
        if self._main not in self._parts or "workbook" not in self._main:
            raise Problem("is a zip archive and no Excel workbook; unpack it, or save it as .xlsx or CSV")
        self.sheets, self._starts_in_1904 = self._read_main()
        self.notes: list[str] = []
        self.share_read = 0.0  # of the sheet, 0 to 1
        self.sheet_bytes = 0  # of the sheet's XML, read so far

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name in any case or, without a name, the first one that is not hidden."""
        if not self.sheets:
            raise Problem("is a workbook without a sheet of cells")
        if not name:
            return next((sheet for sheet in self.sheets if sheet.is_visible), self.sheets[0])
        named = [sheet for sheet in self.sheets if sheet.name.casefold() == name.strip().casefold()]
        if not named:
            raise Problem(f"has no sheet {name!r}; it has {', '.join(sheet.name for sheet in self.sheets)}")
        return named[0]

    def blocks(self, sheet: Sheet, *, only_beginning: bool = False) -> Iterator[list[str]]:
        """A line of CSV per row; the line's number is the row's. Lines of empty rows are empty.

        `only_beginning`: of the table of strings only the beginning is read; cells beyond it become "…"."""
        others = [other.name for other in self.sheets if other != sheet]
        if others:
            self.notes.append(f"read the sheet {sheet.name}, not {', '.join(others[:10])}")
        strings = _Strings()
        for _ in self._shared_strings(strings, only_beginning=only_beginning):
            yield []
        rows = _Rows(strings, self._formats(), starts_in_1904=self._starts_in_1904)
        part = self._parts[sheet.part]
        with self._zip.open(part) as stream:
            for _ in _fed(rows.parser, stream):
                self.sheet_bytes = stream.tell()
                self.share_read = self.sheet_bytes / (part.file_size or 1)
                yield rows.lines
                rows.lines = []
        if rows.unknown_formulas:
            self.notes.append(
                f"formulas without a stored value, which were read as empty cells: {rows.unknown_formulas:,}. A "
                "spreadsheet program that opens and saves the workbook stores them"
            )

    def _read_main(self) -> tuple[list[Sheet], bool]:
        parts = {id_: (kind, part) for kind, part, id_ in self._relations(self._main)}
        sheets, starts_in_1904 = [], False
        for tag, attributes in self._tags(self._main):
            if tag == "workbookPr":
                starts_in_1904 = attributes.get("date1904", "") in ("1", "true")
            elif tag == "sheet":
                kind, part = parts.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet" and part in self._parts:
                    state = attributes.get("state", "visible")
                    sheets.append(Sheet(attributes.get("name", ""), part, state == "visible"))
        return sheets, starts_in_1904

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """(kind, part, id) of what a part refers to; of the whole workbook for no part."""
        name = join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels")
        if name not in self._parts:
            return []
        return [
            (
                attributes.get("Type", "").rpartition("/")[2],
                normpath(join("/", dirname(part), attributes.get("Target", "").replace("\\", "/"))).lstrip("/").lower(),
                attributes.get("Id", ""),
            )
            for tag, attributes in self._tags(name)
            if tag == "Relationship"
        ]

    def _tags(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The tags of a small part and their attributes."""
        found: list[tuple[str, dict[str, str]]] = []
        parser = _parser()
        parser.StartElementHandler = lambda tag, attributes: found.append(
            (_local(tag), {_local(name): value for name, value in attributes.items()})
        )
        count = 0
        with self._zip.open(self._limited(part, MAX_PART_BYTES)) as stream:
            for _ in _fed(parser, stream):
                count += len(found)
                if count > MAX_TAGS:
                    raise Problem(f"has a part of more than {MAX_TAGS:,} tags ({part}); save it as CSV")
                yield from found
                found.clear()

    def _limited(self, part: str, max_bytes: int) -> zipfile.ZipInfo:
        """The entry of a part. The zip's reader never reads more of an entry than the size that the entry declares."""
        entry = self._parts[part]
        if entry.file_size > max_bytes:
            raise Problem(f"has a part of more than {max_bytes // 1_000_000} MB ({part}); save it as CSV")
        return entry

    def _shared_strings(self, strings: _Strings, *, only_beginning: bool) -> Iterator[None]:
        """Reads the table of strings, pausing after each piece."""
        part = next((part for kind, part, _ in self._relations(self._main) if kind == "sharedStrings"), "")
        if part not in self._parts:
            return
        with self._zip.open(self._limited(part, MAX_STRINGS_BYTES)) as stream:
            for _ in _fed(strings.parser, stream):
                yield
                if only_beginning and stream.tell() > MAX_BEGINNING_STRINGS_BYTES:
                    strings.is_cut = True
                    break

    def _formats(self) -> dict[int, Format]:
        """The number formats of the cell styles; styles that are left out show plain numbers."""
        part = next((part for kind, part, _ in self._relations(self._main) if kind == "styles"), "")
        return formats_of(self._tags(part)) if part in self._parts else {}


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    # Reading the directory of a zip takes ten times its bytes of memory; zipfile has no public way to ask its size.
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if not end:
        raise Problem("is a damaged workbook or zip archive: its end is missing")
    if end[zipfile._ECD_SIZE] > MAX_PARTS_BYTES:  # type: ignore[attr-defined]
        raise Problem("is a zip archive of too many files to be a workbook")
    opened = zipfile.ZipFile(file)
    if any(entry.flag_bits & 1 for entry in opened.infolist()):
        raise Problem("is protected by a password; save it without one")
    return opened


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:
    raise Problem("holds a document type definition, which workbooks do not have")


def _fed(parser: Any, stream: IO[bytes]) -> Iterator[None]:
    """Parses the stream piece by piece, pausing after each so that what the handlers found can be taken away."""
    fed = 0
    while data := stream.read(PIECE_BYTES):
        parser.Parse(data, False)
        fed += len(data)
        if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise Problem(f"is damaged: a tag of more than {MAX_TAG_BYTES:,} bytes")
        yield
    parser.Parse(b"", True)
    yield


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Text:
    """Collects the text of the elements `v` and `t`, but for phonetic ones. Text beyond the maximum is cut."""

    def __init__(self) -> None:
        self.parser = _parser()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = self.characters
        self.pieces: list[str] = []
        self.length = 0
        self.is_text = self.is_phonetic = self.has_text = False

    def begin(self) -> None:
        self.pieces, self.length, self.has_text = [], 0, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("v", "t"):
            self.is_text, self.has_text = not self.is_phonetic, True
        elif tag == "rPh":
            self.is_phonetic = True
        else:
            self.opened(tag, attributes)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("v", "t"):
            self.is_text = False
        elif tag == "rPh":
            self.is_phonetic = False
        else:
            self.closed(tag)

    def characters(self, text: str) -> None:
        if self.is_text and self.length <= MAX_CELL_CHARACTERS:
            self.pieces.append(text)
            self.length += len(text)

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def closed(self, tag: str) -> None:
        raise NotImplementedError


class _Strings(_Text):
    """The strings that the cells of all sheets share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_cut = False

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.begin()

    def closed(self, tag: str) -> None:
        if tag == "si":
            self.found.append(unescaped_text("".join(self.pieces)))


class _Rows(_Text):
    """The rows of a sheet as lines. The first row that is not empty is the header: its width is every row's."""

    def __init__(self, strings: _Strings, formats: dict[int, Format], *, starts_in_1904: bool) -> None:
        super().__init__()
        self.strings, self.formats, self.starts_in_1904 = strings, formats, starts_in_1904
        self.lines: list[str] = []
        self.unknown_formulas = 0
        self.row = self.column = self.width = 0
        self.cells: dict[int, str] = {}
        self.columns: dict[str, int] = {}  # column of each name seen: AB → 28
        self.kind = self.style = ""
        self.is_formula = False

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.begin()
            self.column = self.column_of(attributes["r"]) if "r" in attributes else self.column + 1
            if self.column > MAX_COLUMNS:
                raise Problem(f"is damaged: row {self.row} has more than {MAX_COLUMNS:,} cells")
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.is_formula = False
        elif tag == "f":
            self.is_formula = True
        elif tag == "row":
            self.next_row(whole_number(attributes["r"]) if "r" in attributes else self.row + 1)

    def closed(self, tag: str) -> None:
        if tag == "c":
            text = self.cell_text("".join(self.pieces))
            if text.strip():
                if self.column in self.cells:
                    raise Problem(f"is damaged: row {self.row} has two cells in column {self.column}")
                self.cells[self.column] = text
        elif tag == "row":
            self.lines.append(self.line())

    def next_row(self, row: int) -> None:
        if not self.row < row <= MAX_ROWS:
            raise Problem(f"is damaged: row {row} comes after row {self.row}")
        self.lines.extend([""] * (row - self.row - 1))
        self.row, self.column, self.cells = row, 0, {}

    def column_of(self, reference: str) -> int:
        match = REFERENCE.fullmatch(reference)
        if not match:
            raise Problem(f"is damaged: a cell {reference[:20]!r}")
        name = match[1].upper()
        if name not in self.columns:
            number = 0
            for letter in name:
                number = number * 26 + ord(letter) - ord("A") + 1
            if number > MAX_COLUMNS:
                raise Problem(f"is damaged: a cell {reference!r}")
            self.columns[name] = number
        return self.columns[name]

    def cell_text(self, value: str) -> str:
        """The text of a cell as people read it: whole numbers without point, dates as 2026-03-02."""
        is_empty_text = self.kind == "str" and self.has_text
        self.unknown_formulas += self.is_formula and not value and not is_empty_text
        match self.kind:
            case "s":
                return self.shared(value) if value else ""
            case "inlineStr" | "str":
                return unescaped_text(value)
            case "b":
                return {"0": "FALSE", "1": "TRUE"}.get(value, value.upper())
            case "e" | "d":
                return value
        if not value:
            return ""
        shown_as = self.formats.get(whole_number(self.style), PLAIN) if self.style else PLAIN
        return number_text(value, shown_as, starts_in_1904=self.starts_in_1904)

    def shared(self, value: str) -> str:
        number, found = whole_number(value), self.strings.found
        if number < len(found):
            return found[number]
        if not self.strings.is_cut:
            raise Problem(f"is damaged: row {self.row} names string {number:,} of {len(found):,}")
        if not self.width:
            raise Problem("has its header far down in the workbook's table of strings; save it as CSV")
        return "…"

    def line(self) -> str:
        if not self.cells:
            return ""
        last = max(self.cells)
        self.width = self.width or last
        return line_of([self.cells.get(column, "") for column in range(1, max(self.width, last) + 1)])
