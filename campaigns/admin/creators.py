"""The table of creators' profiles in the admin, and the answers to its pickers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from campaigns import picking
from campaigns.admin import profiles
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.models import Creator
from famekeeda import links
from famekeeda.admin.tables import ExactFilter, LargeTableAdmin, NamesCreators


class CountryFilter(ExactFilter):
    title, parameter_name, lookup = "country", "country", "iexact"


class LanguageFilter(ExactFilter):
    title, parameter_name, lookup = "language", "language", "iexact"


class PlatformFilter(ExactFilter):
    title, parameter_name = "platform", "platform"

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = (self.value() or "").strip().replace("\0", "")
        return queryset.on_platform(value) if value else queryset


@admin.register(Creator)
class CreatorAdmin(PageOfItsOwn, NamesCreators, LargeTableAdmin):
    """Made for a million profiles: an index finds a part of a name, rows are counted to a limit."""

    list_display = ("creator", "accounts_", "country", "language", "topics_")
    list_filter = (PlatformFilter, CountryFilter, LanguageFilter)
    search_fields = ("name",)  # which makes the field for the search appear; get_search_results searches
    search_help_text = "Any part of a name, handle or id"
    ordering = ("influencer_id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Creator]:
        return super().get_queryset(request).prefetch_related("accounts")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return queryset.matching(search_term), False

    def get_urls(self) -> list[URLPattern]:
        pick = path("pick/", self.admin_site.admin_view(self.pick), name="campaigns_creator_pick")
        return [pick, *profiles.urlpatterns, *super().get_urls()]

    def pick(self, request: HttpRequest) -> JsonResponse:
        """Creators for the text `q`, as campaigns.picking offers them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(picking.offered(request.GET.get("q", "")), safe=False)

    @admin.display(description="creator", ordering="name")
    def creator(self, creator: Any) -> SafeString:
        return links.person(creator.pk, creator.table.creator_names)

    @admin.display(description="accounts")
    def accounts_(self, creator: Creator) -> str:
        return ", ".join(
            account.platform if account.followers is None else f"{account.platform} {account.followers:,}"
            for account in creator.accounts.all()
        )

    @admin.display(description="topics")
    def topics_(self, creator: Creator) -> str:
        return ", ".join(creator.topics)
