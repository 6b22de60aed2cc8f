"""System checks of what the apps register."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, reverse


def check_authentication(**_: Any) -> list[CheckMessage]:
    """See famekeeda.accounts.access, which is imported when it is needed: it takes 0.1 s."""
    from famekeeda.accounts import access

    return access.check_authentication()


def check_event_types(**_: Any) -> list[CheckMessage]:
    """See famekeeda.events.types, which asks the apps for theirs once all are there."""
    from famekeeda.events import types

    return types.check_event_types()


def check_menu(**_: Any) -> list[CheckMessage]:
    """An error for each item of the menu whose page does not exist: every page of the admin would fail."""
    groups = [group for app in apps.get_app_configs() for group in getattr(app, "sidebar", ())]
    return [
        Error(f"The menu's “{item.title}” leads to {item.url_name}, which no app defines.", id="famekeeda.E002")
        for group in groups
        for item in group.items
        if not _exists(item.url_name)
    ]


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True
