"""Totals of campaigns, platforms and creators, and the spread of rates; cached until the next load."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import uuid4

from django.core.cache import cache
from django.db.models import Count, F, IntegerField, Max, Q, Sum
from django.db.models.functions import Cast, Floor, Least

from loads.models import Load
from performance.models import SMALL_SAMPLE_VIEWS, Engagement

T = TypeVar("T")

CACHE_SECONDS = 3600  # the limit is for changes made in the database by hand
GENERATION = "stats:generation"
MAX_LISTED_CAMPAIGNS = 200
MAX_BARS = 20  # of a spread

ENGAGEMENTS = F("likes") + F("comments") + F("shares")


@dataclass
class Totals:
    """Counters added up over the results of a campaign, of a platform in a campaign, or of a creator."""

    name: str
    results: int
    views: int
    engagements: int
    small_samples: int

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Totals:
        """Totals from a row or aggregate that has the columns of `summed()`."""
        return cls(name, row["results"], int(row["sum_views"] or 0), int(row["engagements"] or 0), row["small_samples"])

    @property
    def rate(self) -> float:
        """The pooled rate in per cent: counters are added up before they are divided."""
        return self.engagements / self.views * 100 if self.views else 0.0


@dataclass
class Overview:
    """The MAX_LISTED_CAMPAIGNS biggest campaigns by views, and the numbers of all campaigns and of all results."""

    campaigns: list[Totals]
    total: int
    results: int


@dataclass
class Spread:
    """`counts[n]` results have a rate from `width * n` to `width * (n + 1)` per cent; the last count has the rest."""

    width: float
    counts: list[int]


def overview(prefix: str = "") -> Overview:
    """An overview of the campaigns whose id begins with the prefix."""

    def count() -> Overview:
        rows = Engagement.objects.filter(campaign_id__startswith=prefix).order_by().values("campaign_id")
        found = [Totals.of(row["campaign_id"], row) for row in rows.annotate(**summed())]
        found.sort(key=lambda campaign: (-campaign.views, campaign.name))
        return Overview(found[:MAX_LISTED_CAMPAIGNS], len(found), add_up("", found).results)

    return until_next_load(f"overview:{prefix}", count)


def campaign(campaign_id: str) -> tuple[Totals, list[Totals]]:
    """Totals of the campaign, and of each of its platforms, the most viewed platform first."""

    def count() -> tuple[Totals, list[Totals]]:
        rows = Engagement.objects.filter(campaign_id=campaign_id).order_by().values("platform").annotate(**summed())
        platforms = sorted((Totals.of(row["platform"], row) for row in rows), key=lambda platform: -platform.views)
        return add_up(campaign_id, platforms), platforms

    return until_next_load(f"campaign:{campaign_id}", count)


def add_up(name: str, parts: list[Totals]) -> Totals:
    return Totals(
        name,
        sum(part.results for part in parts),
        sum(part.views for part in parts),
        sum(part.engagements for part in parts),
        sum(part.small_samples for part in parts),
    )


def spread(campaign_id: str) -> Spread:
    """How many of the campaign's results have which rate. MAX_BARS bars reach to the rate of the best 1 % of results;
    one more bar has the rest."""

    def count() -> Spread:
        rates = Engagement.objects.filter(campaign_id=campaign_id)
        best = rates.order_by("-engagement_rate").values_list("engagement_rate", flat=True)
        number = rates.count()
        if not number:
            return Spread(1.0, [])
        width = round_up(best[number // 100] / MAX_BARS)
        bar = Cast(Least(Floor(F("engagement_rate") / width), float(MAX_BARS)), IntegerField())
        counts = dict(rates.order_by().annotate(bar=bar).values_list("bar").annotate(results=Count("*")))
        return Spread(width, [counts.get(bar, 0) for bar in range(max(counts) + 1)])

    return until_next_load(f"spread:{campaign_id}", count)


def campaign_with_spread(campaign_id: str) -> tuple[Totals, list[Totals], Spread]:
    """What `campaign` and `spread` answer, cached together: the page of a campaign shows both."""
    return until_next_load(f"page:{campaign_id}", lambda: (*campaign(campaign_id), spread(campaign_id)))


def round_up(width: float) -> float:
    """The width rounded up to 0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, …: values that make a legible axis."""
    if width < 1e-6:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(round(step * power, 10) for step in (1, 2, 2.5, 5, 10) if step * power >= width * (1 - 1e-9))


def summed() -> dict[str, Any]:
    return {
        "results": Count("*"),
        "sum_views": Sum("views"),
        "engagements": Sum(ENGAGEMENTS),
        "small_samples": Count("id", filter=Q(views__lt=SMALL_SAMPLE_VIEWS)),
    }


def until_next_load(name: str, compute: Callable[[], T]) -> T:
    """The value of `compute`, cached until the next load of kind performance; without Redis, computed every time."""
    loaded = Load.objects.filter(kind="performance", state=Load.State.LOADED).aggregate(
        last=Max("finished_at"), count=Count("*")
    )
    key = f"stats:{cache.get(GENERATION, '')}:{loaded['count']}:{loaded['last']}:{name}"
    return cast(T, cache.get_or_set(key, compute, CACHE_SECONDS))


def forget() -> None:
    """Forgets all cached values, after rows were deleted otherwise than by a load."""
    cache.set(GENERATION, uuid4().hex, None)
