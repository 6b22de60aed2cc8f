"""What should the creator make, and say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.http import HttpRequest

if TYPE_CHECKING:
    from famekeeda.pages import Panel


class BriefsConfig(AppConfig):
    name = "briefs"
    verbose_name = "Briefs"

    # The panels need models, which are not there yet when this module is imported.
    def start_panel(self, request: HttpRequest) -> Panel | None:
        from briefs.admin import panels

        return panels.start(request)

    def campaign_panel(self, request: HttpRequest, campaign_id: str) -> Panel | None:
        from briefs.admin import panels

        return panels.campaign(request, campaign_id)

    def creator_panel(self, request: HttpRequest, influencer_id: str) -> Panel | None:
        from briefs.admin import panels

        return panels.creator(request, influencer_id)
