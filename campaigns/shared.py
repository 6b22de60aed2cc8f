"""What campaigns tell the other apps: creators' names, and what a profile adds to a brief."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from campaigns.models import Campaign, Creator
from famekeeda.search import creators_found
from famekeeda.shared import CreatorName, Found


def creator_names(influencer_ids: list[str]) -> dict[str, CreatorName]:
    return Creator.objects.names(influencer_ids)


def brief_evidence(campaign_id: str, influencer_id: str) -> dict[str, Any]:
    """What the campaign is about, and what the creator posts about, where, and to how many.

    A model reads it: neither names, handles, contacts and notes of people nor fees and budgets are said."""
    profile = Creator.objects.filter(pk=influencer_id).prefetch_related("accounts").first() if influencer_id else None
    campaign = Campaign.objects.filter(pk=campaign_id).first() if campaign_id else None
    said = {"profile": profile and profile.evidence(), "campaignFacts": campaign and campaign.evidence()}
    return {name: facts for name, facts in said.items() if facts}


def search(request: HttpRequest, text: str, limit: int) -> list[Found]:
    """Creators whose profile has the text in its name, handle or id."""
    if not request.user.has_perm("campaigns.view_creator"):
        return []
    return creators_found(Creator.objects.best_matching(text, limit).values_list("pk", flat=True))
