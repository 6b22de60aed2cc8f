"""The panel of famekeeda itself: the hosts that failed too often to be called."""

from __future__ import annotations

from django.http import HttpRequest

from famekeeda.circuit import open_circuits
from famekeeda.pages import Panel


def notices(request: HttpRequest) -> Panel | None:
    """Says which hosts are called no more, and when one call probes each of them."""
    circuits = open_circuits() if request.user.get_all_permissions() else []
    return Panel("admin/circuits.html", {"circuits": circuits}) if circuits else None
