"""Text as people and systems type it: in one Unicode form, and without characters that no text needs."""

from __future__ import annotations

import re
import unicodedata

import regex

# For the brackets of a pattern: control characters, Unicode's ends of lines and paragraphs, the byte order mark, and
# U+FFFD, which stands for text that was lost.
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd"
SURROGATES = r"\ud800-\udfff"  # halves of characters, which UTF-8 does not have
CONTROL_REFUSAL = "May not hold control characters."

IN_A_LINE = re.compile(f"[{CONTROL}{SURROGATES}]")
IN_LINES = re.compile(rf"(?![\t\n])[{CONTROL}{SURROGATES}]")
# Letters, digits and signs, but none that is drawn as nothing, such as the Hangul filler and the empty Braille pattern.
VISIBLE = regex.compile(r"[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800]]", regex.V1)


def is_visible(text: str) -> bool:
    """Whether the text holds anything that people can see."""
    return bool(VISIBLE.search(text))


def one_form(text: str) -> str:
    """The text in Unicode's composed form (NFC), with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_line(text: str) -> str:
    """A text of one line in one form; what holds nothing visible is empty. Raises ValueError for a text with control
    characters, among which line breaks are."""
    if IN_A_LINE.search(text):
        raise ValueError(CONTROL_REFUSAL)
    return one_form(text) if is_visible(text) else ""


def tidy_lines(text: str) -> str:
    """A text of several lines in one form, its line breaks as files have them; what holds nothing visible is empty.
    Raises ValueError for a text with control characters other than line breaks and tabs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if IN_LINES.search(text):
        raise ValueError(CONTROL_REFUSAL)
    return unicodedata.normalize("NFC", text).strip() if is_visible(text) else ""
