"""The panels of famekeeda itself: the hosts that failed too often to be called, demo data, a campaign's timeline."""

from __future__ import annotations

import re

from django.http import HttpRequest

from famekeeda.circuit import open_circuits
from famekeeda.events.timeline import timeline
from famekeeda.keeping import demo
from famekeeda.pages import Panel


def notices(request: HttpRequest) -> Panel | None:
    """Says which hosts are called no more, and when one call probes each of them; and that there is demo data."""
    if not request.user.get_all_permissions():
        return None
    circuits, has_demo = open_circuits(), demo.exists()
    context = {"circuits": circuits, "has_demo": has_demo, "leaves": has_demo and demo.leaves_by_itself()}
    return Panel("admin/notices.html", context) if circuits or has_demo else None


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    """What happened in the campaign; `?eventsBefore=` is the sequence before which an older page of it begins."""
    if not request.user.has_perm("famekeeda.view_event"):
        return None
    asked = request.GET.get("eventsBefore", "")
    before = int(asked) if re.fullmatch(r"[0-9]{1,18}", asked) else None
    page = timeline(campaign_id, request.user, before=before)
    if not page.lines and before is None:
        return None
    query = request.GET.copy()
    query["eventsBefore"] = str(page.older)
    context = {"timeline": page, "is_newest": before is None, "older_query": query.urlencode()}
    return Panel("admin/timeline.html", context, order=90)
