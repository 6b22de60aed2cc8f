"""How people write what a list of creators and a profile hold: fees with a currency, handles as links."""

from __future__ import annotations

import re
from typing import NamedTuple

from campaigns import typed_amounts
from campaigns.currencies import CURRENCIES
from campaigns.models.money import DECIMAL_PLACES, WHOLE_DIGITS

SPACES = re.compile("[\u0020\u00a0\u2009\u202f]")
SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "R$": "BRL", "₹": "INR", "₺": "TRY", "ZŁ": "PLN"}
SHARED_SIGNS = {"$": "USD, CAD or AUD", "¥": "JPY or CNY", "KR": "SEK, NOK or DKK"}
MARK = r"[A-Za-zŁł]{2,3}|(?:US|R)?\$|[€£₹₺¥]"
FEE = re.compile(rf"({MARK})?([0-9][0-9.,']*?)(?:[.,][-–])?({MARK})?")
EXPECTED_AMOUNT = "cannot be read as an amount without doubt; expected one such as 1200.00 or 1.200,00 €"

PROFILE_SITES = {"instagram.com": "instagram", "tiktok.com": "tiktok", "youtube.com": "youtube"}
LINK = re.compile(r"(?:https?://)?(?:www\.|m\.)?([a-z]+\.com)/(.*)", re.IGNORECASE)
PROFILE = re.compile(r"(@?)([\w.\-]+)/?(?:[?#].*)?")


class Fee(NamedTuple):
    amount: str  # digits, and cents where there were some
    currency: str  # three letters; empty if the cell names none
    candidates: str  # currencies in words, where the cell's sign stands for several


def read_fee(text: str) -> Fee:
    """650,00 € → 650.00 EUR. Raises ValueError for what may be read in two ways or not at all."""
    match = FEE.fullmatch(SPACES.sub("", text).replace("’", "'"))
    amount = typed_amounts.digits(match[2]) if match else None
    marks = [mark.upper() for mark in (match[1], match[3]) if mark] if match else []
    if not amount or len(amount[1]) > DECIMAL_PLACES or len(marks) > 1:
        raise ValueError("is negative" if text.startswith("-") else EXPECTED_AMOUNT)
    digits = amount[0].lstrip("0") or "0"
    if len(digits) > WHOLE_DIGITS:
        raise ValueError(f"has more than {WHOLE_DIGITS} digits")
    mark = "".join(marks)
    currency = SIGNS.get(mark, mark if mark in CURRENCIES else "")
    if mark and not currency and mark not in SHARED_SIGNS:
        raise ValueError(EXPECTED_AMOUNT)
    return Fee(f"{digits}.{amount[1]}" if amount[1] else digits, currency, SHARED_SIGNS.get(mark, ""))


def read_link(text: str) -> tuple[str, str]:
    """Handle and platform of a link to a profile; any other text as it is, with no platform. Raises ValueError for a
    link that leads elsewhere."""
    link = LINK.fullmatch(text)
    platform = PROFILE_SITES.get(link[1].lower(), "") if link else ""
    if not platform and "://" not in text:
        return text, ""
    profile = PROFILE.fullmatch(link[2]) if link and platform else None
    if not profile or not (profile[1] or platform == "instagram"):
        sites = ", ".join(PROFILE_SITES)
        raise ValueError(f"is a link that names no handle; expected a handle, or a link to a profile on {sites}")
    return profile[2], platform
