"""The table of creators' profiles in the admin, and the answers to its pickers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns import picking
from campaigns.admin import profiles
from campaigns.admin.creator_filters import (
    AccountFilter,
    CountryFilter,
    FollowersFilter,
    LanguageFilter,
    TopicFilter,
)
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.load_kind import CreatorKind
from campaigns.models import Creator
from campaigns.models.text_search import Folded
from famekeeda import links, shared
from famekeeda.admin.tables import LargeTableAdmin, NamesCreators
from famekeeda.admin.tick_column import TicksCreators

# What the table does not show, and some of which not everybody may see.
UNSHOWN = ("contact", "manager", "usual_fee", "currency", "note")
MOST_FOLLOWED = F("followers").desc(nulls_last=True)


@admin.register(Creator)
class CreatorAdmin(PageOfItsOwn, TicksCreators, NamesCreators, LargeTableAdmin):
    """Made for a million profiles: an index finds a part of a name, rows are counted to a limit."""

    list_display = ("tick", "creator", "accounts_", "country", "language", "topics_")
    list_filter = (AccountFilter, FollowersFilter, CountryFilter, LanguageFilter, TopicFilter)
    list_before_template = "admin/campaigns/creators_top.html"
    empty_template = "admin/campaigns/creators_empty.html"
    search_fields = ("name",)  # which makes the field for the search appear; get_search_results searches
    search_help_text = "Any part of a name, handle or id; one or two letters: how a word of it begins"
    search_ignores_case = True
    ordering = (MOST_FOLLOWED, "influencer_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Creator]:
        return super().get_queryset(request).defer(*UNSHOWN).prefetch_related("accounts")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return queryset.matching(search_term), False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        table = super().get_changelist_instance(request)
        table.platforms = shared.platforms()
        table.may_add, table.may_load = self.has_add_permission(request), CreatorKind().may_be_loaded_by(request.user)
        return table

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(profiles.ADD)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return profiles.add(request)

    def get_urls(self) -> list[URLPattern]:
        pick = path("pick/", self.admin_site.admin_view(self.pick), name="campaigns_creator_pick")
        return [pick, *profiles.urlpatterns, *super().get_urls()]

    def pick(self, request: HttpRequest) -> JsonResponse:
        """Creators for the text `q`, as campaigns.picking offers them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(picking.offered(request.GET.get("q", "")), safe=False)

    @admin.display(description="creator", ordering=Folded("name"))
    def creator(self, creator: Any) -> SafeString:
        return links.person(creator.pk, creator.table.creator_names)

    @admin.display(description="followers", ordering=MOST_FOLLOWED)
    def accounts_(self, creator: Any) -> SafeString:
        """The platforms with the number of followers, those with most followers first."""
        accounts = (
            (creator.table.platforms.get(account.platform, account.platform), number(account.followers))
            for account in creator.by_followers
        )
        lines = format_html_join(SafeString("<br>"), '<span class="fk-unbroken">{} {}</span>', accounts)
        return format_html("<span>{}</span>", lines)

    @admin.display(description="topics")
    def topics_(self, creator: Creator) -> str:
        return ", ".join(creator.topics)


def number(followers: int | None) -> str:
    return "" if followers is None else f"{followers:,}"
