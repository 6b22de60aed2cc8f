"""The evidence that a creative angle rests on: how creators performed, by the loaded results, and what apps know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count

from famekeeda import shared
from performance import stats
from performance.models import SMALL_SAMPLE_VIEWS, Engagement

MAX_CREATORS_IN_EVIDENCE = 3


def evidence(campaign_id: str, influencer_id: str) -> dict[str, Any]:
    """The best other creators of the campaign by adjusted rate, the named creator's record across all campaigns, and a
    `note` on what is not known. Rates are in per cent. One query for each id that is not empty.

    `known` is what other apps know of the campaign and the creator, by name (famekeeda.shared.brief_evidence)."""
    best = best_creators(campaign_id, besides=influencer_id) if campaign_id else []
    creator = record(influencer_id) if influencer_id else None
    found: dict[str, Any] = {"campaign": campaign_id} if campaign_id else {}
    found["bestCreators"] = [
        {
            "influencerId": result.influencer_id,
            "platform": result.platform,
            "engagementRate": round(result.engagement_rate, 2),
            "views": result.views,
            "smallSample": result.is_small_sample,
        }
        for result in best
    ]
    if creator:
        found["creator"] = creator
    if known := shared.brief_evidence(campaign_id, influencer_id):
        found["known"] = known
    return found | {"note": " ".join(notes(campaign_id, influencer_id, best, creator))}


def best_creators(campaign_id: str, *, besides: str) -> list[Engagement]:
    """The campaign's best creators by adjusted rate, in which few views count for little, without the one who is
    briefed: nobody is their own example."""
    ranked = Engagement.objects.ranked(campaign_id, by="adjusted").exclude(influencer_id=besides)
    return list(ranked.select_related("load")[:MAX_CREATORS_IN_EVIDENCE])


def record(influencer_id: str) -> dict[str, Any] | None:
    """The creator's rate over all campaigns: counters are added up before they are divided. None without results."""
    results = Engagement.objects.filter(influencer_id=influencer_id)
    row = results.aggregate(**stats.summed(), campaigns=Count("campaign_id", distinct=True))
    total = stats.Totals.of(influencer_id, row)
    if not total.results:
        return None
    return {
        "influencerId": influencer_id,
        "campaigns": row["campaigns"],
        "engagementRate": round(total.rate, 2),
        "views": total.views,
        "smallSample": total.views < SMALL_SAMPLE_VIEWS,
    }


def notes(
    campaign_id: str, influencer_id: str, best: list[Engagement], creator: dict[str, Any] | None
) -> Iterator[str]:
    if not campaign_id:
        yield "No campaign was named, so it is not known which creators do best."
    elif not best:
        others = " of other creators" if creator else ""
        yield f"No results{others} are loaded for {campaign_id}."
    if influencer_id and not creator:
        yield f"No results are loaded for {influencer_id}."
    if best or creator:
        yield "Rates are likes, comments and shares in per cent of views."
    if any(result.load and result.load.is_sample for result in best):
        yield f"The results of {campaign_id} are the sample that comes with Fame Keeda, not real ones."
    if any(result.is_small_sample for result in best) or (creator and creator["smallSample"]):
        yield f"A smallSample has fewer than {SMALL_SAMPLE_VIEWS:,} views: its rate says little."
