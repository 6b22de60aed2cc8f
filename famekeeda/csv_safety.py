"""CSV whose cells no spreadsheet takes for formulas."""

import csv
import re
from collections.abc import Iterable, Iterator

# The characters at the start of a cell that make spreadsheets evaluate it (OWASP, "CSV Injection"). Apostrophes before
# them count too, so that `unescaped` undoes exactly what `escaped` did.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def escaped(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would evaluate it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """The text without the apostrophe that `escaped` put in front."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A line of CSV per row, ending in CRLF. Text is escaped, numbers stay numbers, None is an empty cell."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([escaped(cell) if isinstance(cell, str) else cell for cell in row])


class _Echo:
    """A file for csv.writer whose `write` returns the line, so that `writerow` returns it too."""

    def write(self, line: str) -> str:
        return line
