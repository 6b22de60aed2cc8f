"""What people are told of a state that they set too early, perhaps, and of fees over the budget; all is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaigns.event_types import FEE
from campaigns.models import Collaboration, Deliverable
from campaigns.models.money import in_words

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
    """The sentences about the state that one creator was taken to; empty without any."""
    sentences = [f"{sentence}." for sentence in cautions([collaboration], user)]
    return " ".join([*sentences, *filter(None, [over_budget(newly_agreed([collaboration]), user)])])


def newly_agreed(moved: Sequence[Collaboration]) -> list[Collaboration]:
    """Those of the creators who were taken to another state whose fee counts since then."""
    return [each for each in moved if each.state == Collaboration.State.AGREED]


def over_budget(collaborations: Sequence[Collaboration], user: Any) -> str:
    """A sentence where fees of these creators of one campaign count, and all that count are over its budget; empty
    otherwise, and for who may not see fees. Fees in other currencies than the budget's are left out."""
    counting = [each for each in collaborations if each.state in Collaboration.FEE_COUNTS and each.fee]
    if not counting or not user.has_perm(FEE):
        return ""
    campaign = counting[0].campaign
    if campaign.currency not in [each.currency for each in counting]:
        return ""
    fees = Collaboration.objects.fees([campaign.pk]).get(campaign.pk, [])  # somebody may have removed them meanwhile
    agreed = next((each.agreed for each in fees if each.currency == campaign.currency), None)
    if campaign.budget is None or agreed is None or agreed <= campaign.budget:
        return ""
    return f"Agreed fees are {in_words(agreed - campaign.budget, campaign.currency)} over the budget now."
