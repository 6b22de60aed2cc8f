"""What events tell the other apps: the campaigns of which any were recorded."""

from __future__ import annotations

from famekeeda.events.models import EventCounter
from famekeeda.shared import Seen
from famekeeda.words import counted


def campaign_ids(text: str, limit: int, after: str) -> list[Seen]:
    counters = EventCounter.objects.filter(campaign_id__startswith=text, campaign_id__gt=after)
    return [
        Seen(each.campaign_id, counted(each.sequence, "event")) for each in counters.order_by("campaign_id")[:limit]
    ]
