"""How creators performed, and what the team decided about them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Round

from loads.models import Load

# A creator is credited with so many views at the campaign's average rate: at 1,000 a creator with 10 likes on 10 views
# ranks at 9 %, a creator with 600 on 5,000 stays near 11 %.
SHRINKAGE_VIEWS = 1_000
# A rate on fewer views says little; the pages flag it as a small sample.
SMALL_SAMPLE_VIEWS = 1_000


POOLED_DIGITS, RATE_DIGITS = 80, 30  # after the point


class Numeric(models.DecimalField):
    """PostgreSQL's numeric without a bound, for exact arithmetic inside a query."""

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def cast_db_type(self, connection: Any) -> str:
        return "numeric"


NUMERIC = Numeric()


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def ranked(
        self, campaign_id: Any, *, by: str = "rate", platform: Any = None, min_views: Any = None
    ) -> EngagementQuerySet:
        """The campaign's results, best first; ties by more views, then by id.

        `by` is "rate" or "adjusted" (by `with_adjusted_rate`). `platform` and `min_views` leave results out; a platform
        of "" asks for results that name none. Values may be expressions: ranking_sql compiles the query once.
        """
        results: EngagementQuerySet = self.filter(campaign_id=campaign_id)
        best = F("engagement_rate").desc()  # equal rates are equal floats: one division of two whole numbers
        if by == "adjusted":
            results, best = results.with_adjusted_rate(campaign_id), F("adjusted_rate").desc()
        if platform is not None:
            results = results.filter(platform=platform)
        if min_views is not None:
            results = results.filter(views__gte=min_views)
        return results.order_by(best, "-views", "influencer_id", "platform")

    def with_adjusted_rate(self, campaign_id: Any) -> EngagementQuerySet:
        """Adds `adjusted_rate`: the rate shrunk towards the campaign's pooled rate, in per cent.

        (e + k·p) / (v + k), e the engagements, v the views, p the campaign's pooled rate, k = SHRINKAGE_VIEWS: the
        posterior mean of a rate whose prior is worth k views. Few views therefore count for little.

        Exact until the last step: in floats, creators at exactly the campaign's own rate differ in the last digit, and
        would rank by that. Equal rates are equal to POOLED_DIGITS before they are rounded to RATE_DIGITS.
        """
        campaign = self.model._default_manager.filter(campaign_id=campaign_id).order_by().values("campaign_id")
        engagements = F("likes") + F("comments") + F("shares")
        total = Round(Cast(models.Sum(engagements), NUMERIC), precision=POOLED_DIGITS)
        pooled = campaign.annotate(rate=total / Cast(models.Sum("views"), NUMERIC)).values("rate")
        credited = engagements + SHRINKAGE_VIEWS * models.Subquery(pooled, output_field=NUMERIC)
        rate = Round(
            models.ExpressionWrapper(credited / (F("views") + SHRINKAGE_VIEWS), output_field=NUMERIC),
            precision=RATE_DIGITS,
        )
        per_cent = Cast(rate, models.FloatField()) * 100.0
        return self.filter(campaign_id=campaign_id).annotate(
            adjusted_rate=models.ExpressionWrapper(per_cent, output_field=models.FloatField())
        )


class Engagement(models.Model):
    """A creator on a platform in a campaign: counters added up over posts, from the newest file naming the creator."""

    # Ids are other systems' strings, compared byte for byte: ties then rank alike on every machine.
    influencer_id = models.TextField(db_collation="C")
    campaign_id = models.TextField(db_collation="C")
    platform = models.TextField(db_collation="C", blank=True, default="", db_default="")
    views = models.BigIntegerField()
    likes = models.BigIntegerField()
    comments = models.BigIntegerField()
    shares = models.BigIntegerField()
    engagement_rate = models.GeneratedField(
        # (likes + comments + shares) / views * 100: another order of operations differs in the last digit.
        expression=Cast(F("likes") + F("comments") + F("shares"), models.FloatField()) / F("views") * 100.0,
        output_field=models.FloatField(),
        db_persist=True,
        help_text="(likes + comments + shares) / views * 100",
    )
    # Neither constraint nor index: both are paid per row on every load, and loads are never deleted.
    load = models.ForeignKey(
        Load, models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False, related_name="+"
    )

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "creator result"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "influencer_id", "platform"], name="performance_engagement_key"
            ),
            models.CheckConstraint(
                condition=~Q(influencer_id="") & ~Q(campaign_id=""), name="engagement_ids_not_empty"
            ),
            models.CheckConstraint(condition=Q(views__gt=0), name="engagement_views_positive"),
            models.CheckConstraint(
                condition=Q(likes__gte=0, comments__gte=0, shares__gte=0), name="engagement_counts_not_negative"
            ),
            models.CheckConstraint(condition=Q(likes__lte=F("views")), name="engagement_likes_within_views"),
        ]
        indexes = [models.Index("campaign_id", F("engagement_rate").desc(), name="engagement_ranking")]

    def __str__(self) -> str:
        return f"{self.influencer_id} in {self.campaign_id}"

    @property
    def is_small_sample(self) -> bool:
        return self.views < SMALL_SAMPLE_VIEWS


class Verdict(models.Model):
    """What the team decided about a creator."""

    class Choice(models.TextChoices):
        SHORTLIST = "shortlist", "Shortlist"
        AVOID = "avoid", "Avoid"

    influencer_id = models.TextField(db_collation="C", unique=True)
    verdict = models.CharField(max_length=10, choices=Choice)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.influencer_id}: {self.get_verdict_display()}"
