"""The creators of a campaign as a file for spreadsheets: who, how far, for what fee, what is paid and what is live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from campaigns.models import Campaign, Collaboration, Deliverable
from famekeeda import shared
from famekeeda.csv_safety import BYTE_ORDER_MARK, csv_lines

COLUMNS = ("id", "name", "state")
MONEY_COLUMNS = ("fee", "currency", "payment")
OWED_COLUMNS = ("deliverables live", "deliverables")
MAX_CHUNK = 500  # creators that are read at once
IS_LIVE = Q(deliverables__state=Deliverable.State.LIVE)


def as_csv(campaign: Campaign, *, with_fees: bool, with_deliverables: bool) -> Iterator[str]:
    """A line per creator, in the order of ids."""
    yield BYTE_ORDER_MARK
    money, owed = MONEY_COLUMNS if with_fees else (), OWED_COLUMNS if with_deliverables else ()
    yield from csv_lines([(*COLUMNS, *money, *owed)])
    part, last = campaign.collaborations.order_by("influencer_id"), ""
    counted = part.annotate(live=Count("deliverables", filter=IS_LIVE), owed=Count("deliverables"))
    while chunk := list(counted.filter(influencer_id__gt=last)[:MAX_CHUNK]):
        last = chunk[-1].influencer_id
        names = shared.creator_names(each.influencer_id for each in chunk)
        yield from csv_lines(
            (
                *(each.influencer_id, shared.called(each.influencer_id, names), each.state),
                *(amounts(each) if with_fees else ()),
                *((each.live, each.owed) if with_deliverables else ()),
            )
            for each in chunk
        )


def amounts(collaboration: Any) -> tuple[object, ...]:
    return collaboration.fee, collaboration.currency, payment(collaboration)


def payment(collaboration: Collaboration) -> str:
    """Whether the fee is paid or owed; empty without a fee, and where nobody has agreed to it."""
    if collaboration.fee is None or collaboration.state not in Collaboration.FEE_COUNTS:
        return ""
    return "paid" if collaboration.state == Collaboration.State.PAID else "owed"
