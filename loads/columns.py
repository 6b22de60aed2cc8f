"""Which of a file's columns is which of ours: the header is read, its names are compared, matched and guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loads.files.encodings import printable
from loads.files.lines import DELIMITERS, cells_of
from loads.files.sources import MAX_BEGINNING_BYTES, MAX_LINE_CHARACTERS, Source
from loads.files.unreadable import Unreadable

# Excel's own first line, which names the delimiter and is no row.
DELIMITER_LINE = re.compile(r'"?sep=(.)"?\r?', re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
EMPTY_CELLS = f'{DELIMITERS}" '
# In bytes that are no text, such as a picture.
BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAX_LINES_ABOVE = 1_000  # of the header, all of them blank or of empty cells
MAX_LISTED_NAMES = 30
MAX_SHOWN_CHARACTERS = 120  # of a line that is no header


@dataclass(frozen=True)
class Column:
    """A column of ours: `name` as files call it, `field` of the staging table, `hints` to guess it by.

    `description` tells people what its cells hold. `hints` are parts of the names that other systems give the column.
    A hint is not heeded in a name that has one of the `decoys` too.
    `plain` is a regular expression with one group, for cells that need no further judging. `str.format` replaces
    {delimiter} by the file's, so literal braces are doubled. Without `plain` every line is read carefully.
    `instead` names the column that does where a file has not this required one.
    """

    name: str
    field: str
    description: str
    hints: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    is_required: bool = True
    plain: str = ""
    instead: str = ""


Columns = tuple[Column, ...]


def required(columns: Iterable[Column]) -> list[str]:
    return [
        f"{column.name} or {column.instead}" if column.instead else column.name
        for column in columns
        if column.is_required
    ]


def optional(columns: Columns) -> list[str]:
    return [column.name for column in columns if not column.is_required]


def expected(columns: Columns) -> str:
    """The columns in words: "a, b (and, if you like, c)"."""
    more = optional(columns)
    return ", ".join(required(columns)) + (f" (and, if you like, {', '.join(more)})" if more else "")


@dataclass(frozen=True)
class Header:
    """The first line of a file, and how the lines below are written."""

    names: list[str]
    delimiter: str
    line: int  # 1 unless blank lines stand above
    encoding: str = "utf-8"


def read_header(source: Source, blocks: Iterator[list[str]], columns: Columns) -> tuple[Header, list[str]]:
    """The header and the lines of its block that follow. Raises `Unreadable` for a file without a header."""
    above, delimiter = 0, source.delimiter
    for lines in blocks:
        for index, line in enumerate(lines[: MAX_LINES_ABOVE + 1 - above]):
            if named := DELIMITER_LINE.fullmatch(line):
                delimiter = delimiter or known_delimiter(source, named[1])
            elif line.strip().strip(EMPTY_CELLS):
                return parse_header(source, line, delimiter, above + index + 1), lines[index + 1 :]
        above += len(lines)
        if above > MAX_LINES_ABOVE or source.is_past_beginning:
            raise Unreadable(
                f"{source.name} has no header in its first {MAX_LINES_ABOVE:,} lines or "
                f"{MAX_BEGINNING_BYTES // 1_000_000} MB; delete what stands above the header"
            )
    raise Unreadable(f"{source.name} is empty; expected a header with {', '.join(required(columns))}")


def known_delimiter(source: Source, named: str) -> str:
    if named not in DELIMITERS:
        raise Unreadable(
            f"{source.name} names {printable(named)!r} as its delimiter; expected a comma, semicolon, tab or pipe"
        )
    return named


def parse_header(source: Source, line: str, delimiter: str, number: int) -> Header:
    line = line.rstrip("\r")
    if len(line) > MAX_LINE_CHARACTERS:
        raise Unreadable(f"{source.name} has a header of more than {MAX_LINE_CHARACTERS:,} characters")
    if BINARY.search(line):
        raise Unreadable(f"{source.name} is no text; expected CSV or an Excel workbook (.xlsx)")
    unquoted = QUOTED.sub("", line)
    delimiter = delimiter or max(DELIMITERS, key=unquoted.count)
    return Header(
        [" ".join(printable(name).split()) for name in cells_of(line, delimiter)], delimiter, number, source.encoding
    )


def sniff(source: Source, columns: Columns) -> Header:
    """The header of a file that is not being loaded yet. Raises `Unreadable` if no mapping could make it load."""
    with source:
        header, _ = read_header(source, source.blocks(only_beginning=True), columns)
    check_width(source, header, columns)
    return header


def check_width(source: Source, header: Header, columns: Columns) -> None:
    """Raises `Unreadable` for a file with fewer columns than a load needs."""
    needed, named = required(columns), [name for name in header.names if name]
    if len(named) < len(needed):
        raise Unreadable(
            f"{source.name} needs a header that names {len(needed)} columns or more, for {', '.join(needed)}; "
            f"row {header.line}, taken for the header, names {len(named)}: {shortened(listed(named))!r}. "
            "The header must be the first row: delete what stands above it"
        )


def listed(names: list[str]) -> str:
    """The names of a file's columns for one line of text, of which a person reads the first ones."""
    more = len(names) - MAX_LISTED_NAMES
    text = ", ".join(name[:60] for name in names[:MAX_LISTED_NAMES])
    return f"{text} and {more:,} more" if more > 0 else text


