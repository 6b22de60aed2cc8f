"""What a load left behind: engagement per creator, the loads themselves, their rejects, and what people decided."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Now
from django.utils import timezone

# How many views of the campaign's average a creator is credited with before their own count: at 1,000 a creator
# with 10 likes on 10 views ranks at 9 %, one with 600 on 5,000 stays near 11 %.
SHRINKAGE_VIEWS = 1_000
# Below this many views a rate says little; the pages flag it.
SMALL_SAMPLE_VIEWS = 1_000


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def top(self, campaign_id: str) -> EngagementQuerySet:
        """The campaign's rows by engagement rate, best first; ties by more views, then by id."""
        return self.filter(campaign_id=campaign_id).order_by("-engagement_rate", "-views", "influencer_id", "platform")

    def top_adjusted(self, campaign_id: str) -> EngagementQuerySet:
        """Like `top`, by the rate shrunk towards the campaign's pooled rate, in per cent, as `adjusted_rate`.

        (E + k·m) / (V + k), E the engagements, V the views, m the campaign's pooled rate, k = SHRINKAGE_VIEWS:
        the posterior mean of a rate whose prior is worth k views. Few views therefore count for little.
        """
        return self.with_adjusted_rate(campaign_id).order_by(
            F("adjusted_rate").desc(), "-views", "influencer_id", "platform"
        )

    def with_adjusted_rate(self, campaign_id: str) -> EngagementQuerySet:
        campaign = self.model._default_manager.filter(campaign_id=campaign_id).order_by().values("campaign_id")
        engagements = F("likes") + F("comments") + F("shares")
        pooled = campaign.annotate(
            rate=Cast(models.Sum(engagements), models.FloatField()) / Cast(models.Sum("views"), models.FloatField())
        ).values("rate")
        credited = Cast(engagements, models.FloatField()) + SHRINKAGE_VIEWS * models.Subquery(pooled)
        return self.filter(campaign_id=campaign_id).annotate(
            adjusted_rate=models.ExpressionWrapper(
                credited / (F("views") + SHRINKAGE_VIEWS) * 100.0, output_field=models.FloatField()
            )
        )


