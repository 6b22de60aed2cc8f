"""CSV whose cells no spreadsheet takes for formulas."""

import csv
import json
import re
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that a file is UTF-8
LIST_BAR = " | "

# The characters that make spreadsheets evaluate a cell that begins with one (OWASP, "CSV Injection"). Spaces before it
# do not help, nor does a delimiter: a spreadsheet of another country splits lines at semicolons or tabs, quoted or not,
# so that what follows begins a cell. A comma inside a cell makes csv.writer quote the cell, which holds where lines are
# split at commas. Apostrophes before the character count too, so that `unescaped` undoes exactly what `escaped` did.
_FORMULA = re.compile(r"(^[ ;,|]*|[;|\t] *)('*)(?=[=+\-@\t\r\n])")


def escaped(text: str) -> str:
    """The text, with an apostrophe in front of what a spreadsheet would evaluate."""
    return _FORMULA.sub(r"\1'\2", text)


def unescaped(text: str) -> str:
    """The text without the apostrophes that `escaped` put in."""
    return _FORMULA.sub(lambda match: match[1] + match[2][1:], text)


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A line of CSV per row, ending in CRLF, as `as_cell` writes its cells."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([as_cell(value) for value in row])


def as_cell(value: object) -> object:
    """Text is escaped, numbers stay numbers, None is empty; true and false are written so, a list with bars, an object
    as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    elif isinstance(value, (list, tuple)):
        value = LIST_BAR.join(map(str, value))
    return escaped(value) if isinstance(value, str) else value


def csv_response(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """A download that is sent while it is written."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


class _Echo:
    """A file for csv.writer whose `write` returns the line, so that `writerow` returns it too."""

    def write(self, line: str) -> str:
        return line
