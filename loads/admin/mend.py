"""The page on which somebody mends the rejects of a load, cell by cell, and has good rows loaded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.text import get_text_list

from famekeeda import history
from famekeeda.pages import page, render_page
from famekeeda.words import counted
from loads.kinds import Kind, kind_named
from loads.mending import Mending, may_be_mended, mend, shown
from loads.models import Load, Reject

REJECTS_PER_PAGE = 25  # seven cells each: Django reads a thousand fields of a form at most


@page("loads.add_load")
def mend_rejects(request: HttpRequest, pk: int) -> HttpResponse:
    load = get_object_or_404(Load, pk=pk)
    kind = kind_named(load.kind)
    if not kind.may_be_loaded_by(request.user):
        raise PermissionDenied
    if not may_be_mended(load):
        messages.warning(request, "Only rejects of a file that was loaded can be mended here.")
        return redirect("admin:loads_load_change", pk)
    rejects = load.rejects.select_related("mended_in").order_by("line", "id")
    listed = Paginator(rejects, REJECTS_PER_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        mending = mend(load, {reject.pk: typed(request, reject, kind) for reject in listed}, by=request.user)
        report(request, load, mending)
        return redirect(f"{request.path}?page={listed.number}")
    context = {
        "title": f"Mend the rejects of {load}",
        "load": load,
        "kind": kind,
        "listed": listed,
        "rows": [(reject, fields(reject, kind)) for reject in listed],
    }
    return render_page(request, "admin/loads/mend.html", context)


def field_name(reject: Reject, column: str) -> str:
    return f"{reject.pk}.{column}"


def typed(request: HttpRequest, reject: Reject, kind: Kind) -> dict[str, str]:
    """The cells of the form; a cell that the form lacks is as the page shows it."""
    cells = shown(reject, kind)
    return {name: request.POST.get(field_name(reject, name), text) for name, text in cells.items()}


def fields(reject: Reject, kind: Kind) -> list[dict[str, Any]]:
    """Name, value and column of each input; `is_wrong` where the reason names the column."""
    return [
        {"name": field_name(reject, name), "column": name, "value": text, "is_wrong": name in reject.reason}
        for name, text in shown(reject, kind).items()
    ]


def report(request: HttpRequest, load: Load, mending: Mending) -> None:
    if mending.load:
        rows = counted(len(mending.good), "row")
        history.changed(load, request.user, f"Mended {rows}: load {mending.load.pk}.")
        messages.success(request, f"{rows.capitalize()} mended: load {mending.load.pk} brings them in.")
    if mending.wrong:
        lines = get_text_list([f"{reject.line:,}" for reject in mending.wrong], "and")
        messages.error(
            request, f"Still wrong: {counted(len(mending.wrong), 'row')} (line {lines}). The reason stands beside each."
        )
    if not mending.good and not mending.wrong:
        messages.info(request, "No cell was changed.")


urlpatterns = [path("<int:pk>/mend/", mend_rejects, name="loads_load_mend")]
