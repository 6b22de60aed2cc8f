"""One line of CSV: made of cells, and taken apart for people to look at."""

from __future__ import annotations

import csv
import io

DELIMITER = ","  # of lines that are made here
DELIMITERS = ",;\t|"  # of lines that files may have


def line_of(cells: list[str]) -> str:
    """The cells as one line; a cell with a delimiter, quote or line break is quoted."""
    line = DELIMITER.join(cells)
    if line.count(DELIMITER) == len(cells) - 1 and not any(char in line for char in '"\r\n'):
        return line
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().removesuffix("\r\n")


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line, for people to look at: a line that is no CSV is split all the same."""
    line = line.rstrip("\r")
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)
