"""Pages of the admin that show what several apps know: the start page, the campaigns, a campaign, a creator.

famekeeda owns the frame of each page, and the apps fill the frame with panels. An app names its module of panels on its
AppConfig (`ProjectApp.panels`). That module may define any of the functions

    notices(request)                  start(request)                 campaigns(request)
    campaign(request, campaign_id)    creator(request, influencer_id)

each of which returns a Panel, or None if this user may not see it; one that has several returns a list of them. Notices
stand on top of the start page. The module may also define `environment(request)`, which returns the badge at the top of
every page of the admin, as `[text, colour of unfold's badges]`, or None.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from itertools import chain
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, register_converter
from django.utils.safestring import SafeString

from famekeeda import shared
from famekeeda.apps import project_apps
from famekeeda.ids import IdConverter
from famekeeda.keeping import forgetting
from famekeeda.keeping.mention import FORGOTTEN

FORGET = "famekeeda.forget_creator"  # the right to forget a creator

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Panel:
    """An app's part of a page. `is_known` is False if the app has no data about the campaign or creator of the page.

    A page shows panels of a lower `order` first, and those of the same order in the order of INSTALLED_APPS."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    is_known: bool = True
    order: int = 50


def gather(function: str, request: HttpRequest, *args: str) -> list[Any]:
    """What each app's function of this name returns, in the order of INSTALLED_APPS and without None."""
    modules = [import_module(app.panels) for app in project_apps() if app.panels]
    returned = [getattr(module, function)(request, *args) for module in modules if hasattr(module, function)]
    return [value for value in returned if value is not None]


def html(panels: Iterable[Panel | list[Panel]], request: HttpRequest) -> list[SafeString]:
    each = chain.from_iterable(panel if isinstance(panel, list) else [panel] for panel in panels)
    in_order = sorted(each, key=lambda panel: panel.order)
    return [render_to_string(panel.template, panel.context, request) for panel in in_order]


def page(permission: str | None = None) -> Callable[[View], View]:
    """A decorator for views of the admin, which need a signed-in member of staff and, if one is named, a permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def permitted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if permission and not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wraps(view)(admin.site.admin_view(permitted))

    return decorate


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int | None = None
) -> TemplateResponse:
    """The template with the admin's menu and header; `title` in the context becomes the page's heading."""
    return TemplateResponse(request, template, admin.site.each_context(request) | context, status=status)


def environment(request: HttpRequest) -> list[str] | None:
    """The badge at the top of every page (unfold's ENVIRONMENT): that of the first app that has one."""
    return next(iter(gather("environment", request)), None)


def start(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's index (unfold's DASHBOARD_CALLBACK): notices of all apps above their panels."""
    panels = html(gather("notices", request), request) + html(gather("start", request), request)
    return context | {"title": "Start", "panels": panels}


@page()
def campaigns(request: HttpRequest) -> TemplateResponse:
    context = {"title": "Results by campaign", "panels": html(gather("campaigns", request), request)}
    return render_page(request, "admin/campaigns.html", context)


@page()
def campaign(request: HttpRequest, campaign_id: str) -> TemplateResponse:
    """The campaign's name is the title, where an app knows one and the user may see anything of the campaign."""
    with shared.remembering_names():
        panels = gather("campaign", request, campaign_id)
        name = shared.campaign_names([campaign_id]).get(campaign_id) if panels else None
    context = {"title": name or campaign_id, "campaign_id": campaign_id, "panels": html(panels, request)}
    return render_page(request, "admin/campaign.html", context)


@page()
def creator(request: HttpRequest, influencer_id: str) -> TemplateResponse:
    """403 for users to whom no app shows a panel, 404 for a creator of whom no app knows anything."""
    panels = gather("creator", request, influencer_id)
    if not panels:
        raise PermissionDenied
    names = shared.creator_names([influencer_id])
    context = {
        "title": shared.called(influencer_id, names),
        "handle": names[influencer_id].at if influencer_id in names else "",
        "influencer_id": influencer_id,
        "panels": html(panels, request),
    }
    is_known = any(panel.is_known for panel in panels)
    return render_page(request, "admin/creator.html", context, status=200 if is_known else 404)


@page(FORGET)
def forget_creator(request: HttpRequest, influencer_id: str) -> TemplateResponse:
    """Says what would go, and takes it out once somebody confirms; then shows what went, as evidence to keep."""
    context: dict[str, Any] = {"title": f"Forget {influencer_id}", "influencer_id": influencer_id}
    if request.method != "POST":
        context["counts"] = forgetting.count(influencer_id, with_slow=False)
        return render_page(request, "admin/forget_creator.html", context)
    evidence = forgetting.forget(influencer_id, by=request.user.get_username())
    assert request.user.pk is not None  # noqa: S101
    LogEntry.objects.create(
        user_id=request.user.pk,
        object_repr=FORGOTTEN,
        action_flag=DELETION,
        change_message="; ".join(f"{found.what}: {found.rows:,} {found.how}" for found in evidence.went),
    )
    context |= {"evidence": evidence, "json": json.dumps(evidence.as_json(), ensure_ascii=False, indent=2)}
    return render_page(request, "admin/forget_creator.html", context)


register_converter(IdConverter, "id")
urlpatterns = [
    path("campaign/", campaigns, name="campaigns"),
    path("campaign/<id:campaign_id>/", campaign, name="campaign"),
    path("creator/<id:influencer_id>/", creator, name="creator"),
    path("forget-creator/<id:influencer_id>/", forget_creator, name="forget-creator"),
]
