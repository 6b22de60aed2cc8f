"""Finds in the words of a request what a trend or a catalogue's entry is about: whole words, however written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
PLURAL_ES = ("s", "x", "z", "ch", "sh", "o")  # box, boxes; potato, potatoes
LONGEST_TOPIC = 3  # words: "plant based food"


def words(text: str) -> list[str]:
    """The text's words in small letters without accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return WORD.findall(unicodedata.normalize("NFC", plain.casefold()))


@lru_cache(10_000)  # a catalogue's keywords are compared with every request
def folded(topic: str) -> str:
    """A topic as it is compared: "Skin Care", "skin-care" and "skincare" are one."""
    return "".join(words(topic))


def topics_in(text: str) -> set[str]:
    """Every topic that the text may name, folded: each run of up to three words, its last one as singular and plural.

    Words are joined whole, so "art" is in "art supplies", and not in "smart" or "party"."""
    found = words(text)
    return {
        "".join(found[start:end]) + form
        for end, word in enumerate(found)
        for form in forms(word)
        for start in range(max(0, end - LONGEST_TOPIC + 1), end + 1)
    }


def forms(word: str) -> set[str]:
    """The word, and what English may make of it in the singular and in the plural. Some of it is no word; none
    of that is harmful, since it only ever meets topics that somebody wrote down."""
    if len(word) < 3:
        return {word}
    found = {word, f"{word}s"}
    if word.endswith(PLURAL_ES):
        found.add(f"{word}es")
    if word.endswith("y"):
        found.add(f"{word[:-1]}ies")
    if word.endswith("s") and not word.endswith("ss"):
        found.add(word[:-1])
    if word.endswith("es") and word[:-2].endswith(PLURAL_ES):
        found.add(word[:-2])
    if word.endswith("ies"):
        found.add(f"{word[:-3]}y")
    return found
