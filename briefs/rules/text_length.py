"""Measures a text as its platform counts, and cuts it to a limit without breaking words, emoji or accents."""

from __future__ import annotations

import re
from functools import partial

import regex

from briefs.catalogues.models import PlatformRule

Counting = PlatformRule.Counting

# An address that every platform takes for a link. It ends where other scripts begin, as in "https://nike.comで走ろう".
LINK = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![a-z0-9-])(?::\d+)?(?:[/?#][!#-;=?-~]*)?", re.IGNORECASE)
POSSIBLE_LINKS = (
    re.compile(r"https?://\S+", re.IGNORECASE),
    re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:/[!#-;=?-~]*)?", re.IGNORECASE),
)
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
LINK_WEIGHT = 23  # X shortens every link to a t.co address of this length
# By https://docs.x.com/fundamentals/counting-characters these code points count one, all others two.
SINGLE_WEIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def length(text: str, counting: str) -> int:
    match counting:
        case Counting.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case Counting.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case Counting.WEIGHTED:
            return weight(text)
    return len(text)


def weight(text: str) -> int:
    """The length as X counts it. A possible link counts as a link or as its characters, whichever is more."""
    total, position = 0, 0
    for link in LINK.finditer(text):
        total += _weight_without_links(text[position : link.start()]) + LINK_WEIGHT
        position = link.end()
    return total + _weight_without_links(text[position:])


def _weight_without_links(text: str) -> int:
    links = (link[0] for pattern in POSSIBLE_LINKS for link in pattern.finditer(text))
    return _weight_of_characters(text) + sum(max(0, LINK_WEIGHT - _weight_of_characters(link)) for link in links)


def _weight_of_characters(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if EMOJI.search(cluster) else sum(map(_weight_of_character, cluster)) for cluster in clusters(text))


def _weight_of_character(char: str) -> int:
    return 1 if any(first <= ord(char) <= last for first, last in SINGLE_WEIGHT_RANGES) else 2


def clusters(text: str) -> list[str]:
    """The text in pieces that people see as one character: an emoji with its joiners, a letter with its marks."""
    return regex.findall(r"\X", text)


ELLIPSIS = "…"
SENTENCES = re.compile(r".*[.!?。！？](?=\s|$)|.*\n", re.DOTALL)
WORDS = re.compile(r".*\S(?=\s)", re.DOTALL)


def cut(text: str, limit: int, counting: str) -> str:
    """The text, at most `limit` long: cut after a sentence if one ends near the limit, or else after a word, with an
    ellipsis."""
    measure = partial(length, counting=counting)
    if measure(text) <= limit:
        return text
    pieces = clusters(text)
    if measure(pieces[0]) > limit:  # marks upon marks: a single cluster is longer than a post
        pieces = list(text)
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure("".join(pieces[:middle])) <= limit else (low, middle - 1)
    fitting = "".join(pieces[:low])
    if (sentences := SENTENCES.match(fitting)) and len(sentences[0]) >= 0.7 * len(fitting):
        return sentences[0].rstrip()
    while pieces[:low]:
        fitting = "".join(pieces[:low])
        words = WORDS.match(fitting)
        shorter = words[0] if words and len(words[0]) >= 0.5 * len(fitting) else fitting
        if measure(shorter.rstrip() + ELLIPSIS) <= limit:
            return shorter.rstrip() + ELLIPSIS
        low -= 1
    return ""
