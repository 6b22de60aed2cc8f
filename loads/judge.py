"""Judges lines: each becomes a record, ready to be copied into the database, or a rejection with its reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from famekeeda.csv_safety import unescaped
from loads.columns import Columns, Header
from loads.files.encodings import NOT_TEXT, UNDECODED, printable
from loads.files.sources import MAX_LINE_CHARACTERS

MAX_RAW_CHARACTERS = 2_000  # of a rejected line are kept

# What spreadsheet programs show in a cell whose formula failed.
ERRORS = {
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA", "#ERROR!",
}  # fmt: skip
# A cell of a column that the load ignores, in a line that needs no careful reading.
PLAIN_IGNORED = r"[^{delimiter}\"\x00\ud800-\udfff\ufffd]*+"
# What COPY in text format takes for the end of a cell or row, or for the beginning of such an escape.
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
NOTHING = re.compile(r"(?!)")
NO_TEXT = "bytes that are no"
NAME_ENCODING = "name the file's encoding, such as cp1252"


class Rejection(NamedTuple):
    line: int
    raw: str
    reason: str
    cells: dict[str, str]


class Judged(NamedTuple):
    """What became of one block of lines."""

    rows: int
    records: list[str]  # lines for COPY in text format: our columns in the file's order, then the line's number
    rejections: list[Rejection]


class Judge:
    """Knows the layout of one file, and judges its lines. A kind of load subclasses it and says what a row may hold.

    A regular expression lets plain lines through; a line it does not match is read carefully, so that the rejection
    can say why. Quotes are resolved line by line: a CSV reader swallows the good rows after an unterminated quote.
    """

    def __init__(
        self, columns: Columns, header: Header, at: dict[str, int], *, reads_approximate: bool = False
    ) -> None:
        """`at` maps the name of each of our columns that the file has to the column's index in the file.
        `reads_approximate`: whether an abbreviated number such as 1.2M is read as 1,200,000."""
        self.names, self.delimiter, self.at = header.names, header.delimiter, at
        self.encoding, self.reads_approximate = header.encoding, reads_approximate
        self.approximate_numbers = 0  # read so far
        self._blank = f"\r \t{self.delimiter}"
        self.ours = sorted(at, key=lambda name: at[name])
        self.staged = self.ours  # the columns of a record, in its order: a kind may stage more than the file has
        self.fields = {column.name: column.field for column in columns}
        self._plain = self._plain_line(columns)

    def accepts(self, cells: tuple[str, ...]) -> bool:
        """Whether a plain line is a good row; `cells` stand in the order of `ours`."""
        return True

    def clean(self, name: str, text: str) -> str:
        """The text of a cell in the form that `row` receives and that a rejection keeps."""
        return unescaped(text.strip())

    def read_row(self, cells: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        """The values to stage, by the names of our columns, and the complaints about the row: none about a good row."""
        raise NotImplementedError

    def _plain_line(self, columns: Columns) -> re.Pattern[str]:
        plain = {column.name: column.plain for column in columns}
        if not all(plain[name] for name in self.ours):
            return NOTHING
        patterns = {index: plain[name] for name, index in self.at.items()}
        cells = [patterns.get(index, PLAIN_IGNORED) for index in range(len(self.names))]
        return re.compile(re.escape(self.delimiter).join(cells).format(delimiter=self.delimiter) + r"\r*+")

    def judge(self, blocks: Iterator[list[str]], *, first_line: int) -> Iterator[Judged]:
        """Judges every line, block by block; `first_line` is the number of the first of them in the file."""
        matches, accepts = self._plain.fullmatch, self.accepts
        for lines in blocks:
            records: list[str] = []
            rejections: list[Rejection] = []

            def line_after(index: int, lines: list[str] = lines) -> str | None:
                """The line at `index`, taken from the next block if this block is too short."""
                while index >= len(lines) and (more := next(blocks, None)) is not None:
                    lines.extend(more)
                return lines[index] if index < len(lines) else None

            numbered = enumerate(lines)
            for index, line in numbered:
                match = matches(line)
                if match:
                    cells = match.groups()
                    if accepts(cells):
                        records.append("\t".join(cells) + f"\t{first_line + index}\n")
                        continue
                elif not line.strip(self._blank):
                    continue
                judged, span = self._read_carefully(line, first_line + index, index, line_after)
                if isinstance(judged, str):
                    records.append(judged)
                else:
                    rejections.append(judged)
                for _ in range(span - 1):
                    next(numbered)
            first_line += len(lines)
            yield Judged(len(records) + len(rejections), records, rejections)

    def _read_carefully(
        self, line: str, number: int, index: int, line_after: Callable[[int], str | None]
    ) -> tuple[str | Rejection, int]:
        """The record or rejection that begins at `line`, and how many lines it takes."""
        # A byte order mark is that of a file that was appended to another; some programs end lines with two returns.
        line = line.removeprefix("\ufeff").rstrip("\r")
        cells, span, reason = self._cells(line, index, line_after)
        found = {name: self.clean(name, cells[at]) for name, at in self.at.items() if at < len(cells)}
        if not reason and len(cells) != len(self.names):
            problem = "too few" if len(cells) < len(self.names) else "too many"
            reason = f"{problem} columns: {len(cells)} instead of {len(self.names)}"
            if "\r" in line:
                reason += ", with a carriage return within the line"
        values: dict[str, str] = {}
        if not reason and [cell.strip() for cell in cells] == self.names:
            reason = "the header once more"
        if not reason:
            values, complaints = self.read_row(found)
            failed = [f"{name} is {text}, a formula's error" for name, text in found.items() if text in ERRORS]
            reason = "; ".join(failed or complaints)
        if reason:
            raw = "\n".join([line, *(line_after(index + more) or "" for more in range(1, span))])
            kept = {name: printable(text[:MAX_RAW_CHARACTERS]) for name, text in found.items()}
            return Rejection(number, printable(raw.rstrip("\r")[:MAX_RAW_CHARACTERS]), reason, kept), span
        return "\t".join(values[name].translate(COPY_ESCAPES) for name in self.staged) + f"\t{number}\n", span

    def _cells(self, line: str, index: int, line_after: Callable[[int], str | None]) -> tuple[list[str], int, str]:
        """The cells of the record that begins at `line`, how many lines it takes, and why it cannot be read."""
        if broken := broken_text(line, self.encoding):
            return [], 1, broken
        if '"' not in line:
            return line.split(self.delimiter), 1, ""
        reader = csv.reader([line + "\n", ""], delimiter=self.delimiter)
        try:
            cells = next(reader)
            if reader.line_num == 1:
                return next(csv.reader([line], delimiter=self.delimiter, strict=True)), 1, ""
        except csv.Error:
            return [], 1, "a quote or a line break stands where it must not"
        column = len(cells) - 1  # the quote opened in this column is still open at the end of the line
        # A line that has all its columns is a row whose quote somebody forgot to close.
        is_row = column in self.at.values() and self._is_row(line)
        whole = None if is_row else self._join(index, line_after)
        if whole:
            return *whole, broken_text("".join(whole[0]), self.encoding)
        name = self.names[column] if column < len(self.names) else f"column {column + 1}"
        return cells[:column], 1, f"a quote opened in {name} is not closed"

    def _join(self, index: int, line_after: Callable[[int], str | None]) -> tuple[list[str], int] | None:
        """The cells of a record with line breaks inside quotes, and the number of its lines.

        None if the quotes are never closed, if the record has too many or too few cells, or if a column that the load
        uses would swallow a line that is a row.
        """

        def following() -> Iterator[str]:
            at, length = index, 0
            while (line := line_after(at)) is not None and length <= MAX_LINE_CHARACTERS:
                yield line + "\n"
                at, length = at + 1, length + len(line)

        reader = csv.reader(following(), delimiter=self.delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            return None
        used = "\n".join(cells[at] for at in self.at.values() if at < len(cells) and "\n" in cells[at])
        if len(cells) != len(self.names) or any(map(self._is_row, used.split("\n"))):
            return None
        return cells, reader.line_num

    def _is_row(self, line: str) -> bool:
        return line.count(self.delimiter) >= len(self.names) - 1


def broken_text(line: str, encoding: str) -> str:
    """Why a line cannot be read as text; empty if it can."""
    if len(line) > MAX_LINE_CHARACTERS:
        return f"the line is longer than {MAX_LINE_CHARACTERS:,} characters"
    if "\0" in line:
        return "a NUL character"
    if not NOT_TEXT.search(line):
        return ""
    if encoding in ("", "utf-8") and not UNDECODED.search(line):
        return "the character U+FFFD, which stands for text that was lost before the file was written"
    advice = f": {NAME_ENCODING}" if encoding == "utf-8" else ""
    return f"{NO_TEXT} {encoding.upper()}{advice}"
