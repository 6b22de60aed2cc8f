"""Whom a picker of creators offers for what somebody has typed."""

from __future__ import annotations

from typing import Any

from campaigns.models import Creator
from campaigns.models.text_search import tidy
from famekeeda import links, shared

MAX_OFFERED = 20


def offered(text: str) -> list[dict[str, Any]]:
    """The creators whom somebody who typed the text probably means, as JSON: those with a profile first, then those
    whom only results name, by the beginning of their id."""
    profiles = list(Creator.objects.best_matching(text, MAX_OFFERED).prefetch_related("accounts"))
    offers = [of_profile(creator) for creator in profiles]
    if tidy(text) and len(offers) < MAX_OFFERED:
        known = {creator.pk for creator in profiles}
        offers += [offer(pk) for pk in shared.creator_ids(tidy(text), MAX_OFFERED) if pk not in known]
    return offers[:MAX_OFFERED]


def of_profile(creator: Creator) -> dict[str, Any]:
    accounts = sorted(creator.accounts.all(), key=lambda account: -(account.followers or 0))
    return offer(
        creator.pk,
        name=creator.name,
        handle=next((account.handle for account in accounts if account.handle), ""),
        platforms=[account.platform for account in accounts],
        followers=accounts[0].followers if accounts else None,
    )


def offer(
    influencer_id: str, *, name: str = "", handle: str = "", platforms: list[str] | None = None, followers: Any = None
) -> dict[str, Any]:
    """A creator as the picker's script reads one. `followers` are those of the account with most of them."""
    return {
        "id": influencer_id,
        "name": name,
        "handle": handle,
        "platforms": platforms or [],
        "followers": followers,
        "initials": links.initials(name or handle or influencer_id),
        "colour": links.face_colour(influencer_id),
    }
