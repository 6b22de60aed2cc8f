"""The admin's menu, made of the lines that the apps register."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from famekeeda.apps import Line, capabilities


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for the request's user, in the shape of unfold's SIDEBAR["navigation"]."""
    groups = [group for app in capabilities() for group in app.sidebar]
    items: dict[str, list[dict[str, Any]]] = {}
    for group in sorted(groups, key=lambda group: group.order):
        items.setdefault(group.title, []).extend(
            item(line, request) for line in group.lines if not line.permission or request.user.has_perm(line.permission)
        )
    return [{"title": title, "items": found} for title, found in items.items() if found]


def item(line: Line, request: HttpRequest) -> dict[str, Any]:
    """The line, highlighted on its own page and on the pages below it, except for forms that add something."""
    url, path = reverse(line.url_name), request.path
    is_below = path.startswith(url) and not path.endswith("/add/") and line.url_name != "admin:index"
    return {"title": line.title, "icon": line.icon, "link": url, "active": path == url or is_below}
