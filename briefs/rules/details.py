"""The details of a goal that a brief must not lose: codes, numbers, prices, percentages and dates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import regex

from briefs.rules.text_length import LINK

MAX_DETAILS = 10
MAX_DETAIL_CHARACTERS = 40  # a longer run of digits is no detail; all details together fit into a line of a brief

MONTHS = (
    "jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vrier|mar(?:ch|s|ço)?|märz|apr(?:il)?|avril|may|mai|june?|juni|juin"
    "|july?|juli|juillet|aug(?:ust)?|août|sept?(?:ember|embre)?|oct(?:ober|obre)?|okt(?:ober)?|nov(?:ember|embre)?"
    "|dec(?:ember)?|d[ée]cembre|dez(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre"
    "|noviembre|diciembre"
)
CURRENCY = r"(?:\p{Sc}|EUR\b|USD\b|GBP\b|CHF\b|euros?\b|dollars?\b|pounds?\b)"
DATE = (
    rf"\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?(?:{MONTHS})\b(?:,?\s\d{{4}}\b)?"
    rf"|(?:{MONTHS})\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}\b)?"
)
NUMBER = rf"(?:{CURRENCY}\s?)?\d+(?:[.,:/'’-]\d+)*(?:\s?(?:%|‰|{CURRENCY}|per\s?cent\b|percent\b|Prozent\b))?"
CODE = r"(?=[A-Z\d_-]*\d)(?=[\d_-]*[A-Z])[A-Z\d][A-Z\d_-]{1,29}"
NAMED_CODE = r"(?<=\b(?i:code|coupon|voucher|gutschein|código|codice)[\s:“”\"'»«]{1,3})[\p{Lu}\d][\p{Lu}\d_-]{2,29}"
DETAIL = regex.compile(rf"(?<![A-Za-z\d_@#])(?:(?i:{DATE})|{NAMED_CODE}|(?i:{CODE}|{NUMBER}))(?![A-Za-z\d_])", regex.V1)


def details_in(text: str) -> list[str]:
    """The details in the order of the text, each once: SAVE20, 20 %, 24 December."""
    found = [" ".join(match[0].split()) for match in DETAIL.finditer(LINK.sub(" ", text))]
    details: dict[str, str] = {}
    for detail in found:
        if len(detail) <= MAX_DETAIL_CHARACTERS:
            details.setdefault(as_compared(detail), detail)
    return list(details.values())[:MAX_DETAILS]


def missing_details(goal: str, texts: Iterable[str]) -> list[str]:
    """The details of the goal that stand in none of the texts."""
    said = [as_compared(text) for text in texts]
    return [detail for detail in details_in(goal) if not any(stands_in(as_compared(detail), text) for text in said)]


def stands_in(detail: str, text: str) -> bool:
    """Whether the detail stands in the text as a whole: 20% does not stand in 120%."""
    return bool(regex.search(rf"(?<![\p{{L}}\p{{N}}]){regex.escape(detail)}(?![\p{{L}}\p{{N}}])", text))


def as_compared(text: str) -> str:
    """The text without case, and without spaces before a sign: 20 % is 20%."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return regex.sub(r"\s(?=[%‰\p{Sc}])|(?<=\p{Sc})\s", "", plain)
