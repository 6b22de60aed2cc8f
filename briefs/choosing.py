"""Chooses from a catalogue by the words of a request, and says how sure that is and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from briefs.catalogues import Entry
from briefs.matching import folded, topics_in
from briefs.request import BriefRequest

DOUBT = 2  # weighed against what speaks for the best entry: one word is no certainty


@dataclass(frozen=True)
class Choice:
    name: str
    description: str
    confidence: float
    why: str


def choose(entries: Iterable[Entry], weights: dict[str, int], request: BriefRequest) -> Choice:
    """The entry that the request says most of; where it says nothing of any, the most general one.

    The confidence is the winner's share of what speaks for any entry, and of DOUBT."""
    named = {name: topics_in(getattr(request, name)) for name in weights}

    def said(entry: Entry) -> dict[str, int]:
        """The entry's keywords that the request says, and how much each weighs."""
        found = {word: [weights[name] for name in weights if folded(word) in named[name]] for word in entry.keywords}
        return {word: max(found_in) for word, found_in in found.items() if found_in}

    def fit(entry: Entry) -> int:
        if not entry.platforms:
            return 0
        return 1 if request.platform in map(str.casefold, entry.platforms) else -1

    spoken_for = {entry: words for entry in entries if (words := said(entry))}
    if not spoken_for:
        return most_general(entries, fit)
    scores = {entry: sum(words.values()) + fit(entry) for entry, words in spoken_for.items()}
    best = min(scores, key=lambda entry: (-scores[entry], entry.name))
    confidence = scores[best] / (sum(scores.values()) + DOUBT)
    why = f"The request says {', '.join(spoken_for[best])}"
    suits = f", and it works well on {request.platform}" if fit(best) == 1 else ""
    return Choice(best.name, best.description, round(confidence, 2), f"{why}{suits}.")


def most_general(entries: Iterable[Entry], fit: Callable[[Entry], int]) -> Choice:
    """An entry without keywords before any that was meant for something else, then one for this platform."""
    ordered = sorted(entries, key=lambda entry: (bool(entry.keywords), -fit(entry), entry.name))
    if not ordered:
        return Choice("", "", 0.0, "The catalogue is empty: decide by the product and the goal.")
    best = ordered[0]
    why = "this is a guess" if best.keywords else "this is the most general"
    return Choice(best.name, best.description, 0.0, f"Nothing in the request speaks for any: {why}.")
