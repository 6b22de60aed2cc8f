"""The panels of campaigns: what is due, what runs, the story on a campaign's page, the profile on a creator's page."""

from __future__ import annotations

from django.http import HttpRequest

from campaigns import due, running
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration, Creator
from campaigns.story import parts
from famekeeda import shared
from famekeeda.actions import ticks
from famekeeda.pages import Panel

VIEW = "campaigns.view_campaign"
ADD, CHANGE = "campaigns.add_creator", "campaigns.change_creator"  # profiles
MAX_COLLABORATIONS = 100  # of a creator, the newest


def start(request: HttpRequest) -> list[Panel]:
    return [panel for panel in (due.panel(request), running.panel(request)) if panel]


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    """The story of the campaign; for an id that is no campaign yet, a notice that offers to make it one."""
    if not request.user.has_perm(VIEW):
        return None
    found = Campaign.objects.select_related("owner").filter(pk=campaign_id).first()
    if found is None:
        return Panel("admin/campaigns/adopt.html", {"campaign_id": campaign_id}, is_known=False, order=10)
    return Panel("admin/campaigns/story.html", parts.story(request, found), order=10)


def creator(request: HttpRequest, influencer_id: str) -> Panel | None:
    """The creator's profile, and the campaigns that the creator is or was in."""
    if not request.user.has_perm("campaigns.view_creator"):
        return None
    profile = Creator.objects.prefetch_related("accounts").filter(pk=influencer_id).first()
    collaborations: list[Collaboration] = []
    if request.user.has_perm("campaigns.view_collaboration"):
        found = Collaboration.objects.filter(influencer_id=influencer_id).select_related("campaign")
        collaborations = list(found.order_by("-created_at")[:MAX_COLLABORATIONS])
    platforms, accounts = shared.platforms(), profile.by_followers if profile else []
    context = {
        "influencer_id": influencer_id,
        "names": shared.creator_names([influencer_id]),
        "profile": profile,
        "accounts": [(platforms.get(account.platform, account.platform), account) for account in accounts],
        "may_write": request.user.has_perm(CHANGE if profile else ADD),
        "ticks": ticks(request, "campaigns", "", [influencer_id]),
        "parts": collaborations,
        "sees_fees": request.user.has_perm(FEE),
    }
    return Panel("admin/campaigns/profile.html", context, is_known=bool(profile or collaborations), order=10)
