"""Did this file get in, whole, and what did not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.http import HttpRequest

if TYPE_CHECKING:
    from famekeeda.pages import Panel


class LoadsConfig(AppConfig):
    name = "loads"
    verbose_name = "Loads"

    def start_notice(self, request: HttpRequest) -> Panel | None:
        from loads import panels

        return panels.notice(request)

    def start_panel(self, request: HttpRequest) -> Panel | None:
        from loads import panels

        return panels.start(request)
