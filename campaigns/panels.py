"""The panels of campaigns: what is due, on the start page, and the story on a campaign's page."""

from __future__ import annotations

from django.http import HttpRequest

from campaigns import due
from campaigns.models import Campaign
from campaigns.story import parts
from famekeeda.pages import Panel

VIEW = "campaigns.view_campaign"


def start(request: HttpRequest) -> Panel | None:
    return due.panel(request)


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    """The story of the campaign; for an id that is no campaign yet, a notice that offers to make it one."""
    if not request.user.has_perm(VIEW):
        return None
    found = Campaign.objects.select_related("owner").filter(pk=campaign_id).first()
    if found is None:
        return Panel("admin/campaigns/adopt.html", {"campaign_id": campaign_id}, is_known=False, order=10)
    return Panel("admin/campaigns/story.html", parts.story(request, found), order=10)
