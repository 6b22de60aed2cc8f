"""Takes e-mail addresses and phone numbers out of what is sent to a model."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import regex

AT = r"\s?(?:[@＠]|[(\[]\s?at\s?[)\]])\s?"
DOT = r"(?:[.．]|\s?[(\[]\s?dot\s?[)\]]\s?)"
EMAIL = regex.compile(
    rf"(?:\"[^\"\n]{{1,64}}\"|[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}){AT}(?:[\w-]{{1,63}}{DOT})+\p{{L}}{{2,24}}",
    regex.IGNORECASE,
)
DATE = regex.compile(r"\b((?:19|20)\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d)\b")
# Nine digits or more, with the separators that people write; no ids that begin with letters, but numbers after "tel.".
PHONE = regex.compile(
    r"(?:(?<![\w./-])|(?<=\b(?:wa\.me|t|tel|phone|fon|mobile?|whatsapp)[./:_-]))"
    r"\+?(?:[(]?\d[\s./()·_\u2010-\u2015-]{0,3}){8,}\d(?!\d)",
    regex.IGNORECASE,
)


def without_contacts(value: Any) -> Any:
    """The value with `[e-mail]` and `[phone]` in place of the addresses and numbers in its texts, at any depth."""
    match value:
        case str():
            redacted = _redact(value)
            # In the text as people see it, fullwidth digits are digits, and characters between them may be invisible.
            seen = regex.sub(r"\p{Cf}", "", unicodedata.normalize("NFKC", redacted))
            return redacted_again if (redacted_again := _redact(seen)) != seen else redacted
        case Mapping():
            return {name: without_contacts(inner) for name, inner in value.items()}
        case list() | tuple():
            return [without_contacts(inner) for inner in value]
    return value


def _redact(text: str) -> str:
    pieces = DATE.split(EMAIL.sub("[e-mail]", text))  # every second piece is a date
    return "".join(piece if number % 2 else PHONE.sub("[phone]", piece) for number, piece in enumerate(pieces))
