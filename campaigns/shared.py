"""What campaigns tell the other apps: names and facts of campaigns, creators' names, what profiles add to briefs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from campaigns.best_creators import best
from campaigns.models import Account, Campaign, Collaboration, Creator
from famekeeda.search import campaigns_found, creators_found
from famekeeda.shared import MAX_CREATORS_IN_FACTS, CampaignFacts, CreatorName, Found


def campaign_names(campaign_ids: list[str]) -> dict[str, str]:
    return dict(Campaign.objects.filter(pk__in=campaign_ids).values_list("pk", "name"))


def real_campaigns(campaign_ids: list[str]) -> list[str]:
    return list(Campaign.objects.filter(pk__in=campaign_ids, is_sample=False).values_list("pk", flat=True))


def campaign_facts(campaign_id: str) -> CampaignFacts | None:
    """What people decided about the campaign, and the creators in it, without those who declined."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        return None
    wanted = campaign.collaborations.exclude(state__in=Collaboration.OUT).order_by("influencer_id")
    return CampaignFacts(
        name=campaign.name,
        brand=campaign.brand,
        product=campaign.product,
        goal=campaign.goal,
        platforms=tuple(platform.lower() for platform in campaign.platforms),
        creators=tuple(wanted.values_list("influencer_id", flat=True)[:MAX_CREATORS_IN_FACTS]),
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )


def creator_names(influencer_ids: list[str]) -> dict[str, CreatorName]:
    return Creator.objects.names(influencer_ids)


def creator_handles(influencer_id: str) -> list[str]:
    return list(Account.objects.filter(creator=influencer_id).values_list("handle", flat=True))


def brief_evidence(campaign_id: str, influencer_id: str) -> dict[str, Any]:
    """What the campaign is about, and what the creator posts about, where, and to how many.

    A model reads it: neither names, handles, contacts and notes of people nor fees and budgets are said."""
    profile = Creator.objects.filter(pk=influencer_id).prefetch_related("accounts").first() if influencer_id else None
    campaign = Campaign.objects.filter(pk=campaign_id).first() if campaign_id else None
    said = {"profile": profile and profile.evidence(), "campaignFacts": campaign and campaign.evidence()}
    return {name: facts for name, facts in said.items() if facts}


def search(request: HttpRequest, text: str, limit: int) -> list[Found]:
    """Campaigns with the text in name, brand or id, and creators whose profile has it in name, handle or id."""
    found: list[Found] = []
    if request.user.has_perm("campaigns.view_campaign"):
        details = {each.pk: detail(each) for each in Campaign.objects.matching(text)[:limit]}
        found += campaigns_found(details)
    if request.user.has_perm("campaigns.view_creator"):
        found += creators_found(best(text, limit))
    return found


def detail(campaign: Campaign) -> str:
    """Nova, active."""
    return ", ".join(filter(None, (campaign.brand, campaign.get_status_display())))
