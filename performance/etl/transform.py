"""Judges lines: each becomes a record, ready to be copied into the database, or a rejection with its reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from famekeeda.csv_safety import unescaped
from performance.etl.extract import LONGEST_LINE

IDS = ("influencerId", "campaignId", "platform")
COUNTS = ("views", "likes", "comments", "shares")
# The largest whole number that every spreadsheet and every JSON reader still holds exactly.
MOST = 2**53 - 1
# Three ids share one index entry, which PostgreSQL limits to 2,704 bytes.
LONGEST_ID = 200
# How much of a rejected line is kept.
RAW_KEPT = 2_000

# What nobody could quarrel with, per kind of column. Everything else takes the careful lane, which also explains.
PLAIN_ID = r"([^\s{delimiter}\"'\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]{{1,200}}+)"
PLAIN_PLATFORM = PLAIN_ID.replace("{{1,200}}", "{{0,200}}")
PLAIN_COUNT = r"([0-9]{{1,9}}+)"
PLAIN_IGNORED = r"[^{delimiter}\"\x00\ud800-\udfff\ufffd]*+"
PLAIN_COUNT_MOST = 10**9 - 1

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
NOT_TEXT = re.compile(r"[\ud800-\udfff\ufffd]")
DIGITS = re.compile(r"[0-9]+")


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


def printable(text: str) -> str:
    """Text that PostgreSQL can hold: what was no text in the file is shown as \\xNN."""
    if "\0" not in text and not NOT_TEXT.search(text):
        return text
    return "".join(
        f"\\x{ord(char) & 0xFF:02x}" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text
    )


@dataclass
class Judge:
    """Knows the layout of one file, and judges its lines.

    `names` and `delimiter` are the header's, `columns` says which of our columns stands where."""

    names: list[str]
    delimiter: str
    columns: dict[str, int]
    largest_count: int = field(default=PLAIN_COUNT_MOST, init=False)

    def __post_init__(self) -> None:
        self.ours = sorted(self.columns, key=lambda column: self.columns[column])
        self._plain = re.compile(self._plain_line())
        self._views = self.ours.index("views")
        self._likes = self.ours.index("likes")

    def _plain_line(self) -> str:
        kinds = dict.fromkeys(COUNTS, PLAIN_COUNT) | dict.fromkeys(IDS, PLAIN_ID) | {"platform": PLAIN_PLATFORM}
        at = {index: kinds[column] for column, index in self.columns.items()}
        cells = [at.get(index, PLAIN_IGNORED) for index in range(len(self.names))]
        return self.delimiter.join(cells).format(delimiter=self.delimiter) + r"\r?"

    def judge(self, blocks: Iterator[list[str]], *, first_line: int) -> Iterator[Judged]:
        """Judges every line, block by block; `first_line` is the number of the first of them in the file."""
        matches, at_views, at_likes = self._plain.fullmatch, self._views, self._likes
        for lines in blocks:
            records: list[str] = []
            rejections: list[Rejection] = []

            def line_after(index: int, lines: list[str] = lines) -> str | None:
                """The line at `index`, taken from the next block if this one is too short."""
                if index >= len(lines):
                    lines.extend(next(blocks, []))
                return lines[index] if index < len(lines) else None

            numbered = enumerate(lines)
            for index, line in numbered:
                match = matches(line)
                if match:
                    cells = match.groups()
                    if 0 < int(cells[at_views]) >= int(cells[at_likes]):
                        records.append("\t".join(cells) + f"\t{first_line + index}\n")
                        continue
                elif not line.strip("\r"):
                    continue
                verdict, span = self._judge_carefully(line, first_line + index, index, line_after)
                if isinstance(verdict, str):
                    records.append(verdict)
                else:
                    rejections.append(verdict)
                for _ in range(span - 1):
                    next(numbered)
            first_line += len(lines)
            yield Judged(len(records) + len(rejections), records, rejections)

    def _judge_carefully(
        self, line: str, number: int, index: int, line_after: Callable[[int], str | None]
    ) -> tuple[str | Rejection, int]:
        """The record or rejection that begins at `line`, and how many lines it takes."""
        cells, span, reason = self._cells(line, index, line_after)
        ours = {column: cells[at] for column, at in self.columns.items() if at < len(cells)}
        if not reason and len(cells) != len(self.names):
            problem = "too few" if len(cells) < len(self.names) else "too many"
            reason = f"{problem} columns: {len(cells)} instead of {len(self.names)}"
        if not reason:
            ours = {column: text if column in COUNTS else unescaped(text.strip()) for column, text in ours.items()}
            reason = "; ".join(self._complaints(ours))
        if reason:
            raw = "\n".join([line, *(line_after(index + more) or "" for more in range(1, span))])
            kept = {column: printable(text[:RAW_KEPT]) for column, text in ours.items()}
            return Rejection(number, printable(raw.rstrip("\r")[:RAW_KEPT]), reason, kept), span
        values = (ours[column].replace("\\", "\\\\") for column in self.ours)
        return "\t".join(values) + f"\t{number}\n", span

    def _cells(self, line: str, index: int, line_after: Callable[[int], str | None]) -> tuple[list[str], int, str]:
        """The cells of the record that begins at `line`, how many lines it takes, and what keeps it from being read."""
        if broken := broken_text(line):
            return [], 1, broken
        if '"' not in line:
            return line.removesuffix("\r").split(self.delimiter), 1, ""
        reader = csv.reader([line + "\n", ""], delimiter=self.delimiter)
        try:
            cells = next(reader)
            if reader.line_num == 1:
                return next(csv.reader([line], delimiter=self.delimiter, strict=True)), 1, ""
        except csv.Error:
            return [], 1, "a quote or a line break stands where it must not"
        column = len(cells) - 1  # the quote opened in this column is still open at the end of the line
        whole = None if column in self.columns.values() else self._join(index, line_after)
        if whole:
            return *whole, broken_text("".join(whole[0]))
        name = self.names[column] if column < len(self.names) else f"column {column + 1}"
        return cells[:column], 1, f"a quote opened in {name} is not closed"

    def _join(self, index: int, line_after: Callable[[int], str | None]) -> tuple[list[str], int] | None:
        """The cells of a record that spans lines, and how many, if it is whole and only ignored columns span."""

        def following() -> Iterator[str]:
            at, length = index, 0
            while (line := line_after(at)) is not None and length <= LONGEST_LINE:
                yield line + "\n"
                at, length = at + 1, length + len(line)

        reader = csv.reader(following(), delimiter=self.delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            return None
        if len(cells) != len(self.names) or any("\n" in cells[at] for at in self.columns.values()):
            return None
        return cells, reader.line_num

    def _complaints(self, ours: dict[str, str]) -> Iterator[str]:
        """What is wrong with a row that has the right number of columns."""
        for column in IDS:
            text = ours.get(column, "")
            if not text and column != "platform":
                yield f"{column} is missing"
            elif LINE_BREAK.search(text):
                yield f"{column} contains a line break"
            elif CONTROL.search(text):
                yield f"{column} contains a control character"
            elif len(text) > LONGEST_ID:
                yield f"{column} is longer than {LONGEST_ID} characters"
        counts = {}
        for column in COUNTS:
            text = ours[column]
            if not text.strip():
                yield f"{column} is missing"
            elif re.fullmatch(r"-[0-9]+", text):
                yield f"{column} is negative"
            elif not DIGITS.fullmatch(text):
                yield f"{column} is not a whole number"
            elif len(text.lstrip("0")) > 16 or int(text[-16:]) > MOST:
                yield f"{column} is above {MOST:,}"
            else:
                counts[column] = int(text[-16:])
        if counts.get("views") == 0:
            yield "views is zero"
        elif counts.get("likes", 0) > counts.get("views", MOST):
            yield "likes are above views"
        if len(counts) == len(COUNTS):
            self.largest_count = max(self.largest_count, *counts.values())


def broken_text(line: str) -> str:
    """What keeps a line from being text at all; empty if nothing does."""
    if len(line) > LONGEST_LINE:
        return f"the line is longer than {LONGEST_LINE:,} characters"
    if "\0" in line:
        return "a NUL character"
    if NOT_TEXT.search(line):
        return "bytes that are no text in the file's encoding"
    return ""
