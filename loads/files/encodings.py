"""Encodings of text files: recognised by their first bytes, or named by a person; and text that is broken."""

from __future__ import annotations

import codecs
import re

BYTE_ORDER_MARKS = {  # those of UTF-32 first: the mark of UTF-16 is the beginning of theirs
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Text encodings of Python that are no encodings of files: each reads plain ASCII as something else.
NOT_OF_FILES = {"utf-7", "idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape", "undefined"}

UNDECODED = re.compile(r"[\ud800-\udfff]")  # bytes that are no UTF-8, and lone surrogates in a workbook's text
NOT_TEXT = re.compile(r"[\ud800-\udfff\ufffd]")


def named_encoding(name: str) -> str:
    """Python's name of a text encoding, such as cp1252; empty for no name. Raises ValueError for any other codec."""
    if not name.strip():
        return ""
    try:
        codec = codecs.lookup(name.strip())
        usable = codec._is_text_encoding and codec.incrementaldecoder is not None
    except (LookupError, ValueError):
        usable = False
    if not usable or codec.name in NOT_OF_FILES or codec.name.replace("_", "-") in NOT_OF_FILES:
        raise ValueError(f"{name!r} is no encoding of text; expected one such as cp1252, iso-8859-15 or utf-16")
    return codec.name


def marked_encoding(start: bytes) -> str:
    """The encoding that a byte order mark names; empty without a mark."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS.items() if start.startswith(mark)), "")


def likely_encoding(start: bytes) -> str:
    """The encoding of a file without a byte order mark, by the position of the NULs in an ASCII header."""
    nul = [byte == 0 for byte in start[:4]]
    match nul:
        case [False, True, True, True]:
            return "utf-32-le"
        case [True, True, True, False]:
            return "utf-32-be"
        case [False, True, *_]:
            return "utf-16-le"
        case [True, False, *_]:
            return "utf-16-be"
    return "utf-8"


def printable(text: str) -> str:
    """Text that PostgreSQL can hold: bytes that were no text in the file are shown as \\xNN."""
    if "\0" not in text and not NOT_TEXT.search(text):
        return text
    return "".join(
        f"\\x{ord(char) & 0xFF:02x}" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text
    )
