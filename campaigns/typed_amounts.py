"""Reads amounts of money as people write them, with the separators of their country."""

from __future__ import annotations

import re
from decimal import Decimal

SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")  # that programs put between thousands
WITH_CURRENCY = re.compile(r"(?P<before>€|[A-Za-z]{3})? ?(?P<number>-?[0-9][0-9.,' ]*?) ?(?P<after>€|[A-Za-z]{3})?")
PLAIN = re.compile(r"(?P<whole>-?[0-9]+)(?:[.,](?P<fraction>[0-9]+))?")
GROUPED = re.compile(
    r"(?P<whole>-?[1-9][0-9]{0,2}(?P<between>[.,' ])[0-9]{3}(?:(?P=between)[0-9]{3})*)"
    r"(?:(?!(?P=between))[.,](?P<fraction>[0-9]+))?"
)
AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
INVALID = "Type a number, such as 1200.00."


def read(text: str) -> Decimal:
    """The amount in 1250.50, 1,250.50, 1250,50, 1.250,50, 1 250,50 or 1'250.50, also beside € or the three letters of a
    currency. Raises ValueError, with a sentence for people, for what is no amount, and for what may be two: 1,250."""
    number, _ = parts(text)
    if AMBIGUOUS.fullmatch(number):
        whole, fraction = re.sub("[.,]", "", number), number.replace(",", ".")
        raise ValueError(f"Can be read as {whole} and as {fraction}. Write {whole} or {whole}.00 for the first.")
    found = digits(number)
    if found is None:
        raise ValueError(INVALID)
    return Decimal(".".join(found))


def digits(number: str) -> tuple[str, str] | None:
    """The digits before and after the last sign of 1250.50, 1.250,50 or 1'250; None for what is no number. Of 1,250 all
    are before it: a form asks which of two amounts is meant, but of a file nobody can be asked, and nobody writes a fee
    with three decimals."""
    found = GROUPED.fullmatch(number) or PLAIN.fullmatch(number)
    return (re.sub("[.,' ]", "", found["whole"]), found["fraction"] or "") if found else None


def currency_in(text: str) -> str:
    """The currency that stands beside the amount, by its three letters; empty without one."""
    return parts(text)[1]


def parts(text: str) -> tuple[str, str]:
    """The number and the currency. Raises ValueError."""
    found = WITH_CURRENCY.fullmatch(SPACES.sub(" ", text).replace("’", "'").strip())
    if found is None or (found["before"] and found["after"]):
        raise ValueError(INVALID)
    currency = (found["before"] or found["after"] or "").upper()
    return found["number"], "EUR" if currency == "€" else currency
