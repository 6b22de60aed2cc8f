"""Locks several profiles and parts of creators before what hangs on them goes, in the order in which people lock."""

from __future__ import annotations

from django.db.models import QuerySet

from campaigns.models import Collaboration, Creator


def hold(creators: QuerySet[Creator], collaborations: QuerySet[Collaboration]) -> None:
    """Locks profiles, and then parts in campaigns, each in the order of ids, until the transaction ends.

    People lock a profile before they change its accounts, and a part before its deliverables."""
    for rows in (creators.order_by("pk"), collaborations.order_by("campaign_id", "influencer_id")):
        list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
