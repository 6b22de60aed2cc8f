"""Matches the words of a request with topics of trends and keywords of catalogues: whole words, however written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
ENDINGS_WITH_PLURAL_ES = ("s", "x", "z", "ch", "sh", "o")  # box, boxes; potato, potatoes
MAX_TOPIC_WORDS = 3  # "plant based food"


def words(text: str) -> list[str]:
    """The words of the text, in small letters without accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return WORD.findall(unicodedata.normalize("NFC", plain.casefold()))


@lru_cache(10_000)  # a catalogue's keywords are compared with every request
def folded(topic: str) -> str:
    """The topic in the form in which topics are compared: "Skin Care", "skin-care" and "skincare" are one."""
    return "".join(words(topic))


def topics_in(text: str) -> set[str]:
    """Every topic that the text may name, folded: each run of up to MAX_TOPIC_WORDS words, the last of them in the
    singular and in the plural. "art" is in "art supplies", but not in "smart" or "party"."""
    found = words(text)
    return {
        "".join(found[start:end]) + form
        for end, word in enumerate(found)
        for form in forms(word)
        for start in range(max(0, end - MAX_TOPIC_WORDS + 1), end + 1)
    }


def forms(word: str) -> set[str]:
    """The word and its possible English singulars and plurals. Forms that are no words do no harm: they are only
    compared with topics that somebody wrote down."""
    if len(word) < 3:
        return {word}
    found = {word, f"{word}s"}
    if word.endswith(ENDINGS_WITH_PLURAL_ES):
        found.add(f"{word}es")
    if word.endswith("y"):
        found.add(f"{word[:-1]}ies")
    if word.endswith("s") and not word.endswith("ss"):
        found.add(word[:-1])
    if word.endswith("es") and word[:-2].endswith(ENDINGS_WITH_PLURAL_ES):
        found.add(word[:-2])
    if word.endswith("ies"):
        found.add(f"{word[:-3]}y")
    return found
