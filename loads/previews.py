"""What a person sees of a file before it is read as a whole: its first rows, its sheets, and what is doubtful in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from loads.columns import Columns, Header, check_width, read_header
from loads.files.encodings import UNDECODED, printable
from loads.files.lines import cells_of
from loads.files.sources import Source
from loads.files.unreadable import Unreadable
from loads.numbers import unabbreviated

PREVIEWED_ROWS, PREVIEWED_COLUMNS = 3, 40
SEARCHED_CHARACTERS = 2_000_000  # of the file's beginning, for what is doubtful
MAX_EXAMPLES = 5
PROPOSED_ENCODING = "cp1252"  # of Windows in western Europe and America: most files that are not UTF-8


@dataclass
class Preview:
    """`problem` says why the chosen sheet cannot be loaded, where the workbook has others to choose."""

    names: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    problem: str = ""
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    changed: list[tuple[str, str]] = field(default_factory=list)  # cells as UTF-8 and in the proposed encoding
    is_partly_utf_8: bool = False  # has lines that another encoding would spoil
    abbreviated: list[tuple[str, int]] = field(default_factory=list)  # 1.2M and 1,200,000


def preview(source: Source, columns: Columns) -> Preview:
    """The first rows of a file. Raises `Unreadable` for a file that no choice of sheet or columns makes loadable."""
    with source:
        sheets = [sheet.name for sheet in source.workbook.sheets] if source.workbook else []
        found = Preview(sheets=sheets, sheet=source.sheet.name if source.sheet else "")
        try:
            blocks = source.blocks(only_beginning=True)
            header, rest = read_header(source, blocks, columns)
            check_width(source, header, columns)
            lines = list(first_lines(chain([rest], blocks)))
        except Unreadable as error:
            if len(sheets) < 2:
                raise
            found.problem = str(error)
            return found
    found.names = header.names
    filled = (line for line in lines if line.strip())
    found.rows = [
        [printable(cell) for cell in cells_of(line, header.delimiter)[:PREVIEWED_COLUMNS]]
        for line, _ in zip(filled, range(PREVIEWED_ROWS), strict=False)
    ]
    found.abbreviated = abbreviated_cells(lines, header)
    if header.encoding == "utf-8" and any(map(UNDECODED.search, lines)):
        found.changed = changed_cells(lines, header)
    found.is_partly_utf_8 = any(not line.isascii() and not UNDECODED.search(line) for line in lines)
    return found


def first_lines(blocks: Iterable[list[str]]) -> Iterable[str]:
    left = SEARCHED_CHARACTERS
    for lines in blocks:
        for line in lines:
            left -= len(line) + 1
            if left < 0:
                return
            yield line


def abbreviated_cells(lines: list[str], header: Header) -> list[tuple[str, int]]:
    """The first cells like 1.2M, with the numbers as which they would be read."""
    found: dict[str, int] = {}
    for line in lines:
        for cell in cells_of(line, header.delimiter):
            number = unabbreviated(cell)
            if number is not None:
                found[cell] = number
        if len(found) >= MAX_EXAMPLES:
            break
    return list(found.items())[:MAX_EXAMPLES]


def changed_cells(lines: list[str], header: Header) -> list[tuple[str, str]]:
    """The first cells that the proposed encoding reads otherwise: also those that are good as UTF-8."""
    found: dict[str, str] = {}
    for line in lines:
        if not line.isascii():
            other = line.encode("utf-8", "surrogateescape").decode(PROPOSED_ENCODING, "replace")
            cells = zip(cells_of(line, header.delimiter), cells_of(other, header.delimiter), strict=False)
            found |= {printable(cell): text for cell, text in cells if cell != text}
        if len(found) >= MAX_EXAMPLES:
            break
    return list(found.items())[:MAX_EXAMPLES]
