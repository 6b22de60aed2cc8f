"""What is due: the panel of the start page, of campaigns of one's own first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Deliverable
from campaigns.models.deliverable import DUE_SOON
from famekeeda import shared
from famekeeda.pages import Panel

RIGHTS = ("campaigns.view_deliverable", "campaigns.view_collaboration")
DECIDE = "campaigns.decide_deliverable"
MAX_LISTED = 8


def panel(request: HttpRequest) -> Panel | None:
    """What is overdue or due in the next days, and for those who may decide, the drafts that wait for a decision.

    None where nobody owes anything, and for users without the rights."""
    if not request.user.has_perms(RIGHTS):
        return None
    today = timezone.localdate()
    counts = counted(today)
    if not counts["open"]:
        return None
    open_ = mine_first(Deliverable.objects.open(), request.user)
    may_decide = request.user.has_perm(DECIDE)
    due = list(open_.filter(due_on__lte=today + DUE_SOON)[:MAX_LISTED])
    drafts = list(open_.filter(state=Deliverable.State.SUBMITTED)[:MAX_LISTED]) if may_decide else []
    context = {
        "due": due,
        "drafts": drafts,
        "counts": counts,
        "names": shared.creator_names(each.collaboration.influencer_id for each in [*due, *drafts]),
        "today": today,
        "days": DUE_SOON.days,
        "may_decide": may_decide,
    }
    return Panel("admin/campaigns/due.html", context, order=20)


def counted(today: date) -> dict[str, Any]:
    week = Q(due_on__range=(today, today + DUE_SOON))
    return Deliverable.objects.open().aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        week=Count("pk", filter=week),
        drafts=Count("pk", filter=Q(state=Deliverable.State.SUBMITTED)),
    )


def mine_first(deliverables: QuerySet[Deliverable], user: Any) -> QuerySet[Deliverable]:
    """Those of campaigns that the user owns first, each the earliest first."""
    others = Case(
        When(collaboration__campaign__owner=user.pk, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return deliverables.select_related("collaboration__campaign").order_by(
        others, F("due_on").asc(nulls_last=True), "pk"
    )
