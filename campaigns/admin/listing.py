"""The list of campaigns as a file for spreadsheets, and money as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Collaboration
from campaigns.models.money import in_words
from famekeeda.csv_safety import BYTE_ORDER_MARK, csv_lines

FEE = "campaigns.view_fee"  # the right to see budgets and fees
COLUMNS = (
    "id", "name", "brand", "product", "status", "owner", "starts on", "ends on", "platforms", "creators", "next due",
)  # fmt: skip
MONEY_COLUMNS = ("currency", "budget", "budget for ads", "agreed fees", "paid fees", "fees in other currencies")
MAX_CHUNK = 500  # campaigns whose fees one query adds up


def money(amount: Decimal | None, currency: str) -> str:
    """1,200 EUR; empty without an amount."""
    return "" if amount is None else in_words(amount, currency)


def as_csv(campaigns: QuerySet[Any], *, with_fees: bool) -> Iterator[str]:
    """A line per campaign. Fees are in the campaign's currency; those in others are words, since nothing adds them."""
    yield BYTE_ORDER_MARK
    yield from csv_lines([(*COLUMNS, *(MONEY_COLUMNS if with_fees else ()))])
    start = 0
    while rows := list(campaigns[start : start + MAX_CHUNK]):
        fees = Collaboration.objects.fees([campaign.pk for campaign in rows]) if with_fees else {}
        yield from csv_lines(
            (*facts(campaign), *(amounts(campaign, fees.get(campaign.pk, [])) if with_fees else ()))
            for campaign in rows
        )
        start += MAX_CHUNK


def facts(campaign: Any) -> tuple[object, ...]:
    return (
        campaign.pk, campaign.name, campaign.brand, campaign.product, campaign.status, str(campaign.owner or ""),
        campaign.starts_on, campaign.ends_on, campaign.platforms, campaign.creators or 0, campaign.due,
    )  # fmt: skip


def amounts(campaign: Any, fees: list[Any]) -> tuple[object, ...]:
    own = next((each for each in fees if each.currency == campaign.currency), None)
    others = [
        f"agreed {money(each.agreed, each.currency)}, paid {money(each.paid, each.currency)}"
        for each in fees
        if each is not own
    ]
    agreed, paid = (own.agreed, own.paid) if own else (None, None)
    return (campaign.currency, campaign.budget, campaign.media_budget, agreed, paid, others)
