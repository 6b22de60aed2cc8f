"""The panels of performance: on the start page, the list of campaigns, a campaign, a creator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.text import Truncator

from famekeeda import shared
from famekeeda.actions import ticks
from famekeeda.pages import Panel
from famekeeda.shared import CreatorName
from loads.models import Load, Reject
from performance import stats
from performance.charts import BAD, GOOD, MUTED, PLAIN, Bars
from performance.models import SHRINKAGE_VIEWS, SMALL_SAMPLE_VIEWS, Engagement, Verdict
from performance.ranking import RankingForm

VIEW = "performance.view_engagement"

MAX_BIGGEST = 10  # campaigns on the start page
MAX_CHARTED = 12
MAX_LABEL = 24  # characters of a name in a chart
PAGE_SIZE = 25
MAX_PAGES = 400  # a larger offset costs more than a reader gains; the CSV has the whole ranking
MAX_LISTED_RESULTS = 50


def start(request: HttpRequest) -> Panel | None:
    """How many results, campaigns, files and rows there are, and the biggest campaigns."""
    if not request.user.has_perm(VIEW):
        return None
    loaded = Load.objects.filter(kind="performance", state=Load.State.LOADED)
    totals = loaded.aggregate(loads=Count("*"), rows=Coalesce(Sum("rows"), 0), rejected=Coalesce(Sum("rejected"), 0))
    mended = Reject.objects.mended().filter(load__in=loaded).count()
    overview = stats.overview()
    context = {
        "overview": overview,
        "campaign_names": shared.campaign_names(campaign.name for campaign in overview.campaigns[:MAX_BIGGEST]),
        "loaded": totals,
        "mended": mended,
        "open_rejects": max(0, totals["rejected"] - mended),
        "has_loads": Load.objects.filter(kind="performance").exists(),
        "shortlisted": Verdict.objects.filter(verdict=Verdict.Choice.SHORTLIST).count(),
    }
    return Panel("admin/performance/start.html", context)


def campaigns(request: HttpRequest) -> Panel | None:
    if not request.user.has_perm(VIEW):
        return None
    prefix = request.GET.get("q", "").replace("\0", "")
    overview = stats.overview(prefix)
    context = {
        "overview": overview,
        "campaign_names": shared.campaign_names(campaign.name for campaign in overview.campaigns),
        "prefix": prefix,
        "small_sample": SMALL_SAMPLE_VIEWS,
    }
    return Panel("admin/performance/campaigns.html", context)


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    """The campaign's charts and one page of its ranking."""
    if not request.user.has_perm(VIEW):
        return None
    whole, platforms, spread = stats.campaign_with_spread(campaign_id)
    form = RankingForm(request.GET)
    ranked = form.ranked(campaign_id).annotate(is_approximate=F("load__approximate"))
    page = page_number(request)
    first = (page - 1) * PAGE_SIZE
    results = list(ranked[first : first + PAGE_SIZE + 1])
    best = results if page == 1 else list(ranked[:MAX_CHARTED])
    has_next = len(results) > PAGE_SIZE
    creators = [result.influencer_id for result in results[:PAGE_SIZE]]
    names = shared.creator_names({*creators, *(result.influencer_id for result in best[:MAX_CHARTED])})
    context = {
        "campaign": whole,
        "is_named": bool(not whole.results and shared.campaign_names([campaign_id])),
        "platforms": [platform.name for platform in platforms if platform.name],
        "form": form,
        "is_narrowed": bool(form.asked.keys() - {"rank"}),
        "results": results[:PAGE_SIZE],
        "names": names,
        "ticks": ticks(request, "ranking", campaign_id, creators),
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
        "top": top_chart(best[:MAX_CHARTED], names, adjusted=form.is_adjusted),
        "spread": spread_chart(spread),
        "small_sample": SMALL_SAMPLE_VIEWS,
        "shrinkage": SHRINKAGE_VIEWS,
    }
    return Panel("admin/performance/campaign.html", context)


def creator(request: HttpRequest, influencer_id: str) -> Panel | None:
    """The creator's results across campaigns and platforms, and the team's verdict with the form for it."""
    if not request.user.has_perm(VIEW):
        return None
    all_results = Engagement.objects.filter(influencer_id=influencer_id)
    total = all_results.aggregate(**stats.summed(), campaigns=Count("campaign_id", distinct=True))
    verdict = Verdict.objects.filter(influencer_id=influencer_id).select_related("by").first()
    results = list(with_place(all_results).order_by("-views", "campaign_id", "platform")[:MAX_LISTED_RESULTS])
    campaigns = shared.campaign_names(result.campaign_id for result in results)
    context = {
        "influencer_id": influencer_id,
        "total": stats.Totals.of(influencer_id, total),
        "campaigns": total["campaigns"],
        "results": results,
        "campaign_names": campaigns,
        "verdict": verdict,
        "may_decide": request.user.has_perm(f"performance.{'change' if verdict else 'add'}_verdict"),
        "choices": Verdict.Choice.choices,
        "chart": campaigns_chart(results[:MAX_CHARTED], campaigns),
        "small_sample": SMALL_SAMPLE_VIEWS,
    }
    return Panel("admin/performance/creator.html", context, is_known=bool(results or verdict))


def with_place(results: QuerySet[Engagement]) -> QuerySet[Engagement]:
    """Adds `better`, how many results of the same campaign have a higher rate, `among`, how many it has, and
    `is_approximate`, whether the load read abbreviated numbers."""
    campaign = Engagement.objects.filter(campaign_id=OuterRef("campaign_id"))
    higher = campaign.filter(engagement_rate__gt=OuterRef("engagement_rate"))
    return results.annotate(better=counted(higher), among=counted(campaign), is_approximate=F("load__approximate"))


def counted(results: QuerySet[Engagement]) -> Coalesce:
    """How many results there are, as a subquery."""
    count = results.order_by().values("campaign_id").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), MAX_PAGES) if asked.isdecimal() and len(asked) < 9 else 1


def top_chart(results: list[Any], names: Mapping[str, CreatorName], *, adjusted: bool) -> Bars:
    """A bar per creator, coloured by the team's verdict; small samples are pale."""
    colors = {Verdict.Choice.SHORTLIST: GOOD, Verdict.Choice.AVOID: BAD}
    return Bars(
        labels=[
            " · ".join(filter(None, (short(shared.called(result.influencer_id, names)), result.platform)))
            for result in results
        ],
        values=[round(result.adjusted_rate if adjusted else result.engagement_rate, 2) for result in results],
        colors=[colors.get(result.verdict, MUTED if result.is_small_sample else PLAIN) for result in results],
        unit="Adjusted rate, %" if adjusted else "Engagement rate, %",
        across="%",
        lying=True,
    )


def short(name: str) -> str:
    """The name as it fits beside a bar on a telephone."""
    return Truncator(name).chars(MAX_LABEL)


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


def campaigns_chart(results: list[Engagement], names: Mapping[str, str]) -> Bars:
    """A bar per result of one creator; small samples are pale."""
    return Bars(
        labels=[
            " · ".join(filter(None, (short(names.get(result.campaign_id, result.campaign_id)), result.platform)))
            for result in results
        ],
        values=[round(result.engagement_rate, 2) for result in results],
        colors=[MUTED if result.is_small_sample else PLAIN for result in results],
        unit="Engagement rate, %",
        across="%",
        lying=True,
    )
