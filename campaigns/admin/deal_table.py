"""The table of the creators of all campaigns."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString

from campaigns.admin import deals
from campaigns.admin.deal_page import PAGE
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.models import Collaboration
from campaigns.story import views as story
from famekeeda.admin.tables import CreatorFilter, LargeTableAdmin, badge, link


@admin.register(Collaboration)
class CollaborationAdmin(PageOfItsOwn, LargeTableAdmin):
    """Creators of all campaigns."""

    list_display = ("creator", "in_campaign", "state_", "promo_code")
    list_filter = ("state", CreatorFilter)
    search_fields = ("influencer_id",)  # which makes the field for the search appear; get_search_results searches
    search_help_text = "Any part of a creator's name, handle or id, or of a campaign's name, brand or id"
    search_ignores_case = True
    list_select_related = ("campaign",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return queryset.matching(search_term), False

    def get_urls(self) -> list[URLPattern]:
        return [*deals.urlpatterns, *story.urlpatterns, *super().get_urls()]

    def address_of(self, row: Collaboration) -> str:
        return reverse(PAGE, args=[row.pk])

    @admin.display(description="creator", ordering="influencer_id")
    def creator(self, collaboration: Collaboration) -> SafeString:
        return link(collaboration.influencer_id, PAGE, collaboration.pk)

    @admin.display(description="campaign", ordering="campaign__name")
    def in_campaign(self, collaboration: Collaboration) -> SafeString:
        return link(collaboration.campaign, "pages:campaign", collaboration.campaign_id)

    @admin.display(description="state", ordering="state")
    def state_(self, collaboration: Collaboration) -> SafeString:
        return badge(collaboration.get_state_display().capitalize(), collaboration.state)
