"""Numbers as people and programs write them: with digit groups (1,234,567) and abbreviated (1.2M)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

SPACES = "\u0020\u00a0\u2009\u202f"
SEPARATOR = re.compile(rf"[,.'’{SPACES}]")
DIGITS, NEGATIVE = re.compile("[0-9]+"), re.compile("-[0-9]+")
# Whole groups of one kind. A first group of 0 is no group: 0.123 is a decimal.
GROUPED = re.compile(rf"[1-9][0-9]{{0,2}}({SEPARATOR.pattern})[0-9]{{3}}(?:\1[0-9]{{3}})*")
MANY_DIGITS = re.compile(rf"[0-9]+(?:{SEPARATOR.pattern}[0-9]+)+")
DECIMAL = re.compile("[0-9]+[.,][0-9]+")
FACTORS = {"k": 10**3, "m": 10**6, "b": 10**9, "tsd": 10**3, "mio": 10**6, "mrd": 10**9}
# At most two decimals: 1,234K may mean 1.234 thousand or 1,234 thousand.
ABBREVIATED = re.compile(rf"([0-9]{{1,9}})(?:[.,]([0-9]{{1,2}}))?[{SPACES}]?({'|'.join(FACTORS)})\.?", re.IGNORECASE)

NOT_WHOLE = "not a whole number"
EXPECTED_EVERY_DIGIT = "abbreviated, such as 1.2M: expected every digit"


class Number(NamedTuple):
    digits: str  # ASCII digits
    is_approximate: bool


class Abbreviated(ValueError):
    """A number that is read only if approximate numbers are."""


def read_number(text: str, reads_approximate: bool) -> Number:
    """A whole number of plain digits, in digit groups or, if approximate numbers are read, abbreviated.

    Raises ValueError with the end of a sentence that begins "views is"."""
    if DIGITS.fullmatch(text):
        return Number(text, is_approximate=False)
    if not text.strip():
        raise ValueError("missing")
    if NEGATIVE.fullmatch(text):
        raise ValueError("negative")
    if digits := without_groups(text):
        return Number(digits, is_approximate=False)
    approximate = unabbreviated(text)
    if approximate is not None:
        if reads_approximate:
            return Number(str(approximate), is_approximate=True)
        raise Abbreviated(EXPECTED_EVERY_DIGIT)
    if MANY_DIGITS.fullmatch(text) and not DECIMAL.fullmatch(text):
        raise ValueError("neither a whole number nor one in whole groups of one kind, such as 1,234,567")
    raise ValueError(NOT_WHOLE)


def without_groups(text: str) -> str:
    """1,234,567 → 1234567; empty for a text that is not in whole groups of one kind."""
    return SEPARATOR.sub("", text) if GROUPED.fullmatch(text) else ""


def unabbreviated(text: str) -> int | None:
    """1.2M → 1,200,000; None for a text that is not abbreviated."""
    match = ABBREVIATED.fullmatch(text)
    if not match:
        return None
    whole, decimals, unit = match.groups()
    return int(Decimal(f"{whole}.{decimals or 0}") * FACTORS[unit.lower()])
