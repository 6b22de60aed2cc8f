"""The page that adds creators to a campaign: by id, and by ticking those who have results in it already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from campaigns.actions import added_words
from campaigns.models import Campaign, Collaboration
from campaigns.story import parts
from famekeeda import shared
from famekeeda.actions import MAX_CREATORS
from famekeeda.ids import checked_id
from famekeeda.pages import page, render_page
from famekeeda.shared import Figures

MAX_SUGGESTED = 50  # creators, those of the highest rates


class AddForm(forms.Form):
    """Creators by id, one per line, and those of the suggestions that were ticked."""

    creators = forms.CharField(required=False, widget=forms.Textarea({"class": "fk-field", "rows": 4}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.ticked: list[str] = data.getlist("influencer") if data else []

    def clean_creators(self) -> list[str]:
        return [self.known(line.strip()) for line in self.cleaned_data["creators"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        ticked = [self.known(text) for text in self.ticked if text]
        found = list(dict.fromkeys([*self.cleaned_data.get("creators", []), *ticked]))
        if not found and not self.errors:
            raise ValidationError("Name at least one creator, or tick one.")
        if len(found) > MAX_CREATORS:
            raise ValidationError(f"{len(found):,} creators are too many at once: {MAX_CREATORS} are the most.")
        return {"creators": found}

    @staticmethod
    def known(text: str) -> str:
        try:
            return checked_id(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None


@dataclass(frozen=True)
class Suggestion:
    """A creator with results in the campaign, or with a brief for it."""

    id: str
    name: str
    at: str
    figures: Figures | None


@page(parts.ADD)
def add_creators(request: HttpRequest, campaign_id: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        creators = form.cleaned_data["creators"]
        added = Collaboration.objects.engage_all(campaign, creators, by=request.user)
        messages.success(request, added_words(campaign, added, len(creators) - added))
        return HttpResponseRedirect(reverse("pages:campaign", args=[campaign_id]) + "#creators")
    context = {
        "title": "Add creators",
        "campaign": campaign,
        "form": form,
        "suggestions": suggestions(request, campaign),
    }
    return render_page(request, "admin/campaigns/add.html", context, status=400 if form.errors else None)


def suggestions(request: HttpRequest, campaign: Campaign) -> list[Suggestion]:
    """Creators whom other apps know in the campaign, and who are not in it; those of the highest rates first."""
    if not request.user.has_perm(parts.SEE_RESULTS):
        return []
    there = set(campaign.collaborations.values_list("influencer_id", flat=True))
    ids = [creator for creator in shared.campaign_facts(campaign.pk).creators if creator not in there][:MAX_SUGGESTED]
    names, figures = shared.creator_names(ids), shared.creator_figures(campaign.pk, ids)
    return [
        Suggestion(each, shared.called(each, names), names[each].at if each in names else "", figures.get(each))
        for each in ids
    ]
