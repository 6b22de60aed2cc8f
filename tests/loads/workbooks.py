"""Workbooks for the loading tests: written by openpyxl, or part by part as openpyxl would not write them."""

import io
import zipfile
from collections.abc import Callable

from openpyxl import Workbook

COLUMNS = ["influencerId", "campaignId", "views", "likes", "comments", "shares"]
ROW = ["a", "c", 100, 5, 2, 1]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def workbook(*rows: list, change: Callable[[Workbook], object] = lambda book: None) -> bytes:
    """A workbook of one sheet with these rows under a header, as openpyxl writes it after `change`."""
    book = Workbook()
    for row in [COLUMNS, *rows]:
        book.active.append(row)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def raw_workbook(
    rows: str, *, strings="", main=MAIN, relations=RELATIONS, extra: dict[str, str | bytes] | None = None
) -> bytes:
    """A workbook whose only sheet has this XML as its rows, and whose shared strings are this XML."""
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="rId1" Type="{relations}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="Results" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{links}">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
    }
    return zipped(parts | (extra or {}))


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def raw_row(*cells: str, number: int | None = None) -> str:
    """A row of inline strings, and of numbers where a cell is one."""
    attribute = f' r="{number}"' if number else ""
    return f"<row{attribute}>{''.join(raw_cell(cell) for cell in cells)}</row>"


def raw_cell(text: str) -> str:
    if text.replace(".", "").isdigit():
        return f"<c><v>{text}</v></c>"
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_ROW = raw_row(*COLUMNS)
