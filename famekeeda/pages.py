"""The admin's start page and campaign pages: a frame in which each app shows its panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Panel:
    """What an app shows on a page that is not its own. An AppConfig offers one from `start_panel(request)`,
    `campaigns_panel(request)`, `campaign_panel(request, campaign_id)` or `creator_panel(request, influencer_id)`, or
    None where it has nothing to show."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


def panels(hook: str, request: HttpRequest, *args: str) -> list[SafeString]:
    """The HTML of every app's panel for one page, in the order of INSTALLED_APPS."""
    offered = [getattr(app, hook)(request, *args) for app in apps.get_app_configs() if hasattr(app, hook)]
    return [render_to_string(panel.template, panel.context, request) for panel in offered if panel is not None]


def page(permission: str | None = None) -> Callable[[View], View]:
    """A view of the admin: for signed-in staff, and 403 for those without the permission."""

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
    """The template inside the admin's frame; `title` in the context becomes its heading."""
    return TemplateResponse(request, template, admin.site.each_context(request) | context, status=status)


def start(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the admin's index shows beside its own (UNFOLD's DASHBOARD_CALLBACK)."""
    return context | {"title": "Start", "panels": panels("start_notice", request) + panels("start_panel", request)}


@page()
def campaigns(request: HttpRequest) -> TemplateResponse:
    context = {"title": "Campaigns", "panels": panels("campaigns_panel", request)}
    return render_page(request, "admin/campaigns.html", context)


@page()
def campaign(request: HttpRequest, campaign_id: str) -> TemplateResponse:
    context = {
        "title": campaign_id,
        "campaign_id": campaign_id,
        "panels": panels("campaign_panel", request, campaign_id),
    }
    return render_page(request, "admin/campaign.html", context)


urlpatterns = [
    path("campaigns/", campaigns, name="campaigns"),
    path("campaigns/<path:campaign_id>/", campaign, name="campaign"),
]
