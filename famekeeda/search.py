"""The page that searches what all apps hold, and the lines with which they answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse

from famekeeda import shared
from famekeeda.ids import MAX_ID_CHARACTERS
from famekeeda.pages import page, render_page
from famekeeda.shared import CreatorName, Found

CAMPAIGNS, CREATORS = "Campaigns", "Creators"  # kinds of results that several apps have


def campaigns_found(details: Mapping[str, str]) -> list[Found]:
    """Results that lead to the pages of campaigns; `details` says by id what is there."""
    names = shared.campaign_names(details)
    return [
        Found(
            CAMPAIGNS,
            names.get(campaign_id, campaign_id),
            reverse("pages:campaign", args=[campaign_id]),
            f"{campaign_id}, {detail}" if campaign_id in names else detail,
        )
        for campaign_id, detail in details.items()
    ]


def creators_found(influencer_ids: Collection[str]) -> list[Found]:
    """Results that lead to the pages of creators."""
    names = shared.creator_names(influencer_ids)
    return [
        Found(CREATORS, shared.called(creator, names), reverse("pages:creator", args=[creator]), also(creator, names))
        for creator in influencer_ids
    ]


def also(influencer_id: str, names: Mapping[str, CreatorName]) -> str:
    """The handle and the id, where a name stands before them."""
    return " ".join(filter(None, (names[influencer_id].at, influencer_id))) if influencer_id in names else ""


@page()
def search(request: HttpRequest) -> TemplateResponse:
    """What fits the text of `q`, each page once, by kind; of an empty text nothing."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:MAX_ID_CHARACTERS]
    found = shared.search(request, text) if text else []
    kinds: dict[str, dict[str, Found]] = {}
    for each in found:
        kinds.setdefault(each.kind, {}).setdefault(each.url, each)
    shown = [(kind, results.values()) for kind, results in kinds.items()]
    return render_page(request, "admin/search.html", {"title": "Search", "text": text, "kinds": shown})


urlpatterns = [path("search/", search, name="search")]
