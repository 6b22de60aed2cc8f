"""The admin's menu, made of the items that the apps register."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from famekeeda.apps import MenuItem, project_apps


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for the request's user, in the shape of unfold's SIDEBAR["navigation"]."""
    groups = [group for app in project_apps() for group in app.sidebar]
    page = request.resolver_match.view_name if request.resolver_match else ""
    is_claimed = any(page in item.pages for group in groups for item in group.items)
    items: dict[str, list[dict[str, Any]]] = {}
    for group in sorted(groups, key=lambda group: group.order):
        items.setdefault(group.title, []).extend(
            shown(item, page in item.pages if is_claimed else leads_to(item, request))
            for item in group.items
            if not item.permission or request.user.has_perm(item.permission)
        )
    return [{"title": title, "items": found} for title, found in items.items() if found]


def shown(item: MenuItem, is_active: bool) -> dict[str, Any]:
    return {"title": item.title, "icon": item.icon, "link": reverse(item.url_name), "active": is_active}


def leads_to(item: MenuItem, request: HttpRequest) -> bool:
    """Whether the page is the item's own, or lies below it; forms that add something have items of their own."""
    url, path = reverse(item.url_name), request.path
    is_below = path.startswith(url) and not path.endswith("/add/") and item.url_name != "admin:index"
    return path == url or is_below
