"""What people do on a campaign's page: set its status, add creators, move a creator on the board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from campaigns.cautions import SEE_DELIVERABLES, caution
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration
from campaigns.refusals import NotAllowed, Stale
from campaigns.story import parts
from campaigns.story.adding import add_creators
from campaigns.story.creators_csv import as_csv
from famekeeda import shared
from famekeeda.csv_safety import csv_response
from famekeeda.pages import page

MAX_INTEGER = 2**31 - 1


@page(parts.CHANGE)
@require_POST
def set_status(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Takes the campaign to the posted status, unless somebody changed it after the page was shown."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    status, revision = request.POST.get("status", ""), number(request.POST.get("revision", ""))
    if status not in Campaign.Status.values:
        raise BadRequest("No such status.")
    try:
        campaign.change(by=request.user, revision=revision, status=status)
    except Stale:
        messages.error(request, f"Somebody changed {campaign} meanwhile: it is {campaign_now(campaign)} now.")
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{campaign} is {campaign.status} now.")
    return redirect("pages:campaign", campaign_id)


def campaign_now(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


@dataclass(frozen=True)
class Said:
    """What a move came to, for people. With a caution the move is made, and doubtful."""

    text: str
    is_refused: bool = False
    has_caution: bool = False

    @property
    def level(self) -> int:
        return messages.ERROR if self.is_refused else messages.WARNING if self.has_caution else messages.SUCCESS


@page(parts.MOVE)
@require_POST
def move(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Takes a creator to another state, by a card of the board. `move` is the collaboration's key, the revision that
    the card showed, and the state. A script gets the board as it stands then, others go back to the page."""
    campaign = get_object_or_404(Campaign.objects.select_related("owner"), pk=campaign_id)
    said = moved(request, campaign, *asked_move(request.POST.get("move", "")))
    if request.headers.get("HX-Request") == "true":
        return render(request, "admin/campaigns/moved.html", parts.story(request, campaign) | {"said": said})
    messages.add_message(request, said.level, said.text)
    address = reverse("pages:campaign", args=[campaign_id])
    return HttpResponseRedirect(f"{address}?{request.META.get('QUERY_STRING', '')}#creators")


def asked_move(text: str) -> tuple[int, int, str]:
    key, revision, state = (*text.split(":"), "", "")[:3]
    if state not in Collaboration.State.values:
        raise BadRequest("A move is a key, a revision and a state.")
    return number(key), number(revision), state


def number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= MAX_INTEGER):
        raise BadRequest("A whole number was expected.")
    return int(text)


def moved(request: HttpRequest, campaign: Campaign, key: int, revision: int, state: str) -> Said:
    collaboration = campaign.collaborations.filter(pk=key).first()
    if collaboration is None:
        return Said("Somebody took this creator out of the campaign meanwhile.", is_refused=True)
    creator = collaboration.influencer_id
    name = shared.called(creator, shared.creator_names([creator]))
    try:
        collaboration.change(by=request.user, revision=revision, state=state)
    except Collaboration.DoesNotExist:
        return Said(f"Somebody took {name} out of the campaign meanwhile.", is_refused=True)
    except Stale:
        collaboration.refresh_from_db()
        return Said(f"Somebody changed {name} meanwhile: the state is {collaboration.state} now.", is_refused=True)
    except NotAllowed as refusal:
        return Said(refusal.about(name), is_refused=True)
    doubt = caution(collaboration, request.user)
    return Said(f"{name} is {state} now. {doubt}".strip(), has_caution=bool(doubt))


@page(parts.SEE_CREATORS)
def creators_csv(request: HttpRequest, campaign_id: str) -> Any:
    """All creators of the campaign as a file, with the columns that the user may see."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    sees = request.user.has_perm
    lines = as_csv(campaign, with_fees=sees(FEE), with_deliverables=sees(SEE_DELIVERABLES))
    return csv_response(lines, f"{slugify(campaign_id) or 'campaign'}-creators.csv")


urlpatterns = [
    path("csv/<id:campaign_id>/", creators_csv, name="campaigns_collaboration_csv"),
    path("status/<id:campaign_id>/", set_status, name="campaigns_campaign_status"),
    path("several/<id:campaign_id>/", add_creators, name="campaigns_collaboration_several"),
    path("board/<id:campaign_id>/", move, name="campaigns_collaboration_board"),
]
