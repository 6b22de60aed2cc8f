"""Campaign ids seen in results, briefs or events that have no Campaign row."""

from __future__ import annotations

from campaigns.models import Campaign
from famekeeda import shared
from famekeeda.shared import Seen

# Ids that are looked at for a page or a count, at first and if need be once more. Most may have their campaign already,
# and each look asks every app.
LOOKS = (200, 1_800)


def unadopted(after: str = "", limit: int = 50, text: str = "") -> tuple[dict[str, list[Seen]], str]:
    """The first `limit` such ids after the id `after`, each with where it was seen, in the order of their code points;
    and the id after which the next page begins, empty where there is none."""
    found: dict[str, list[Seen]] = {}
    for size in LOOKS:
        seen = shared.campaign_ids(text, size, after)
        adopted = set(Campaign.objects.filter(pk__in=seen).values_list("pk", flat=True))
        for campaign_id, where in seen.items():
            if len(found) == limit:
                return found, after
            after = campaign_id
            if campaign_id not in adopted:
                found[campaign_id] = where
        if len(seen) < size:
            return found, ""
    return found, after
