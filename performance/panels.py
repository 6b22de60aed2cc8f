"""What performance shows on pages that are not its own: the start page, the list of campaigns, a campaign."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from famekeeda.broker import live_workers
from famekeeda.pages import Panel
from performance import figures
from performance.charts import BAD, GOOD, MUTED, PLAIN, Bars
from performance.models import SHRINKAGE_VIEWS, SMALL_SAMPLE_VIEWS, Load, Verdict
from performance.ranking import RankingForm

VIEW = "performance.view_engagement"

CHARTED = 12
PAGE_SIZE = 25
LAST_PAGE = 400  # beyond it an offset costs more than anybody looks at; the CSV has it all
LISTED = 6


def sample_label(request: HttpRequest) -> list[str] | None:
    """The badge on every page of the admin while the sample data is in (UNFOLD's ENVIRONMENT)."""
    has_sample = request.user.is_authenticated and Load.objects.filter(is_sample=True).exists()
    return ["Sample data", "warning"] if has_sample else None


def start(request: HttpRequest) -> Panel | None:
    """At a glance: how much is in, what came last, what waits, and whether anybody works on it."""
    if not request.user.has_perm(VIEW):
        return None
    loads = Load.objects.with_liveness().select_related("by")
    waiting = list(loads.waiting()[:LISTED])
    queued = Load.objects.unfinished_uploads().count()
    context = {
        "overview": figures.overview(),
        "loaded": Load.objects.filter(state=Load.State.LOADED).aggregate(
            loads=Count("*"), rows=Coalesce(Sum("rows"), 0), rejected=Coalesce(Sum("rejected"), 0)
        ),
        "shortlisted": Verdict.objects.filter(verdict=Verdict.Choice.SHORTLIST).count(),
        "sample": Load.objects.filter(is_sample=True).exists(),
        "latest": loads[:LISTED],
        "waiting": waiting,
        "queued": queued,
        "is_idle": bool(queued) and live_workers("worker") == 0,
    }
    return Panel("admin/performance/start.html", context)


def campaigns(request: HttpRequest) -> Panel | None:
    if not request.user.has_perm(VIEW):
        return None
    prefix = request.GET.get("q", "").replace("\0", "")
    context = {"overview": figures.overview(prefix), "prefix": prefix, "small_sample": SMALL_SAMPLE_VIEWS}
    return Panel("admin/performance/campaigns.html", context)


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    """The campaign's charts and its ranking, a page of it at a time."""
    if not request.user.has_perm(VIEW):
        return None
    whole, platforms = figures.campaign(campaign_id)
    form = RankingForm(request.GET)
    ranked = form.ranked(campaign_id)
    page = page_number(request)
    first = (page - 1) * PAGE_SIZE
    results = list(ranked[first : first + PAGE_SIZE + 1])
    best = results if page == 1 else list(ranked[:CHARTED])
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
        "next_page": page + 1 if has_next and page < LAST_PAGE else None,
        "is_cut_off": has_next and page == LAST_PAGE,
        "page_size": PAGE_SIZE,
        "rate_query": urlencode(form.asked | {"rank": "rate"}),
        "adjusted_query": urlencode(form.asked | {"rank": "adjusted"}),
        "page_query": urlencode(form.asked),
        "csv_query": urlencode({"campaign": campaign_id} | form.asked),
        "top": top_chart(best[:CHARTED], adjusted=form.is_adjusted),
        "spread": spread_chart(figures.spread(campaign_id)),
        "small_sample": SMALL_SAMPLE_VIEWS,
        "shrinkage": SHRINKAGE_VIEWS,
    }
    return Panel("admin/performance/campaign.html", context)


def page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isdecimal() and len(asked) < 9 else 1


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


def spread_chart(spread: figures.Spread) -> Bars:
    def label(bar: int) -> str:
        low, high = f"{bar * spread.width:g}", f"{(bar + 1) * spread.width:g}"
        return f"{low} +" if bar == figures.BARS else f"{low} - {high}"

    counts = spread.counts
    return Bars(
        labels=[label(bar) for bar in range(len(counts))],
        values=[float(count) for count in counts],
        colors=[PLAIN] * len(counts),
        unit="Results",
        across="Engagement rate, %",
    )
