"""Formats that are neither CSV nor a workbook, recognised by their first bytes so that refusals name them."""

from __future__ import annotations

EXPECTED = "expected CSV or an Excel workbook (.xlsx)"
SAVE_AS = "save it as .xlsx or CSV"
BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0", f"an old Excel workbook (.xls) or protected by a password; {SAVE_AS}, without a password"),
    (b"%PDF-", f"a PDF; {EXPECTED}"),
    (b"\x89PNG", f"a picture (PNG); {EXPECTED}"),
    (b"\xff\xd8\xff", f"a picture (JPEG); {EXPECTED}"),
    (b"GIF8", f"a picture (GIF); {EXPECTED}"),
    (b"\x1f\x8b", "compressed twice; unpack it"),
    (b"BZh", "compressed with bzip2; unpack it"),
    (b"\xfd7zXZ", "compressed with xz; unpack it"),
    (b"(\xb5/\xfd", "compressed with zstd; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"PAR1", f"a Parquet file; {EXPECTED}"),
    (b"SQLite format 3", f"an SQLite database; {EXPECTED}"),
    (b"{\\rtf", f"a text document (RTF); {SAVE_AS}"),
)
# After spaces, in lower case. Some programs call a web page or XML .xls.
TEXT_BEGINNINGS = (
    ((b"<!doctype html", b"<html", b"<table"), f"a web page (HTML); open it in a spreadsheet program and {SAVE_AS}"),
    (b"<?xml", f"XML; open it in a spreadsheet program and {SAVE_AS}"),
    ((b'{"', b"[{"), f"JSON; {EXPECTED}"),
)


def foreign_format(start: bytes) -> str:
    """What the file is, with advice; empty if it may be text."""
    beginning = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    found = [what for bytes_, what in BEGINNINGS if start.startswith(bytes_)]
    found += [what for bytes_, what in TEXT_BEGINNINGS if beginning.startswith(bytes_)]
    return found[0] if found else ""
