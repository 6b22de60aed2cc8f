"""Hashtags: found in a text, taken out of it, and selected up to the platform's limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import regex

from briefs.catalogues.models import PlatformRule
from briefs.request import as_hashtag
from briefs.rules.disclosure import discloses_or_denies, without_opening_disclosure
from briefs.rules.text_length import LINK

MAX_HASHTAGS = 30  # where a platform lets more count
MAX_HASHTAG_CHARACTERS = 100

EMOJI = r"\p{Extended_Pictographic}\p{Regional_Indicator}"
WORD = r"\p{M}*[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*"
HASH = r"[#＃](?!\ufe0f?\u20e3)"  # #️⃣ is an emoji
HASHTAG = regex.compile(rf"{HASH}[#＃\u200d\p{{M}}]*({WORD}|[{EMOJI}])")
HASH_BEFORE_A_LINK = regex.compile(rf"{HASH}[#＃\u200d\p{{M}}]*\Z")
HASHTAG_AT_THE_END = rf"(?:^|[\s,·|]+){HASH}(?:{WORD}|[{EMOJI}][{EMOJI}\p{{M}}\u200d]*)"
BLOCK_AT_THE_END = regex.compile(rf"(?r)(?:{HASHTAG_AT_THE_END})+[\s,.·|]*\Z")


def hashtags_in(text: str) -> list[str]:
    """The words of the text's hashtags."""
    return HASHTAG.findall(_outside_links(text, str, lambda link: " "))


def without_hashtags(text: str) -> str:
    """The text without disclosures and without the block of hashtags at its end; other hashtags lose their #."""
    text = _without_block_at_the_end(text)
    for _ in range(3):  # without its #, a word may turn out to be a link, and what followed a link to be none
        text = _outside_links(text, lambda part: HASHTAG.sub(_word_of, HASH_BEFORE_A_LINK.sub("", part)))
    if hashtags_in(text):
        text = text.replace("#", "").replace("＃", "")
    text = re.sub(r"[ \t]{2,}", " ", without_opening_disclosure(text))
    return re.sub(r"\n\s*\n\s*", "\n\n", text).strip()


def select(candidates: Iterable[str], rule: PlatformRule) -> tuple[list[str], list[str]]:
    """The hashtags that count on the platform beside the disclosure, and those for which there is no room: in the order
    of the candidates, each once, none that discloses or denies."""
    hashtags: dict[str, str] = {}
    for hashtag in map(as_hashtag, candidates):
        if 1 < len(hashtag) <= MAX_HASHTAG_CHARACTERS and not discloses_or_denies(hashtag[1:]):
            hashtags.setdefault(hashtag.casefold(), hashtag)
    room = min(rule.hashtag_limit - 1, MAX_HASHTAGS)
    return list(hashtags.values())[:room], list(hashtags.values())[room:]


def _outside_links(text: str, change: Callable[[str], str], change_link: Callable[[str], str] = str) -> str:
    """The text with `change` made between its links and `change_link` of its links: a # in an address is no hashtag."""
    parts, position = [], 0
    for link in LINK.finditer(text):
        parts += [change(text[position : link.start()]), change_link(link[0])]
        position = link.end()
    return "".join([*parts, change(text[position:])])


def _without_block_at_the_end(text: str) -> str:
    """The text without the hashtags at its end, but with a single one that ends a sentence, as in "by #Nike"."""
    block = BLOCK_AT_THE_END.search(text)
    if not block:
        return text
    before = text[: block.start()]
    is_single = len(HASHTAG.findall(block[0])) == 1 and "\n" not in block[0].rstrip()
    return text if is_single and before[-1:].isalnum() else before


def _word_of(hashtag: regex.Match[str]) -> str:
    return "" if discloses_or_denies(hashtag[1]) else hashtag[1]
