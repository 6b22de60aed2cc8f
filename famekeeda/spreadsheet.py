"""CSV that a spreadsheet cannot be tricked by: no cell of ours is ever a formula."""

import csv
import re
from collections.abc import Iterable, Iterator

# The seven beginnings that spreadsheets act on (OWASP, "CSV Injection"), behind any apostrophes already there, so that
# `plain` undoes exactly what `guarded` did.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """What `guarded` was given: takes its apostrophe off again."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """One CSV line, ending in CRLF, per row; text is guarded, numbers stay numbers, None is an empty cell."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])


class _Echo:
    """A file for csv.writer that hands every line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
