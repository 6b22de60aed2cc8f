"""Cancels a load that waits or runs; the button on the load's page posts here."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from famekeeda import history
from famekeeda.pages import page
from loads.kinds import kind_named
from loads.models import Load


@page("loads.add_load")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    load = get_object_or_404(Load, pk=pk)
    if not kind_named(load.kind).may_be_loaded_by(request.user):
        raise PermissionDenied
    if load.cancel(by=request.user):
        history.changed(load, request.user, "Cancelled. Nothing was changed.")
        messages.success(request, f"{load.file} is cancelled. Nothing was changed.")
    else:
        messages.warning(request, f"{load.file} had ended already: {load.status.label}.")
    return redirect("admin:loads_load_change", pk)


urlpatterns = [path("<int:pk>/cancel/", cancel, name="loads_load_cancel")]
