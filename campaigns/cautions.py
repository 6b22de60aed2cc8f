"""What people are told of a state that they set too early, perhaps; nothing is forbidden by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaigns.event_types import FEE
from campaigns.models import Collaboration, Deliverable

SEE_DELIVERABLES = "campaigns.view_deliverable"
NO_FEE = "No fee is set yet"
NOTHING_LIVE = "Nothing is live yet"
STILL_OPEN = "Not every deliverable is live yet"


def cautions(collaborations: Sequence[Collaboration], user: Any) -> dict[str, list[Collaboration]]:
    """Each sentence that the user may read about the states of the collaborations, with those of whom it is true."""
    state = Collaboration.State
    found: dict[str, list[Collaboration]] = {}
    if user.has_perm(FEE):
        found[NO_FEE] = [
            each for each in collaborations if each.state in (state.AGREED, state.PAID) and each.fee is None
        ]
    paid = [each for each in collaborations if each.state == state.PAID]
    if paid and user.has_perm(SEE_DELIVERABLES):
        live, open_ = those_who_owe(paid)
        found[NOTHING_LIVE] = [each for each in paid if each.pk not in live]
        found[STILL_OPEN] = [each for each in paid if each.pk in live & open_]
    return {sentence: those for sentence, those in found.items() if those}


def those_who_owe(collaborations: Sequence[Collaboration]) -> tuple[set[int], set[int]]:
    """The keys of collaborations with a deliverable that is live, and of those with one that is not."""
    owed = Deliverable.objects.filter(collaboration__in=collaborations).order_by()
    states = set(owed.values_list("collaboration_id", "state").distinct())
    live = {key for key, state in states if state == Deliverable.State.LIVE}
    return live, {key for key, state in states if state != Deliverable.State.LIVE}


def caution(collaboration: Collaboration, user: Any) -> str:
    """The sentences about one creator's state; empty without any."""
    return " ".join(f"{sentence}." for sentence in cautions([collaboration], user))
