"""What the pages count up: campaigns and the spread of their rates, kept in the cache until the next load."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.db.models import Count, F, IntegerField, Max, Q, Sum
from django.db.models.functions import Cast, Floor, Least

from performance.models import SMALL_SAMPLE_VIEWS, Engagement, Load

T = TypeVar("T")

KEPT_FOR = 3600  # seconds; only a hand in the database needs the end of it, since rows change by loads alone
MOST_CAMPAIGNS = 200  # a page lists
BARS = 20  # of a spread

ENGAGEMENTS = F("likes") + F("comments") + F("shares")


@dataclass
class Figures:
    """Counters added up over results: of a campaign, of a platform in it, or of a creator."""

    name: str
    results: int
    views: int
    engagements: int
    small_samples: int

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Figures:
        """Figures from a row or aggregate that was asked for `summed()`."""
        return cls(name, row["results"], int(row["sum_views"] or 0), int(row["engagements"] or 0), row["small_samples"])

    @property
    def rate(self) -> float:
        """The pooled rate in per cent: added up first, divided then."""
        return self.engagements / self.views * 100 if self.views else 0.0


@dataclass
class Overview:
    """The biggest campaigns by views, MOST_CAMPAIGNS at most, and how many campaigns and results there are at all."""

    campaigns: list[Figures]
    total: int
    results: int


@dataclass
class Spread:
    """How many results have a rate of `width * n` up to `width * (n + 1)` per cent; the last count has all above."""

    width: float
    counts: list[int]


def overview(prefix: str = "") -> Overview:
    """The campaigns whose id begins with the prefix."""

    def count() -> Overview:
        rows = Engagement.objects.filter(campaign_id__startswith=prefix).order_by().values("campaign_id")
        found = [Figures.of(row["campaign_id"], row) for row in rows.annotate(**summed())]
        found.sort(key=lambda campaign: (-campaign.views, campaign.name))
        return Overview(found[:MOST_CAMPAIGNS], len(found), added_up("", found).results)

    return until_next_load(f"overview:{prefix}", count)


def campaign(campaign_id: str) -> tuple[Figures, list[Figures]]:
    """The campaign as a whole, and by platform, the one with most views first."""

    def count() -> tuple[Figures, list[Figures]]:
        rows = Engagement.objects.filter(campaign_id=campaign_id).order_by().values("platform").annotate(**summed())
        platforms = sorted((Figures.of(row["platform"], row) for row in rows), key=lambda platform: -platform.views)
        return added_up(campaign_id, platforms), platforms

    return until_next_load(f"campaign:{campaign_id}", count)


def added_up(name: str, parts: list[Figures]) -> Figures:
    return Figures(
        name,
        sum(part.results for part in parts),
        sum(part.views for part in parts),
        sum(part.engagements for part in parts),
        sum(part.small_samples for part in parts),
    )


def spread(campaign_id: str) -> Spread:
    """BARS bars over the campaign's rates, as wide as the best per cent of them allows; none for no results."""

    def count() -> Spread:
        rates = Engagement.objects.filter(campaign_id=campaign_id)
        best = rates.order_by("-engagement_rate").values_list("engagement_rate", flat=True)
        number = rates.count()
        if not number:
            return Spread(1.0, [])
        width = round_up(best[number // 100] / BARS)
        bar = Cast(Least(Floor(F("engagement_rate") / width), float(BARS)), IntegerField())
        counts = dict(rates.order_by().annotate(bar=bar).values_list("bar").annotate(results=Count("*")))
        return Spread(width, [counts.get(bar, 0) for bar in range(max(counts) + 1)])

    return until_next_load(f"spread:{campaign_id}", count)


def round_up(width: float) -> float:
    """The next of … 0.1, 0.2, 0.25, 0.5, 1, 2, … so that an axis reads well."""
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
    """What `compute` returned since the last load that changed rows. Without a cache: computed every time."""
    loaded = Load.objects.filter(state=Load.State.LOADED).aggregate(last=Max("finished_at"), count=Count("*"))
    return cast(T, cache.get_or_set(f"figures:{loaded['count']}:{loaded['last']}:{name}", compute, KEPT_FOR))
