"""What should the creator make, and say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from famekeeda.apps import Capability

if TYPE_CHECKING:
    from famekeeda.pages import Panel


class BriefsConfig(Capability):
    default = True
    name = "briefs"
    verbose_name = "Briefs"
    queues = {("rescue", "briefs"): 64}  # first the briefs of a dead worker or a lost queue: their deadline is nearer
    routes = {"briefs.tasks.write": "briefs", "briefs.tasks.resume": "rescue"}
    schedule = {"briefs.tasks.resume": 3}

    # The panels need models, which are not there yet when this module is imported.
    def start_panel(self, request: HttpRequest) -> Panel | None:
        from briefs import panels

        return panels.start(request)

    def campaign_panel(self, request: HttpRequest, campaign_id: str) -> Panel | None:
        from briefs import panels

        return panels.campaign(request, campaign_id)

    def creator_panel(self, request: HttpRequest, influencer_id: str) -> Panel | None:
        from briefs import panels

        return panels.creator(request, influencer_id)
