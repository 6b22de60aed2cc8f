"""The tables in the admin: creator results, loads with their rejects, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RadioFilter
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminTextInputWidget

from famekeeda.admin import BigTable, CampaignFilter, CreatorFilter, ExactFilter, badge, link
from famekeeda.broker import live_workers
from famekeeda.spreadsheet import lines
from performance import figures, ranking, uploads
from performance.etl import rejects
from performance.etl.extract import COLUMNS, OPTIONAL
from performance.models import SMALL_SAMPLE_VIEWS, Engagement, Load, Reject, Verdict

LISTED_CAMPAIGNS = 12
LISTED_REASONS = 20
LISTED_REJECTS = 10


def count(field: str) -> Callable[[Any], str]:
    """A column with a counter, its thousands set apart."""

    @admin.display(description=field, ordering=field)
    def number(row: Any) -> str:
        return f"{getattr(row, field):,}"

    return number


def csv_response(content: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class PlatformFilter(ExactFilter):
    title, parameter_name = "platform", "platform"


class LoadFilter(ExactFilter):
    """The number of the load that brought a row; anything that is no such number brings nothing."""

    title, parameter_name = "load number", "load"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        if not value:
            return queryset
        return queryset.filter(load=int(value)) if value.isdecimal() and len(value) < 19 else queryset.none()


class ReasonFilter(ExactFilter):
    title, parameter_name = "reason", "reason"


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
class EngagementAdmin(BigTable):
    """Fine at millions of rows: searched by how ids begin, counted to a limit, never listed in a select box."""

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
        return csv_response(ranking.as_csv(campaign_id, ranking.RankingForm(request.GET)), "ranking.csv")

    @admin.display(description="creator", ordering="influencer_id")
    def creator(self, result: Any) -> SafeString:
        creator = link(result.influencer_id, "creator", result.influencer_id)
        return (
            format_html("{} {}", creator, badge(result.verdict.capitalize(), result.verdict))
            if result.verdict
            else creator
        )

    @admin.display(description="campaign", ordering="campaign_id")
    def campaign(self, result: Engagement) -> SafeString:
        return link(result.campaign_id, "campaign", result.campaign_id)

    @admin.display(description="rate", ordering="engagement_rate")
    def rate(self, result: Engagement) -> str:
        rate = f"{result.engagement_rate:,.2f} %"
        return format_html("{} {}", badge("small sample", "small"), rate) if result.is_small_sample else rate

    @admin.display(description="from")
    def from_load(self, result: Engagement) -> str:
        return link(f"load {result.load_id}", "admin:performance_load_change", result.load_id) if result.load_id else ""


class StateFilter(RadioFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, state.value.capitalize()) for state in Load.State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case Load.State.INTERRUPTED:
                return queryset.filter(state=Load.State.RUNNING, is_alive=False)
            case Load.State.RUNNING:
                return queryset.filter(state=Load.State.RUNNING, is_alive=True)
            case None | "":
                return queryset
        return queryset.filter(state=self.value())


@admin.register(Load)
class LoadAdmin(BigTable):
    """Every load that was tried. Adding one is an upload, whose steps are in uploads.py; none is ever changed."""

    list_display = (
        "name", "state_", count("rows"), count("inserted"), count("updated"), count("lowered"), count("unchanged"),
        count("rejected"), "who_", "when", "took",
    )  # fmt: skip
    list_filter = (StateFilter,)
    search_fields = ("file", "sha256__startswith")
    search_help_text = "Name of the file, or its checksum"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Load]:
        return super().get_queryset(request).with_liveness().select_related("by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("performance.add_load")

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("template.csv", self.admin_site.admin_view(self.template_csv), name="performance_load_template"),
            path("<int:pk>/rejects.csv", self.admin_site.admin_view(self.rejects_csv), name="performance_load_rejects"),
        ]
        return [*mine, *uploads.urlpatterns, *super().get_urls()]

    def template_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        return csv_response(lines([(*COLUMNS, *OPTIONAL)]), "template.csv")

    def rejects_csv(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        load = self.get_object(request, str(pk))
        if not self.has_view_permission(request):
            raise PermissionDenied
        if load is None:
            raise Http404
        return csv_response(rejects.as_csv(load), f"rejects-of-load-{pk}.csv")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The load: what it does or did, its facts, its rejects. A page that polls gets the part that changes alone."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        load = self.get_object(request, object_id)
        if load is None:  # the sample's, or one that was discarded
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = load_context(load)
        if "HX-Request" in request.headers:
            return TemplateResponse(request, "admin/performance/load_body.html", context)
        context |= self.admin_site.each_context(request) | {"opts": self.opts, "original": load, "title": str(load)}
        return TemplateResponse(request, "admin/performance/load.html", context)

    @admin.display(description="file", ordering="file")
    def name(self, load: Load) -> SafeString:
        return link(load.file, "admin:performance_load_change", load.pk)

    @admin.display(description="state", ordering="state")
    def state_(self, load: Load) -> SafeString:
        return render_to_string("admin/performance/badge.html", {"load": load})

    @admin.display(description="by", ordering="by__username")
    def who_(self, load: Load) -> str:
        return load.who

    @admin.display(description="when", ordering="id")
    def when(self, load: Load) -> SafeString:
        return format_html(
            '<span title="{}">{}</span>', f"{load.created_at:%-d %B %Y, %H:%M}", naturaltime(load.created_at)
        )

    @admin.display(description="took")
    def took(self, load: Load) -> str:
        return f"{load.seconds:,.1f} s" if load.seconds is not None and load.finished_at else ""


def load_context(load: Load) -> dict[str, Any]:
    """What the page of a load shows beside the load itself."""
    status = load.status
    is_moving = status in (Load.State.QUEUED, Load.State.RUNNING) or (status == Load.State.INTERRUPTED and load.upload)
    context: dict[str, Any] = {"load": load, "is_moving": is_moving}
    if is_moving:
        return context | {"is_idle": status != Load.State.RUNNING and live_workers("worker") == 0}

    def reasons() -> list[tuple[str, int]]:
        counted = load.rejects.order_by().values_list("reason").annotate(count=Count("*"))
        return list(counted.order_by("-count", "reason")[:LISTED_REASONS])

    def campaigns() -> list[tuple[str, int]]:
        counted = Engagement.objects.filter(load=load).order_by().values_list("campaign_id").annotate(count=Count("*"))
        return list(counted.order_by("-count", "campaign_id")[:LISTED_CAMPAIGNS])

    return context | {
        # A finished load keeps its rejects for good, but later loads take results over.
        "reasons": cache.get_or_set(f"reasons:{load.pk}:{load.finished_at}", reasons) if load.rejected else [],
        "rejects": load.rejects.all()[:LISTED_REJECTS] if load.rejected else [],
        "campaigns": figures.until_next_load(f"load:{load.pk}", campaigns) if status == Load.State.LOADED else [],
    }


@admin.register(Reject)
class RejectAdmin(BigTable):
    list_display = ("from_load", "line", "reason", "row")
    list_filter = (LoadFilter, ReasonFilter)
    search_fields = ("raw", "reason")
    search_help_text = "Something in the row or in the reason"
    ordering = ("-load_id", "line")

    @admin.display(description="load", ordering="load_id")
    def from_load(self, reject: Reject) -> SafeString:
        return link(f"load {reject.load_id}", "admin:performance_load_change", reject.load_id)

    @admin.display(description="row as it stood in the file")
    def row(self, reject: Reject) -> SafeString:
        return format_html('<code class="fk-raw">{}</code>', reject.raw)


@admin.register(Verdict)
class VerdictAdmin(ModelAdmin):
    list_display = ("creator", "verdict_", "note", "by", "at")
    list_display_links = ("verdict_",)
    list_filter = ("verdict",)
    list_select_related = ("by",)
    list_per_page = 50
    search_fields = ("influencer_id__startswith", "note")
    search_help_text = "How the creator's id begins, or something in the note"
    radio_fields = {"verdict": admin.HORIZONTAL}
    actions = None

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
    def creator(self, verdict: Verdict) -> SafeString:
        return link(verdict.influencer_id, "creator", verdict.influencer_id)

    @admin.display(description="verdict", ordering="verdict")
    def verdict_(self, verdict: Verdict) -> SafeString:
        return badge(verdict.get_verdict_display(), verdict.verdict)
