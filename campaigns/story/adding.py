"""The page that adds creators to a campaign: by id, and by ticking those who have results in it already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from campaigns.actions import added_words
from campaigns.creators_field import CreatorsField
from campaigns.models import Campaign, Collaboration
from campaigns.refusals import CampaignEnded
from campaigns.story import parts
from famekeeda import shared
from famekeeda.pages import page, render_page

MAX_SUGGESTED = 50  # creators, those of the highest rates


class AddForm(forms.Form):
    """Creators who were chosen, and those of the suggestions that were ticked."""

    creators = CreatorsField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.ticked: list[str] = data.getlist("influencer") if data else []

    def clean(self) -> dict[str, Any]:
        """All of them as `creators`, each once."""
        if self.errors:
            return self.cleaned_data
        found = self.fields["creators"].clean("\n".join([*self.cleaned_data["creators"], *self.ticked]))
        if not found:
            raise ValidationError("Choose at least one creator, or tick one.")
        return {"creators": found}


@page(parts.ADD)
def add_creators(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """The page; a campaign that has ended takes nobody new, and its own page says so."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    try:
        campaign.require_running("new creators")
        return adding(request, campaign)
    except CampaignEnded as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(creators_of(campaign))


def adding(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        creators = form.cleaned_data["creators"]
        added = Collaboration.objects.engage_all(campaign, creators, by=request.user)
        messages.success(request, added_words(campaign, added, len(creators) - added))
        return HttpResponseRedirect(creators_of(campaign))
    context = {
        "title": "Add creators",
        "campaign": campaign,
        "form": form,
    } | suggestions(request, campaign)
    return render_page(request, "admin/campaigns/add.html", context, status=400 if form.errors else None)


def creators_of(campaign: Campaign) -> str:
    return reverse("pages:campaign", args=[campaign.pk]) + "#creators"


def suggestions(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Creators whom other apps know in the campaign, and who are not in it, each with figures; those of the highest
    rates first."""
    if not request.user.has_perm(parts.SEE_RESULTS):
        return {}
    there = set(campaign.collaborations.values_list("influencer_id", flat=True))
    ids = [creator for creator in shared.campaign_facts(campaign.pk).creators if creator not in there][:MAX_SUGGESTED]
    figures = shared.creator_figures(campaign.pk, ids)
    return {"suggestions": [(each, figures.get(each)) for each in ids], "names": shared.creator_names(ids)}
