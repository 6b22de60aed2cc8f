"""What is due: the panel of the start page, of campaigns of one's own first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Value
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
    if not any(counts.values()) and not Deliverable.objects.open().exists():
        return None
    open_, user = Deliverable.objects.open(), request.user
    may_decide = user.has_perm(DECIDE)
    is_due = counts["overdue"] or counts["week"]
    drafts = (
        mine_first(open_.filter(state=Deliverable.State.SUBMITTED), user) if may_decide and counts["drafts"] else []
    )
    others = open_.exclude(pk__in=[draft.pk for draft in drafts])  # each is listed once
    due = mine_first(others.filter(due_on__lte=today + DUE_SOON), user) if is_due else []
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


def counted(today: date) -> dict[str, int]:
    """How many are overdue, due in the next days, and waiting for a decision; of the others none is read."""
    is_draft, is_due = Q(state=Deliverable.State.SUBMITTED), Q(due_on__lte=today + DUE_SOON)
    return (
        Deliverable.objects.open()
        .filter(is_draft | is_due)
        .aggregate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            week=Count("pk", filter=is_due & Q(due_on__gte=today)),
            drafts=Count("pk", filter=is_draft),
        )
    )


def mine_first(deliverables: QuerySet[Deliverable], user: Any) -> list[Deliverable]:
    """The first MAX_LISTED of them: those of campaigns that the user owns, then others, each the earliest first.

    Either half reads an index as far as it needs: sorting both at once would read everything that is open."""
    is_mine = Q(collaboration__campaign__owner=user.pk)
    mine, others = (
        deliverables.filter(condition)
        .select_related("collaboration__campaign")
        .annotate(half=Value(number, IntegerField()))
        .order_by("due_on", "pk")[:MAX_LISTED]
        for number, condition in enumerate((is_mine, ~is_mine))
    )
    return list(mine.union(others, all=True).order_by("half", "due_on", "pk")[:MAX_LISTED])
