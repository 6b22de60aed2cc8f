"""What performance tells the other apps: campaigns with results, their creators and platforms, figures of creators."""

from __future__ import annotations

import re

from django.db import connection
from django.http import HttpRequest

from famekeeda.search import campaigns_found, creators_found
from famekeeda.seen_ids import first_ids, in_words
from famekeeda.shared import MAX_CREATORS_IN_FACTS, CampaignFacts, Figures, Found, Seen
from performance import stats
from performance.models import Engagement

VIEW = "performance.view_engagement"
MAX_SEARCHED_ROWS = 200  # a creator has a row for each campaign and platform
MAX_SEARCHED_CAMPAIGNS = 1_000

# No index begins with the creator's id, and one would make each load slower. The key of results begins with the
# campaign: one jump finds the next campaign, one more its creators whose ids begin with the text.
IDS_BEGINNING = """
WITH RECURSIVE campaign AS (
    (SELECT campaign_id, 1 AS number FROM performance_engagement ORDER BY campaign_id LIMIT 1)
    UNION ALL
    SELECT following.campaign_id, campaign.number + 1 FROM campaign CROSS JOIN LATERAL
        (SELECT campaign_id FROM performance_engagement
         WHERE campaign_id > campaign.campaign_id ORDER BY campaign_id LIMIT 1) AS following
    WHERE campaign.number < %(most)s
)
SELECT DISTINCT found.influencer_id FROM campaign CROSS JOIN LATERAL
    (SELECT influencer_id FROM performance_engagement
     WHERE campaign_id = campaign.campaign_id AND influencer_id LIKE %(pattern)s
     ORDER BY influencer_id LIMIT %(limit)s) AS found
ORDER BY 1 LIMIT %(limit)s
"""


def campaign_ids(text: str, limit: int, after: str) -> list[Seen]:
    found = first_ids(Engagement, "campaign_id", text=text, limit=limit, after=after)
    return [Seen(campaign_id, in_words(rows, "result")) for campaign_id, rows in found.items()]


def campaign_facts(campaign_id: str) -> CampaignFacts | None:
    """The campaign's platforms, most viewed first, and its creators, those of the highest rates first."""
    whole, platforms = stats.campaign(campaign_id)
    if not whole.results:
        return None
    ranked = Engagement.objects.ranked(campaign_id).values_list("influencer_id", flat=True)
    return CampaignFacts(
        platforms=tuple(dict.fromkeys(platform.name.lower() for platform in platforms if platform.name)),
        creators=tuple(dict.fromkeys(ranked[:MAX_CREATORS_IN_FACTS])),
    )


def creator_ids(text: str, limit: int) -> list[str]:
    """Creators in the results of MAX_SEARCHED_CAMPAIGNS campaigns; ids are compared letter by letter, with capitals."""
    begins = re.sub(r"([%_\\])", r"\\\1", text) + "%"
    with connection.cursor() as cursor:
        cursor.execute(IDS_BEGINNING, {"pattern": begins, "limit": limit, "most": MAX_SEARCHED_CAMPAIGNS})
        return [influencer_id for (influencer_id,) in cursor.fetchall()]


def creator_figures(campaign_id: str, influencer_ids: list[str]) -> dict[str, Figures]:
    results = Engagement.objects.filter(campaign_id=campaign_id, influencer_id__in=influencer_ids).order_by("-views")
    figures: dict[str, Figures] = {}
    for creator, platform, views, engagements in results.annotate(engagements=stats.ENGAGEMENTS).values_list(
        "influencer_id", "platform", "views", "engagements"
    ):
        known = figures.get(creator, Figures(0, 0))
        figures[creator] = Figures(
            known.views + views, known.engagements + engagements, known.platform or platform.lower()
        )
    return figures


def search(request: HttpRequest, text: str, limit: int) -> list[Found]:
    """Campaigns and creators with results whose ids begin with the text."""
    if not request.user.has_perm(VIEW):
        return []
    seen = {each.campaign_id: each.where for each in campaign_ids(text, limit, "")}
    begins = (
        Engagement.objects.filter(influencer_id__startswith=text).order_by().values_list("influencer_id", flat=True)
    )
    same = begins.filter(influencer_id=text)[:1]
    creators = dict.fromkeys([*same, *sorted(set(begins[:MAX_SEARCHED_ROWS]))])
    return campaigns_found(seen) + creators_found(list(creators)[:limit])
