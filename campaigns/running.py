"""What runs now: the panel of the start page with the active campaigns, one's own first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone

from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration, Deliverable
from campaigns.story import head
from famekeeda.pages import Panel

RIGHT = "campaigns.view_campaign"
SEE_CREATORS, SEE_DELIVERABLES = "campaigns.view_collaboration", "campaigns.view_deliverable"
MAX_LISTED = 8


@dataclass(frozen=True)
class Line:
    """A campaign as a line of the panel. `left` says how long it runs. Of its `creators`, without those who declined,
    some have `posted`; `overdue` counts deliverables."""

    campaign: Campaign
    left: str
    creators: int
    posted: int
    overdue: int
    bars: list[head.Bar]


def panel(request: HttpRequest) -> Panel | None:
    """The active campaigns: one's own, then those of others, each that ends first above.

    None where no campaign is active, and for users without the right."""
    if not request.user.has_perm(RIGHT):
        return None
    found = list(mine_first(Campaign.objects.filter(status=Campaign.Status.ACTIVE), request.user)[: MAX_LISTED + 1])
    if not found:
        return None
    sees_creators = request.user.has_perm(SEE_CREATORS)
    sees_overdue = request.user.has_perms((SEE_CREATORS, SEE_DELIVERABLES))
    sees_fees = request.user.has_perm(FEE)
    context = {
        "lines": lines(
            found[:MAX_LISTED],
            timezone.localdate(),
            sees_creators=sees_creators,
            sees_overdue=sees_overdue,
            sees_fees=sees_fees,
        ),
        "has_more": len(found) > MAX_LISTED,
        "sees_creators": sees_creators,
        "sees_overdue": sees_overdue,
        "sees_fees": sees_fees,
    }
    return Panel("admin/campaigns/running.html", context, order=25)


def mine_first(campaigns: QuerySet[Campaign], user: Any) -> QuerySet[Campaign]:
    """Those that the user owns first, each that ends first above; those without an end come last, the newest first."""
    others = Case(When(owner=user.pk, then=Value(0)), default=Value(1), output_field=IntegerField())
    return campaigns.select_related("owner").order_by(others, F("ends_on").asc(nulls_last=True), "-created_at", "pk")


def lines(
    campaigns: Sequence[Campaign], today: date, *, sees_creators: bool, sees_overdue: bool, sees_fees: bool
) -> list[Line]:
    """A line for each of the campaigns; creators, deliverables and fees are each asked for once, for all of them."""
    ids = [campaign.pk for campaign in campaigns]
    creators = counted_creators(ids) if sees_creators else {}
    overdue = counted_overdue(ids, today) if sees_overdue else {}
    fees = Collaboration.objects.fees(ids) if sees_fees else {}
    return [
        Line(
            campaign=each,
            left=head.running(each, today),
            creators=creators.get(each.pk, (0, 0))[0],
            posted=creators.get(each.pk, (0, 0))[1],
            overdue=overdue.get(each.pk, 0),
            bars=head.bars(each, fees.get(each.pk, [])) if sees_fees else [],
        )
        for each in campaigns
    ]


def counted_creators(campaign_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many creators each campaign has, and how many of them have posted; those who declined do not count."""
    wanted = Collaboration.objects.filter(campaign_id__in=campaign_ids).exclude(state__in=Collaboration.OUT)
    counts = wanted.order_by().values("campaign_id")
    counts = counts.annotate(creators=Count("*"), posted=Count("pk", filter=Q(state__in=Collaboration.HAS_POSTED)))
    return {each["campaign_id"]: (each["creators"], each["posted"]) for each in counts}


def counted_overdue(campaign_ids: Sequence[str], today: date) -> dict[str, int]:
    overdue = Deliverable.objects.overdue(today).filter(collaboration__campaign_id__in=campaign_ids)
    counts = overdue.order_by().values("collaboration__campaign_id").annotate(count=Count("*"))
    return dict(counts.values_list("collaboration__campaign_id", "count"))
