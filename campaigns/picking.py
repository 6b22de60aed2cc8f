"""Whom a picker of creators offers for what somebody has typed."""

from __future__ import annotations

from typing import Any

from campaigns.best_creators import best
from campaigns.models import Creator
from famekeeda import links, shared
from famekeeda.folding import tidied

MAX_OFFERED = 20


def offered(text: str) -> list[dict[str, Any]]:
    """The creators whom somebody who typed the text probably means, as JSON: those with a profile first, then those
    whom only results name, by the beginning of their id."""
    found = best(text, MAX_OFFERED)
    profiles = Creator.objects.prefetch_related("accounts").in_bulk(found)
    offers = [of_profile(profiles[pk]) for pk in found if pk in profiles]
    begins = tidied(text)
    if begins and len(offers) < MAX_OFFERED:
        offers += [offer(pk) for pk in shared.creator_ids(begins, MAX_OFFERED) if pk not in profiles]
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