def shortened(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_CHARACTERS else f"{text[:MAX_SHOWN_CHARACTERS]}…"


def normalised(name: str) -> str:
    """The name in the form in which column names are compared: without case, spaces and underscores."""
    return "".join(name.split()).replace("_", "").casefold()


def match_columns(columns: Columns, names: list[str], mapping: dict[str, str]) -> dict[str, int]:
    """Our column → its index in the file, for the columns found; `mapping` gives the file's name where it differs.

    Raises `Unreadable` if a column is missing, named twice or mapped to a name that the file does not have."""
    found: dict[str, int] = {}
    missing: list[Column] = []
    theirs = [normalised(name) for name in names]
    for column in columns:
        name = column.name
        wanted = normalised(mapping.get(name, name))
        if theirs.count(wanted) > 1:
            raise Unreadable(f"the header names {mapping.get(name, name)} more than once: {listed(names)}")
        if wanted in theirs:
            found[name] = theirs.index(wanted)
        elif name in mapping:
            raise Unreadable(f"no column {mapping[name]!r} to read {name} from; found {listed(names)}")
        elif column.is_required:
            missing.append(column)
    for column in columns:
        if column.instead in found and found.get(column.name) == found[column.instead]:
            del found[column.name]  # what does instead is there, and one column of the file cannot be both
    missing = [column for column in missing if column.instead not in found]
    if missing:
        needed = ", ".join(required(missing))
        raise Unreadable(f"no column for {needed}; found {listed(names)}; expected {expected(columns)}")
    shared = {index for index in found.values() if list(found.values()).count(index) > 1}
    if shared:
        raise Unreadable(f"{' and '.join(c for c, i in found.items() if i in shared)} are read from the same column")
    return found


def guess(columns: Iterable[Column], names: list[str], known: dict[str, str]) -> dict[str, str]:
    """For each column of ours the most likely name in the file, empty if no name resembles it.

    `known` is the mapping of an earlier file; an exact name comes next, then a name that is a hint, a hint within a
    name last."""
    theirs = {normalised(name): name for name in reversed(names)}
    found = {}
    for column in columns:
        exact = (theirs[name] for name in (normalised(column.name), *column.hints) if name in theirs)
        open_names = [name for name in names if not any(decoy in normalised(name) for decoy in column.decoys)]
        hinted = (name for hint in column.hints for name in open_names if hint in normalised(name))
        found[column.name] = known.get(column.name) or next(exact, "") or next(hinted, "")
    return found
