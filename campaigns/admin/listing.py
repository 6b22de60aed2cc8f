"""The list of campaigns: what it adds up, what it is sorted by, and the list as a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from campaigns.models import Campaign, Collaboration, Deliverable
from campaigns.models.deliverable import is_waited_for
from campaigns.models.money import in_words
from famekeeda.csv_safety import BYTE_ORDER_MARK, csv_lines

COLUMNS = (
    "id", "name", "brand", "product", "status", "owner", "starts on", "ends on", "platforms", "creators", "next due",
)  # fmt: skip
MONEY_COLUMNS = ("currency", "budget", "budget for ads", "agreed fees", "paid fees", "fees in other currencies")
MAX_CHUNK = 500  # campaigns that are added up at once

# What the list is sorted by where somebody asks for it: each joins all campaigns at once, in one statement. A subquery
# for each campaign's first day would walk through the days of all campaigns again and again.
IS_OPEN = is_waited_for("collaborations__deliverables__", "collaborations__", "")
SORTED_BY = {
    "creators_": Count("collaborations", filter=~Q(collaborations__state__in=Collaboration.OUT), distinct=True),
    "next_due": Min("collaborations__deliverables__due_on", filter=IS_OPEN),
}


def add_up(campaigns: Sequence[Any], *, with_fees: bool) -> None:
    """Notes on each campaign how many `creators` it has, when the next deliverable is `due`, and, `with_fees`, its
    `fees`: each is asked once, for all of the campaigns."""
    ids = [campaign.pk for campaign in campaigns]
    creators, due = Collaboration.objects.counts(ids), Deliverable.objects.next_due(ids)
    fees = Collaboration.objects.fees(ids) if with_fees else {}
    for campaign in campaigns:
        campaign.creators = creators.get(campaign.pk, 0)
        campaign.due = due.get(campaign.pk)
        campaign.fees = fees.get(campaign.pk, [])


def as_csv(campaigns: QuerySet[Any], *, with_fees: bool) -> Iterator[str]:
    """A line per campaign. Fees are in the campaign's currency; those in others are words, since nothing adds them."""
    yield BYTE_ORDER_MARK
    yield from csv_lines([(*COLUMNS, *(MONEY_COLUMNS if with_fees else ()))])
    ids = list(campaigns.values_list("pk", flat=True))  # filtered and sorted once, however many chunks there are
    for start in range(0, len(ids), MAX_CHUNK):
        chunk = ids[start : start + MAX_CHUNK]
        found = Campaign.objects.select_related("owner").in_bulk(chunk)
        rows = [found[pk] for pk in chunk if pk in found]
        add_up(rows, with_fees=with_fees)
        yield from csv_lines((*facts(campaign), *(amounts(campaign) if with_fees else ())) for campaign in rows)


def facts(campaign: Any) -> tuple[object, ...]:
    return (
        campaign.pk, campaign.name, campaign.brand, campaign.product, campaign.status, str(campaign.owner or ""),
        campaign.starts_on, campaign.ends_on, campaign.platforms, campaign.creators, campaign.due,
    )  # fmt: skip


def amounts(campaign: Any) -> tuple[object, ...]:
    own = next((each for each in campaign.fees if each.currency == campaign.currency), None)
    others = [
        f"agreed {in_words(each.agreed, each.currency)}, paid {in_words(each.paid, each.currency)}"
        for each in campaign.fees
        if each is not own
    ]
    agreed, paid = (own.agreed, own.paid) if own else (None, None)
    return (campaign.currency, campaign.budget, campaign.media_budget, agreed, paid, others)
