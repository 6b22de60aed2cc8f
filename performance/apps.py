"""Which creators actually performed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from famekeeda.apps import Capability

if TYPE_CHECKING:
    from famekeeda.pages import Panel


class PerformanceConfig(Capability):
    default = True
    name = "performance"
    verbose_name = "Performance"
    schedule = {"performance.tasks.resume_uploads": 30}

    # The panels need models, which are not there yet when this module is imported.
    def start_panel(self, request: HttpRequest) -> Panel | None:
        from performance import panels

        return panels.start(request)

    def campaigns_panel(self, request: HttpRequest) -> Panel | None:
        from performance import panels

        return panels.campaigns(request)

    def campaign_panel(self, request: HttpRequest, campaign_id: str) -> Panel | None:
        from performance import panels

        return panels.campaign(request, campaign_id)
