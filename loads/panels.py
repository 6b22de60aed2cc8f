"""What loads show on pages that are not their own: the start page, and the badge of sample data on every page."""

from __future__ import annotations

from django.http import HttpRequest

from famekeeda.broker import live_workers
from famekeeda.pages import Panel
from loads.models import Load

VIEW = "loads.view_load"
MAX_LISTED = 6


def environment(request: HttpRequest) -> list[str] | None:
    """The badge while the sample data is loaded."""
    has_sample = request.user.is_authenticated and Load.objects.filter(is_sample=True).exists()
    return ["Sample data", "warning"] if has_sample else None


def notices(request: HttpRequest) -> Panel | None:
    """Says that uploads wait although no worker lives."""
    if not request.user.has_perm(VIEW):
        return None
    queued = Load.objects.unfinished_uploads().count()
    is_idle = bool(queued) and live_workers("worker") == 0
    return Panel("admin/loads/notices.html", {"queued": queued}) if is_idle else None


def start(request: HttpRequest) -> Panel | None:
    """What waits for a person or a worker, and the latest loads."""
    if not request.user.has_perm(VIEW):
        return None
    loads = Load.objects.with_liveness().select_related("by")
    latest = list(loads[:MAX_LISTED])
    if not latest:
        return None
    return Panel("admin/loads/start.html", {"latest": latest, "waiting": list(loads.waiting()[:MAX_LISTED])})
