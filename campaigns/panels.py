"""The panels of campaigns: what is due, on the start page."""

from __future__ import annotations

from django.http import HttpRequest

from campaigns import due
from famekeeda.pages import Panel


def start(request: HttpRequest) -> Panel | None:
    return due.panel(request)
