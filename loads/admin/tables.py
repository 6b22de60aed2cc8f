"""The tables in the admin: loads and their rejects."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RadioFilter

from famekeeda.admin.tables import ExactFilter, LargeTableAdmin, count, link
from famekeeda.broker import live_workers
from famekeeda.csv_safety import csv_lines, csv_response
from loads import rejects
from loads.admin import cancel, delete, mend, uploads
from loads.kinds import default_kind, kind_named, kinds, unreadable_by
from loads.mending import may_be_mended
from loads.models import UNFINISHED, Load, Reject
from loads.remedies import remedies

MAX_LISTED_REJECTS = 10


class LoadFilter(ExactFilter):
    """The number of the load that brought a row; anything that is no load's number finds nothing."""

    title, parameter_name = "load number", "load"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        if not value:
            return queryset
        return queryset.filter(load=int(value)) if value.isdecimal() and len(value) < 19 else queryset.none()


class ReasonFilter(ExactFilter):
    title, parameter_name = "reason", "reason"


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


class KindFilter(RadioFilter):
    title, parameter_name = "kind", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, kind.title) for kind in kinds().values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() in kinds() else queryset


@admin.register(Load)
class LoadAdmin(LargeTableAdmin):
    """Every load that was tried. Adding a load is an upload (uploads.py); a load is never changed by hand."""

    list_display = (
        "name", "kind_", "state_", count("rows"), count("inserted", "new"), count("updated", "changed"),
        count("lowered"), count("unchanged"), count("rejected"), "who_", "when", "took",
    )  # fmt: skip
    list_filter = (StateFilter, KindFilter)
    search_fields = ("file", "sha256__startswith")
    search_help_text = "Name of the file, or its checksum"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Load]:
        return super().get_queryset(request).with_liveness().select_related("by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("loads.add_load")

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("template.csv", self.admin_site.admin_view(self.template_csv), name="loads_load_template"),
            path("<int:pk>/rejects.csv", self.admin_site.admin_view(self.rejects_csv), name="loads_load_rejects"),
        ]
        pages = (uploads, cancel, mend, delete)
        return [*mine, *(pattern for page in pages for pattern in page.urlpatterns), *super().get_urls()]

    def template_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """A header that needs no matching."""
        kind = kinds().get(request.GET.get("kind") or default_kind())
        if kind is None:
            raise Http404
        return csv_response(csv_lines([[column.name for column in kind.columns]]), "template.csv")

    def rejects_csv(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        load = self.get_object(request, str(pk))
        if not self.has_view_permission(request):
            raise PermissionDenied
        if load is None:
            raise Http404
        if not kind_named(load.kind).may_be_read_by(request.user):
            raise PermissionDenied
        return csv_response(rejects.as_csv(load), f"rejects-of-load-{pk}.csv")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of a load. A page that polls (htmx) gets only the part that changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        load = self.get_object(request, object_id)
        if load is None:  # the sample's, or one that was discarded
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        may_read = kind_named(load.kind).may_be_read_by(request.user)
        context = load_context(load, may_read=may_read) | {"may_load": uploads.may_load(request, kind_named(load.kind))}
        context["may_delete"] = load.status not in UNFINISHED and kind_named(load.kind).may_be_deleted_by(request.user)
        if "HX-Request" in request.headers:
            # The menu and the badges around the part may have changed with the end of the load.
            headers = {} if context["is_moving"] else {"HX-Refresh": "true"}
            return TemplateResponse(request, "admin/loads/load_body.html", context, headers=headers)
        context |= self.admin_site.each_context(request) | {"opts": self.opts, "original": load, "title": str(load)}
        return TemplateResponse(request, "admin/loads/load.html", context)

    @admin.display(description="file", ordering="file")
    def name(self, load: Load) -> SafeString:
        return link(load.file, "admin:loads_load_change", load.pk)

    @admin.display(description="kind", ordering="kind")
    def kind_(self, load: Load) -> str:
        return kind_named(load.kind).title

    @admin.display(description="state", ordering="state")
    def state_(self, load: Load) -> SafeString:
        return render_to_string("admin/loads/badge.html", {"load": load})

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


def load_context(load: Load, *, may_read: bool) -> dict[str, Any]:
    """What the page of a load shows beside the load itself: rows and reasons, which quote them, for who `may_read`."""
    status = load.status
    is_moving = status in UNFINISHED or (status == Load.State.INTERRUPTED and load.upload)
    kind = kind_named(load.kind)
    context: dict[str, Any] = {"load": load, "kind": kind, "is_moving": is_moving, "may_read": may_read}
    if is_moving:
        return context | {"is_idle": status != Load.State.RUNNING and live_workers("worker") == 0}

    reasons = rejects.reasons(load) if load.rejected and may_read else []
    mended = load.rejects.mended().count() if load.rejected else 0
    return context | {
        "reasons": reasons,
        "remedies": remedies(load) if load.rejected else [],
        "rejects": load.rejects.unmended()[:MAX_LISTED_REJECTS] if load.rejected and may_read else [],
        "mended": mended,
        "open_rejects": load.rejected - mended,
        "may_be_mended": may_be_mended(load),
        "outcome": kind.outcome(load) if status == Load.State.LOADED else None,
    }


@admin.register(Reject)
class RejectAdmin(LargeTableAdmin):
    list_display = ("from_load", "line", "reason", "row", "mended_")
    list_select_related = ("mended_in",)
    list_filter = (LoadFilter, ReasonFilter)
    search_fields = ("raw", "reason")
    search_help_text = "Something in the row or in the reason"
    ordering = ("-load_id", "line")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reject]:
        """Without rows of the kinds whose rows the user may not see."""
        table = super().get_queryset(request)
        hidden = unreadable_by(request.user)
        return table.exclude(load__kind__in=hidden) if hidden else table

    @admin.display(description="load", ordering="load_id")
    def from_load(self, reject: Reject) -> SafeString:
        return link(f"load {reject.load_id}", "admin:loads_load_change", reject.load_id)

    @admin.display(description="mended by")
    def mended_(self, reject: Reject) -> SafeString | str:
        load = reject.mended_by
        return link(f"load {load}", "admin:loads_load_change", load) if load else ""

    @admin.display(description="row as it stood in the file")
    def row(self, reject: Reject) -> SafeString:
        return format_html('<code class="fk-raw">{}</code>', reject.raw)
