"""The admin's menu, made of the items that the apps register."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from famekeeda.apps import MenuItem, project_apps


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for the request's user, in the shape of unfold's SIDEBAR["navigation"]."""
    groups = [group for app in project_apps() for group in app.sidebar]
    items: dict[str, list[dict[str, Any]]] = {}
    for group in sorted(groups, key=lambda group: group.order):
        items.setdefault(group.title, []).extend(
            shown(item, request)
            for item in group.items
            if not item.permission or request.user.has_perm(item.permission)
        )
    return [{"title": title, "items": found} for title, found in items.items() if found]


def shown(item: MenuItem, request: HttpRequest) -> dict[str, Any]:
    """The item, highlighted on its own page and on the pages below it, except for forms that add something."""
    url, path = reverse(item.url_name), request.path
    is_below = path.startswith(url) and not path.endswith("/add/") and item.url_name != "admin:index"
    return {"title": item.title, "icon": item.icon, "link": url, "active": path == url or is_below}
