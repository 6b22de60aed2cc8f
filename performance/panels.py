"""What performance shows on pages that are not its own: the start page, the list of campaigns, a campaign."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from famekeeda.pages import Panel
from loads.models import Load
from performance import stats
from performance.charts import BAD, GOOD, MUTED, PLAIN, Bars
from performance.models import SHRINKAGE_VIEWS, SMALL_SAMPLE_VIEWS, Verdict
from performance.ranking import RankingForm

VIEW = "performance.view_engagement"

MAX_CHARTED = 12
PAGE_SIZE = 25
MAX_PAGES = 400  # a larger offset costs more than a reader gains; the CSV has the whole ranking


def start(request: HttpRequest) -> Panel | None:
    """At a glance: how many results there are, of which campaigns, from how many rows."""
    if not request.user.has_perm(VIEW):
        return None
    loaded = Load.objects.filter(kind="performance", state=Load.State.LOADED)
    context = {
        "overview": stats.overview(),
        "loaded": loaded.aggregate(
            loads=Count("*"), rows=Coalesce(Sum("rows"), 0), rejected=Coalesce(Sum("rejected"), 0)
        ),
        "has_loads": Load.objects.filter(kind="performance").exists(),
        "shortlisted": Verdict.objects.filter(verdict=Verdict.Choice.SHORTLIST).count(),
    }
    return Panel("admin/performance/start.html", context)


def campaigns(request: HttpRequest) -> Panel | None:
    if not request.user.has_perm(VIEW):
        return None
    prefix = request.GET.get("q", "").replace("\0", "")
    context = {"overview": stats.overview(prefix), "prefix": prefix, "small_sample": SMALL_SAMPLE_VIEWS}
    return Panel("admin/performance/campaigns.html", context)


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    """The campaign's charts and its ranking, a page of it at a time."""
    if not request.user.has_perm(VIEW):
        return None
    whole, platforms = stats.campaign(campaign_id)
    form = RankingForm(request.GET)
    ranked = form.ranked(campaign_id)
    page = page_number(request)
    first = (page - 1) * PAGE_SIZE
    results = list(ranked[first : first + PAGE_SIZE + 1])
    best = results if page == 1 else list(ranked[:MAX_CHARTED])
    has_next = len(results) > PAGE_SIZE
    context = {
        "campaign": whole,
        "platforms": [platform.name for platform in platforms if platform.name],
        "form": form,
        "is_narrowed": bool(form.asked.keys() - {"rank"}),
        "results": results[:PAGE_SIZE],
        "best": max((result.engagement_rate for result in best), default=0),
        "first_rank": first + 1,
        "previous_page": page - 1,
        "next_page": page + 1 if has_next and page < MAX_PAGES else None,
        "is_cut_off": has_next and page == MAX_PAGES,
        "page_size": PAGE_SIZE,
        "rate_query": urlencode(form.asked | {"rank": "rate"}),
        "adjusted_query": urlencode(form.asked | {"rank": "adjusted"}),
        "page_query": urlencode(form.asked),
        "csv_query": urlencode({"campaign": campaign_id} | form.asked),
        "top": top_chart(best[:MAX_CHARTED], adjusted=form.is_adjusted),
        "spread": spread_chart(stats.spread(campaign_id)),
        "small_sample": SMALL_SAMPLE_VIEWS,
        "shrinkage": SHRINKAGE_VIEWS,
    }
    return Panel("admin/performance/campaign.html", context)


def page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), MAX_PAGES) if asked.isdecimal() and len(asked) < 9 else 1


def top_chart(results: list[Any], *, adjusted: bool) -> Bars:
    """A bar per creator, coloured by what the team decided; small samples are pale."""
    colors = {Verdict.Choice.SHORTLIST: GOOD, Verdict.Choice.AVOID: BAD}
    return Bars(
        labels=[" · ".join(filter(None, (result.influencer_id, result.platform))) for result in results],
        values=[round(result.adjusted_rate if adjusted else result.engagement_rate, 2) for result in results],
        colors=[colors.get(result.verdict, MUTED if result.is_small_sample else PLAIN) for result in results],
        unit="Adjusted rate, %" if adjusted else "Engagement rate, %",
        across="%",
        lying=True,
    )


def spread_chart(spread: stats.Spread) -> Bars:
    def label(bar: int) -> str:
        low, high = f"{bar * spread.width:g}", f"{(bar + 1) * spread.width:g}"
        return f"{low} +" if bar == stats.MAX_BARS else f"{low} - {high}"

    counts = spread.counts
    return Bars(
        labels=[label(bar) for bar in range(len(counts))],
        values=[float(count) for count in counts],
        colors=[PLAIN] * len(counts),
        unit="Results",
        across="Engagement rate, %",
    )