class Engagement(models.Model):
    """One creator on one platform in one campaign: counters added up over the posts of the newest file naming them."""

    # Ids are other systems' strings, compared byte for byte: ties then rank alike on every machine.
    influencer_id = models.TextField(db_collation="C")
    campaign_id = models.TextField(db_collation="C")
    platform = models.TextField(db_collation="C", blank=True, default="", db_default="")
    views = models.BigIntegerField()
    likes = models.BigIntegerField()
    comments = models.BigIntegerField()
    shares = models.BigIntegerField()
    engagement_rate = models.GeneratedField(
        # (likes + comments + shares) / views * 100, in this order of operations: another one differs in the last digit.
        expression=Cast(F("likes") + F("comments") + F("shares"), models.FloatField()) / F("views") * 100.0,
        output_field=models.FloatField(),
        db_persist=True,
        help_text="(likes + comments + shares) / views * 100",
    )
    # Neither constraint nor index: both are paid per row on every load, and loads are never deleted.
    load = models.ForeignKey(
        "Load", models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False, related_name="+"
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


# The class half of the advisory lock that a running load holds; the load's id is the other half.
LOAD_LOCK = 0x10AD
IS_ALIVE = models.expressions.RawSQL(
    "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = %s AND objid::bigint = performance_load.id)",
    [LOAD_LOCK],
    output_field=models.BooleanField(),
)


class LoadQuerySet(models.QuerySet["Load"]):
    def with_liveness(self) -> LoadQuerySet:
        """Adds `is_alive`: whether a process holds the load's lock right now (one query for all rows)."""
        return self.annotate(is_alive=IS_ALIVE)

    def waiting(self) -> LoadQuerySet:
        """Uploads that somebody or something has yet to see to: match columns, confirm a check, or absorb them."""
        states = [Load.State.DRAFT, Load.State.QUEUED, Load.State.RUNNING, Load.State.CHECKED]
        return self.exclude(upload="").filter(state__in=states)

    def unfinished_uploads(self) -> LoadQuerySet:
        """Uploads that no process is working on though they are neither done nor failed: queued, or interrupted."""
        waiting = [Load.State.QUEUED, Load.State.RUNNING]
        return self.exclude(upload="").filter(~Q(IS_ALIVE), state__in=waiting)


class Load(models.Model):
    """One attempt to absorb a file: what it was, who brought it, how far it got, what it changed."""

    class State(models.TextChoices):
        DRAFT = "draft", "waiting for its columns to be matched"
        QUEUED = "queued", "waiting for a worker"
        RUNNING = "running", "running"
        CHECKED = "checked", "checked, nothing changed"
        LOADED = "loaded", "loaded"
        FAILED = "failed", "failed, nothing changed"
        INTERRUPTED = "interrupted", "interrupted, nothing changed"  # never stored: running without its lock

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    file = models.TextField(help_text="Name of the file as it was given")
    upload = models.FileField(upload_to="loads/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    platform = models.TextField(blank=True, help_text="Platform of rows that name none")
    header = models.JSONField(default=list, blank=True, help_text="The file's column names, in order")
    mapping = models.JSONField(default=dict, blank=True, help_text="Our column → the file's column, where they differ")
    check_only = models.BooleanField(default=False, help_text="Do everything, then undo it")
    max_rejects = models.CharField(max_length=20, blank=True, help_text="Share (5%) or number of rejects to give up at")
    is_sample = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    origin = models.TextField(blank=True, help_text="Who brought it, where that is no user: an account of the machine")
    attempts = models.PositiveIntegerField(default=0, help_text="How often a process began it")
    phase = models.TextField(blank=True, help_text="What a running load is doing right now")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes of the file; 0 where it is a pipe")
    position = models.BigIntegerField(default=0, help_text="Bytes read so far")
    rows = models.BigIntegerField(default=0)
    inserted = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    lowered = models.BigIntegerField(default=0, help_text="Updated rows of which a counter went down")
    unchanged = models.BigIntegerField(default=0)
    merged = models.BigIntegerField(default=0, help_text="Further rows of a creator already named in this file")
    rejected = models.BigIntegerField(default=0)
    notes = models.JSONField(default=list, blank=True, help_text="What the reader should know: ignored columns, …")
    error = models.TextField(blank=True)

    objects = LoadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="load_accounts_for_every_row",
                condition=~Q(state__in=["loaded", "checked"])
                | Q(rows=F("inserted") + F("updated") + F("unchanged") + F("merged") + F("rejected")),
            ),
        ]

    def __str__(self) -> str:
        return f"Load {self.pk}: {self.file}"

    @property
    def status(self) -> Load.State:
        """The state as people should see it: a running load whose process is gone is interrupted."""
        if self.state != Load.State.RUNNING:
            return Load.State(self.state)
        if not hasattr(self, "is_alive"):
            self.is_alive = Load.objects.filter(Q(IS_ALIVE), pk=self.pk).exists()
        return Load.State.RUNNING if self.is_alive else Load.State.INTERRUPTED

    @property
    def who(self) -> str:
        return self.by.get_username() if self.by else self.origin

    @property
    def seconds(self) -> float | None:
        """How long it took, or has taken so far."""
        if self.started_at is None:
            return None
        took: timedelta = (self.finished_at or timezone.now()) - self.started_at
        return round(took.total_seconds(), 3)

    @property
    def progress(self) -> float | None:
        """Share of the file read, 0 to 1; None where its size is unknown."""
        return min(self.position / self.size, 1.0) if self.size else None


class Reject(models.Model):
    """A row that was not loaded, as it stood in the file, and why."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="rejects")
    line = models.BigIntegerField(help_text="Line of the file, the header being line 1")
    raw = models.TextField(help_text="The line as it stood; bytes that are no text as \\xNN")
    reason = models.TextField()
    cells = models.JSONField(default=dict, help_text="Our column → the text found in it, as far as it could be read")

    class Meta:
        ordering = ["load", "line"]
        indexes = [models.Index(fields=["load", "line"], name="reject_by_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


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
