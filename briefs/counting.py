"""How long a text is by each platform's counting, and how it is cut to a limit without breaking what people see."""

from __future__ import annotations

import re
from functools import partial

import regex

from briefs.catalogues import PlatformRule

Counting = PlatformRule.Counting

# An address that every platform takes for one: it ends where other scripts begin, as in "https://nike.comで走ろう".
LINK = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![a-z0-9-])(?::\d+)?(?:[/?#][!#-;=?-~]*)?", re.IGNORECASE)
PERHAPS_LINKS = (
    re.compile(r"https?://\S+", re.IGNORECASE),
    re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:/[!#-;=?-~]*)?", re.IGNORECASE),
)
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
LINK_WEIGHT = 23  # what t.co makes of any address
# Of https://docs.x.com/fundamentals/counting-characters: these count one, all other characters two.
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


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
    """As X counts. What it may or may not take for a link counts as whichever is more."""
    total, position = 0, 0
    for link in LINK.finditer(text):
        total += _weight_without_links(text[position : link.start()]) + LINK_WEIGHT
        position = link.end()
    return total + _weight_without_links(text[position:])


def _weight_without_links(text: str) -> int:
    links = (link[0] for pattern in PERHAPS_LINKS for link in pattern.finditer(text))
    return _weight_of_letters(text) + sum(max(0, LINK_WEIGHT - _weight_of_letters(link)) for link in links)


def _weight_of_letters(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if EMOJI.search(cluster) else sum(map(_weight_of_letter, cluster)) for cluster in clusters(text))


def _weight_of_letter(char: str) -> int:
    return 1 if any(first <= ord(char) <= last for first, last in LIGHT) else 2


def clusters(text: str) -> list[str]:
    """What people see as one character each: emoji with their joiners, letters with their marks."""
    return regex.findall(r"\X", text)


ELLIPSIS = "…"
SENTENCE = re.compile(r".*[.!?。！？](?=\s|$)|.*\n", re.DOTALL)
WORDS = re.compile(r".*\S(?=\s)", re.DOTALL)


def cut(text: str, limit: int, counting: str) -> str:
    """At most `limit` long: to the end of a sentence if one is near, else of a word; then with an ellipsis."""
    measure = partial(length, counting=counting)
    if measure(text) <= limit:
        return text
    seen = clusters(text)
    if measure(seen[0]) > limit:  # marks upon marks: what is seen as one character is longer than a post
        seen = list(text)
    low, high = 0, len(seen)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure("".join(seen[:middle])) <= limit else (low, middle - 1)
    whole = "".join(seen[:low])
    if (sentence := SENTENCE.match(whole)) and len(sentence[0]) >= 0.7 * len(whole):
        return sentence[0].rstrip()
    while seen[:low]:
        whole = "".join(seen[:low])
        words = WORDS.match(whole)
        shorter = words[0] if words and len(words[0]) >= 0.5 * len(whole) else whole
        if measure(shorter.rstrip() + ELLIPSIS) <= limit:
            return shorter.rstrip() + ELLIPSIS
        low -= 1
    return ""
