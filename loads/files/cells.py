"""What the cells of a workbook say: numbers, dates and text as a person reads them in the spreadsheet program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from loads.files.encodings import printable
from loads.files.unreadable import Problem
from loads.numbers import GROUPED

SIGNIFICANT_DIGITS = 15  # that spreadsheet programs show: 3.0000000000000004 is 3
MAX_EXACT = 2**53 - 1  # a larger whole number may have been rounded when the file was written

# Built-in number formats that are dates or times (ISO/IEC 29500-1, 18.8.30, with those of East Asian languages), and
# those that are percentages.
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENT_FORMATS = {9, 10}
# In a custom format: quoted text, [conditions], escaped characters and padding, which stand for themselves.
LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
PART_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
ZEROS = re.compile("0{1,30}")

WHOLE_NUMBER = re.compile(r"\s*[0-9]{1,10}\s*", re.ASCII)
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Format(NamedTuple):
    """As what a number format shows a number."""

    is_date: bool = False
    is_percentage: bool = False
    digits: int = 1  # at least: zeros stand before a shorter whole number


PLAIN = Format()


def unescaped_text(text: str) -> str:
    """Text as it is meant: workbooks write a character that XML cannot hold as _xHHHH_."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def whole_number(text: str) -> int:
    """A number that the format itself needs, such as a row's. Raises `Problem`."""
    if not WHOLE_NUMBER.fullmatch(text):
        raise Problem(f"is damaged: expected a whole number, found {printable(text[:20])!r}")
    return int(text)


def number_text(value: str, shown_as: Format, *, starts_in_1904: bool) -> str:
    """A number as text: 1000.0 → 1000, or 001000 where the format has six zeros; a date 2026-03-02; 0.125 as a
    percentage 12.5%.

    A fraction never looks like digit groups: 309.212 → 309.2120. A number too large to be exact, as long ids are,
    takes the form 1.23456789012346E+19.
    """
    if shown_as.is_date and (date := _date(value, starts_in_1904=starts_in_1904)):
        return date
    if shown_as.is_percentage and (percentage := _percentage(value)):
        return percentage
    try:
        number = float(value)
    except ValueError:
        return value
    if abs(number) > MAX_EXACT:
        return f"{number:.{SIGNIFICANT_DIGITS - 1}E}"
    if re.fullmatch(r"-?[0-9]+", value):
        return value.zfill(shown_as.digits)
    number = number if number.is_integer() else float(f"{number:.{SIGNIFICANT_DIGITS}g}")
    if number.is_integer():
        return str(int(number)).zfill(shown_as.digits)
    text = repr(number)
    return f"{text}0" if GROUPED.fullmatch(text.removeprefix("-")) else text


def _date(value: str, *, starts_in_1904: bool) -> str:
    """The date and, unless it is midnight, the time of a serial number; empty if the number is none."""
    start = datetime(1904, 1, 1) if starts_in_1904 else datetime(1899, 12, 30)
    try:
        moment = start + timedelta(seconds=round(float(value) * 86_400))
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat() if moment.time() != datetime.min.time() else moment.date().isoformat()


def _percentage(value: str) -> str:
    """Empty if the value is no number."""
    try:
        return f"{float(value) * 100:.{SIGNIFICANT_DIGITS}g}%"
    except ValueError:
        return ""


def formats_of(tags: Iterator[tuple[str, dict[str, str]]]) -> dict[int, Format]:
    """The number formats of cell styles, from a workbook's styles; styles that are left out show plain numbers."""
    formats = dict.fromkeys(DATE_FORMATS, Format(is_date=True)) | dict.fromkeys(
        PERCENT_FORMATS, Format(is_percentage=True)
    )
    styles, is_cell_style = [], False
    for tag, attributes in tags:
        if tag == "numFmt" and "numFmtId" in attributes:
            formats[whole_number(attributes["numFmtId"])] = _format(attributes.get("formatCode", ""))
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles"):
            is_cell_style = tag == "cellXfs"
        elif tag == "xf" and is_cell_style:
            styles.append(whole_number(attributes.get("numFmtId", "0")))
    return {index: formats[number] for index, number in enumerate(styles) if number in formats}


def _format(code: str) -> Format:
    if ZEROS.fullmatch(code):
        return Format(digits=len(code))
    code = LITERAL.sub("", code)
    is_date = bool(PART_OF_A_DATE.search(code))
    return Format(is_date=is_date, is_percentage="%" in code and not is_date)
