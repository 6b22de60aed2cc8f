"""Selects an entry of a catalogue by the words of a request, with a confidence and a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from briefs.catalogues.matching import folded, topics_in
from briefs.catalogues.models import Entry
from briefs.request import BriefRequest

# Added to the sum of all scores before the best score is divided by it, so that a single matching word is no certainty.
SCORE_OF_NO_ENTRY = 2


@dataclass(frozen=True)
class Selection:
    """`confidence` is from 0, where no word of the request matched any entry, to 1."""

    name: str
    description: str
    confidence: float
    why: str


def select(entries: Iterable[Entry], weights: dict[str, int], request: BriefRequest) -> Selection:
    """The entry whose keywords the request says most, or where it says none, the most general entry.

    `weights` is how much a keyword counts, by the field of the request in which it stands. The confidence is the best
    entry's share of all scores and of SCORE_OF_NO_ENTRY.
    """
    topics = {field: topics_in(getattr(request, field)) for field in weights}

    def matches(entry: Entry) -> dict[str, int]:
        """The weights of the entry's keywords that the request says."""
        found = {
            word: [weights[field] for field in weights if folded(word) in topics[field]] for word in entry.keywords
        }
        return {word: max(found_in) for word, found_in in found.items() if found_in}

    def platform_score(entry: Entry) -> int:
        if not entry.platforms:
            return 0
        return 1 if request.platform in map(str.casefold, entry.platforms) else -1

    matching = {entry: words for entry in entries if (words := matches(entry))}
    if not matching:
        return most_general(entries, platform_score)
    scores = {entry: sum(words.values()) + platform_score(entry) for entry, words in matching.items()}
    best = min(scores, key=lambda entry: (-scores[entry], entry.name))
    confidence = scores[best] / (sum(scores.values()) + SCORE_OF_NO_ENTRY)
    why = f"The request says {', '.join(matching[best])}"
    on_platform = f", and it works well on {request.platform}" if platform_score(best) == 1 else ""
    return Selection(best.name, best.description, round(confidence, 2), f"{why}{on_platform}.")


def most_general(entries: Iterable[Entry], platform_score: Callable[[Entry], int]) -> Selection:
    """An entry without keywords before entries that are meant for something else; then one for this platform."""
    ordered = sorted(entries, key=lambda entry: (bool(entry.keywords), -platform_score(entry), entry.name))
    if not ordered:
        return Selection("", "", 0.0, "The catalogue is empty: decide by the product and the goal.")
    best = ordered[0]
    why = "this is a guess" if best.keywords else "this is the most general"
    return Selection(best.name, best.description, 0.0, f"Nothing in the request speaks for any: {why}.")
