"""Writes an export as a workbook, with the parts that Excel writes, and a workbook of one huge cell.

write_workbooks.py EXPORT.csv EXPORT.xlsx HUGE.xlsx BYTES
"""

import csv
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="rId1" Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets>'
    '<sheet name="Results" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="rId1" Type="{KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{KINDS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def write(path: str, rows: list[str], *, dimension: str, strings: dict[str, int]) -> None:
    sheet = (
        f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{"".join(rows)}</sheetData></worksheet>'
    )
    table = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    parts = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{table}</sst>'}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (PARTS | parts).items():
            archive.writestr(name, content)


def main(export: str, workbook: str, huge: str, size: str) -> None:
    strings: dict[str, int] = {}
    rows = []
    with Path(export).open(newline="") as file:
        for number, cells in enumerate(csv.reader(file, quoting=csv.QUOTE_NONE), 1):
            row = f'<row r="{number}">'
            for column, text in zip("ABCDEF", cells, strict=False):
                if text.isdecimal():
                    row += f'<c r="{column}{number}"><v>{text}</v></c>'
                else:
                    shared = strings.setdefault(text, len(strings))
                    row += f'<c r="{column}{number}" t="s"><v>{shared}</v></c>'
            rows.append(row + "</row>")
    write(workbook, rows, dimension=f"A1:F{len(rows)}", strings=strings)
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * int(size)}</t></is></c></row>'
    write(huge, [cell], dimension="A1", strings={})


main(*sys.argv[1:])
