"""The panels of briefs on the start page, on a campaign's page and on a creator's page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Aggregate, CharField, Count, DurationField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Now, TruncMonth
from django.http import HttpRequest

from briefs.admin.costs import money
from briefs.catalogues.models import PlatformRule
from briefs.models import Brief
from famekeeda import shared
from famekeeda.pages import Panel
from famekeeda.words import counted
from performance.models import Engagement

PERMISSION = "briefs.view_brief"
MAX_LISTED = 8
REVIEW_PERIOD = timedelta(days=30)  # of the median wait for review


def for_lists(briefs: QuerySet[Brief]) -> QuerySet[Brief]:
    """The briefs with their platform's `label`, and without the content, which is long."""
    label = PlatformRule.objects.filter(pk=OuterRef("platform")).values("label")
    return briefs.annotate(label=Coalesce(Subquery(label), "platform", output_field=CharField())).defer(
        "generated", "edited"
    )


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def start(request: HttpRequest) -> Panel | None:
    """The briefs that wait for review, how long reviews take, and this month's tokens and cost."""
    if not request.user.has_perm(PERMISSION):
        return None
    waiting = Brief.objects.filter(state=Brief.State.READY, review=Brief.Review.PENDING)
    this_month = Brief.objects.filter(created_at__gte=TruncMonth(Now()))
    spent = this_month.aggregate(
        briefs=Count("*"), known=Sum("cost"), unknown=Count("pk", filter=Q(cost=None) & tokens_used())
    )
    decided = Brief.objects.filter(decided_at__gte=Now() - REVIEW_PERIOD)
    failed = Brief.objects.filter(state=Brief.State.FAILED, created_at__gte=Now() - timedelta(days=1))
    listed = list(for_lists(waiting).order_by("finished_at")[:MAX_LISTED])
    context = names_of(listed) | {
        "waiting": listed,
        "waiting_count": waiting.count(),
        "failed_today": failed.count(),
        "median": in_words(decided.aggregate(median=Median(F("decided_at") - F("finished_at")))["median"]),
        "tokens": Brief.objects.tokens_this_month(),
        "max_tokens": settings.BRIEF_MONTHLY_TOKENS,
        "kept_tokens": Brief.objects.tokens_in_flight() if settings.BRIEF_MONTHLY_TOKENS else 0,
        "month": spent,
        "cost": money(spent["known"] if spent["unknown"] else spent["known"] or Decimal(0)),
        "is_demo": settings.OPENAI_MODEL == "demo",
    }
    return Panel("admin/briefs/start.html", context)


def tokens_used() -> Q:
    return Q(prompt_tokens__gt=0) | Q(completion_tokens__gt=0)


def in_words(duration: timedelta | None) -> str:
    """The duration in its largest unit: 4 minutes, 3 hours, 2 days; empty for None."""
    if duration is None:
        return ""
    seconds = duration.total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return counted(round(seconds / length), unit)
    return "under a minute"


def campaign(request: HttpRequest, campaign_id: str) -> Panel | None:
    return listed(request, {"campaign_id": campaign_id}, "admin/briefs/campaign.html")


def creator(request: HttpRequest, influencer_id: str) -> Panel | None:
    return listed(request, {"influencer_id": influencer_id}, "admin/briefs/creator.html")


def listed(request: HttpRequest, about: dict[str, str], template: str) -> Panel | None:
    """The latest briefs of a campaign or a creator, and a link that adds a brief."""
    if not request.user.has_perm(PERMISSION):
        return None
    found = Brief.objects.filter(**about)
    count, briefs = found.count(), list(for_lists(found)[:MAX_LISTED])
    context = names_of(briefs) | {
        "briefs": briefs,
        "is_about_campaign": "campaign_id" in about,
        "count": count,
        "all": urlencode(about),
        "query": urlencode(about | usual_platform(about)),
    }
    return Panel(template, context, is_known=count > 0)


def names_of(briefs: list[Brief]) -> dict[str, Any]:
    """The names of the briefs' creators and campaigns, for the templates."""
    return {
        "names": shared.creator_names(brief.influencer_id for brief in briefs),
        "campaign_names": shared.campaign_names(brief.campaign_id for brief in briefs),
    }


def usual_platform(about: dict[str, str]) -> dict[str, str]:
    """The platform on which the creator has most views, if the catalogue has it; nothing for a campaign."""
    if "influencer_id" not in about:
        return {}
    best = Engagement.objects.filter(**about).exclude(platform="").order_by("-views").first()
    platform = best.platform.lower() if best else ""
    return {"platform": platform} if PlatformRule.objects.filter(pk=platform).exists() else {}
