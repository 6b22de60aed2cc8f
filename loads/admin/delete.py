"""The page that says what goes with a load and what stays, and deletes the load once somebody confirms."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from famekeeda.pages import page, render_page
from loads.deletion import Busy, delete, preview
from loads.kinds import kind_named
from loads.models import UNFINISHED, Load


@page("loads.delete_load")
def delete_load(request: HttpRequest, pk: int) -> HttpResponse:
    load = get_object_or_404(Load, pk=pk)
    if not kind_named(load.kind).may_be_deleted_by(request.user):
        raise PermissionDenied
    if load.status in UNFINISHED:
        messages.warning(request, "This load has not ended yet. Cancel it first.")
        return redirect("admin:loads_load_change", pk)
    if request.method == "POST" and confirmed(request, load):
        return redirect("admin:loads_load_changelist")
    context = {"title": f"Delete {load}", "load": load, "kind": kind_named(load.kind), "deletion": preview(load)}
    return render_page(request, "admin/loads/delete.html", context)


def confirmed(request: HttpRequest, load: Load) -> bool:
    """Deletes the load, and says what went; False, and a message, while another load of the kind runs."""
    name = str(load)
    try:
        said = delete(load, by=request.user)
    except Busy:
        messages.warning(request, "Another load of this kind is running. Delete this one when it has ended.")
        return False
    messages.success(request, f"{name} is deleted. {said}")
    return True


urlpatterns = [path("<int:pk>/delete/", delete_load, name="loads_load_delete")]
