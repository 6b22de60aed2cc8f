"""The tables in the admin: creator results and verdicts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RadioFilter
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminTextInputWidget

from famekeeda.admin.tables import (
    CampaignFilter,
    CreatorFilter,
    DeclaredLookups,
    ExactFilter,
    LargeTableAdmin,
    NamesCreators,
    badge,
    count,
    link,
)
from famekeeda.admin.tick_column import TicksCreators
from famekeeda.csv_safety import csv_response
from loads.admin.tables import LoadFilter
from performance import ranking, verdicts
from performance.models import SMALL_SAMPLE_VIEWS, Engagement, Verdict


class PlatformFilter(ExactFilter):
    title, parameter_name = "platform", "platform"


class SampleFilter(RadioFilter):
    title, parameter_name = "size of the sample", "sample"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("enough", f"{SMALL_SAMPLE_VIEWS:,} views and more"), ("small", "Fewer: the rate says little")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "enough":
                return queryset.filter(views__gte=SMALL_SAMPLE_VIEWS)
            case "small":
                return queryset.filter(views__lt=SMALL_SAMPLE_VIEWS)
        return queryset


@admin.register(Engagement)
class EngagementAdmin(NamesCreators, LargeTableAdmin):
    """Made for millions of rows: ids are searched by their beginning, rows are counted to a limit."""

    list_display = (
        "creator", "campaign", "platform", "rate",
        count("views"), count("likes"), count("comments"), count("shares"), "from_load",
    )  # fmt: skip
    list_filter = (CampaignFilter, CreatorFilter, PlatformFilter, LoadFilter, SampleFilter)
    search_fields = ("influencer_id__startswith", "campaign_id__startswith")
    search_help_text = "Creator or campaign id, or how it begins"
    ordering = ("campaign_id", "-engagement_rate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Engagement]:
        return ranking.with_verdicts(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        mine = path("ranking.csv", self.admin_site.admin_view(self.ranking_csv), name="performance_engagement_ranking")
        return [mine, *super().get_urls()]

    def ranking_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """A campaign's whole ranking, as filtered on its page, with the team's verdicts."""
        campaign_id = request.GET.get("campaign", "")
        if not self.has_view_permission(request):
            raise PermissionDenied
        return csv_response(
            ranking.as_csv(campaign_id, ranking.RankingForm(request.GET)), ranking.csv_name(campaign_id)
        )

    @admin.display(description="creator", ordering="influencer_id")
    def creator(self, result: Any) -> SafeString | str:
        creator = self.creator_of(result)
        return (
            format_html("{} {}", creator, badge(result.verdict.capitalize(), result.verdict))
            if result.verdict
            else creator
        )

    @admin.display(description="campaign", ordering="campaign_id")
    def campaign(self, result: Engagement) -> SafeString | str:
        return self.campaign_of(result)

    @admin.display(description="rate", ordering="engagement_rate")
    def rate(self, result: Engagement) -> str:
        rate = f"{result.engagement_rate:,.2f} %"
        return format_html("{} {}", badge("small sample", "small"), rate) if result.is_small_sample else rate

    @admin.display(description="from")
    def from_load(self, result: Engagement) -> str:
        return link(f"load {result.load_id}", "admin:loads_load_change", result.load_id) if result.load_id else ""


@admin.register(Verdict)
class VerdictAdmin(TicksCreators, NamesCreators, DeclaredLookups, ModelAdmin):
    form = verdicts.NewVerdictForm
    list_display = ("tick", "creator", "verdict_", "note", "by", "at")
    anchor = "verdicts"
    list_display_links = ("verdict_",)
    list_filter = ("verdict",)
    list_select_related = ("by",)
    list_per_page = 50
    search_fields = ("influencer_id__startswith", "note")
    search_help_text = "How the creator's id begins, or something in the note"
    radio_fields = {"verdict": admin.HORIZONTAL}
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [*verdicts.urlpatterns, *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        widgets = {"influencer_id": UnfoldAdminTextInputWidget, "note": UnfoldAdminExpandableTextareaWidget}
        if db_field.name in widgets:
            kwargs["widget"] = widgets[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, verdict: Verdict | None = None) -> tuple[str, ...]:
        return ("influencer_id",) if verdict else ()

    def save_model(self, request: HttpRequest, verdict: Verdict, form: Any, change: bool) -> None:
        verdict.by = request.user  # type: ignore[assignment]
        super().save_model(request, verdict, form, change)

    @admin.display(description="creator", ordering="influencer_id")
    def creator(self, verdict: Verdict) -> SafeString | str:
        return self.creator_of(verdict)

    @admin.display(description="verdict", ordering="verdict")
    def verdict_(self, verdict: Verdict) -> SafeString:
        return badge(verdict.get_verdict_display(), verdict.verdict)
