"""The page that removes the demo data of all apps, once somebody confirms, and says what went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import DELETION, LogEntry
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path

from famekeeda.keeping import demo
from famekeeda.pages import page, render_page

REMOVE = "famekeeda.remove_demo"  # the right to remove the demo data


@page(REMOVE)
def remove_demo(request: HttpRequest) -> TemplateResponse:
    context: dict[str, Any] = {"title": "Remove the demo data"}
    if request.method == "POST":
        try:
            went = demo.remove()
        except demo.Busy as error:
            messages.warning(request, str(error))
        else:
            log(request, went)
            return render_page(request, "admin/remove_demo.html", context | {"is_done": True, "counts": went})
    return render_page(request, "admin/remove_demo.html", context | {"counts": demo.count()})


def log(request: HttpRequest, went: list[demo.Count]) -> None:
    """A line of the admin's history."""
    assert request.user.pk is not None  # noqa: S101
    words = "; ".join(f"{each.what}: {each.rows:,}" for each in went)
    if words:
        LogEntry.objects.create(
            user_id=request.user.pk, object_repr="demo data", action_flag=DELETION, change_message=words
        )


urlpatterns = [path("remove-demo/", remove_demo, name="remove-demo")]
