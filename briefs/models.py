"""A brief from the request to people's decisions about it, and the trace of how it was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.cache import cache
from django.db import connection, models
from django.db.models import Avg, F, Q, Sum
from django.db.models.functions import Coalesce, Now, TruncMonth

from briefs.catalogues.models import TREND_FRESHNESS, Angle, ModelPrice, Persona, PlatformRule, Trend
from briefs.event_types import OF_DECISIONS
from briefs.failures import FailureCode
from briefs.request import BriefRequest
from famekeeda import history
from famekeeda.events.recording import recording
from famekeeda.leases import QUEUED, RUNNING, Leased, LeasedQuerySet

__all__ = ["Angle", "Brief", "Decision", "ModelPrice", "Persona", "PlatformRule", "Step", "Trend"]

IN_FLIGHT = [QUEUED, RUNNING]
MAX_REJECTED = 3  # briefs that a new version learns from
TOKENS = F("prompt_tokens") + F("completion_tokens")
MAX_USUAL_BRIEFS = 50  # of which the usual tokens are the mean
TOKENS_OF_FIRST_BRIEF = 4_000  # before any has been written; the demo model's briefs count about 3,500
REQUEST_LOCK, BUDGET_LOCK = 7_415_100, 7_415_101  # the first halves of advisory locks


class BriefQuerySet(LeasedQuerySet["Brief"]):
    def wait_for_turn(self, cache_key: str) -> None:
        """Single flight: until this transaction ends, other transactions with the cache key wait here. What they look
        for afterwards, in flight or written, they find. The unique constraint alone would let a caller through who
        saw no written brief, and inserts one when the brief that was in flight has been written meanwhile."""
        _lock(REQUEST_LOCK, crc32(cache_key.encode()) - 2**31)  # the second half is a signed number

    def wait_for_budget(self) -> None:
        """Until this transaction ends, all others that ask for tokens of the month wait here."""
        _lock(BUDGET_LOCK, 0)

    def in_flight(self, cache_key: str) -> BriefQuerySet:
        return self.filter(state__in=IN_FLIGHT, cache_key=cache_key)

    def finished(self) -> BriefQuerySet:
        return self.exclude(state__in=IN_FLIGHT)

    def queued_for(self, age: timedelta) -> BriefQuerySet:
        """Briefs queued for longer than `age`."""
        return self.filter(state=QUEUED, created_at__lt=Now() - age)

    def give_up(self, deadline: timedelta) -> None:
        """Fails the abandoned briefs that are past `deadline`, and those that too many workers have begun."""
        late, often = self.abandoned_past(deadline), self.abandoned_too_often()
        for briefs, code in ((late, FailureCode.TIMED_OUT), (often, FailureCode.INTERRUPTED)):
            for brief in briefs:
                still_abandoned = self.abandoned().filter(pk=brief.pk)
                still_abandoned.update(state=Brief.State.FAILED, failure=code, finished_at=Now(), **brief.totals())

    def with_people(self) -> BriefQuerySet:
        """With who asked, who decided and the brief before, in the same query."""
        return self.select_related("by", "decided_by", "regenerated_from")

    def servable(self) -> BriefQuerySet:
        """Briefs that may answer a request: written, and not rejected by anybody."""
        return self.filter(state=Brief.State.READY).exclude(review=Brief.Review.REJECTED)

    def examples(self, brand: str, platform: str) -> BriefQuerySet:
        """Approved briefs of this brand, never of another: same platform first, newest decision first."""
        approved = self.filter(state=Brief.State.READY, review=Brief.Review.APPROVED, brand__iexact=brand)
        elsewhere = models.Case(models.When(platform=platform, then=0), default=1)
        return approved.order_by(elsewhere, "-decided_at")

    def recall(self, cache_key: str) -> Brief | None:
        """The brief that Redis remembers under the key, if its row is still servable and still has the key.

        The row decides at each hit, so no decision of people has to invalidate anything in Redis.
        """
        pk = cache.get(_redis_key(cache_key))
        return self.servable().filter(pk=pk, cache_key=cache_key).first() if pk else None

    def latest_servable(self, request: BriefRequest, cache_key: str) -> Brief | None:
        """The brief that answers whatever Redis remembers: the latest approved one, or else the latest pending one."""
        recent = self.servable().filter(cache_key=cache_key, finished_at__gt=Now() - lifetime(request.hashtags))
        return recent.order_by("review", "-id").first()  # "approved" comes before "pending"

    def latest_rejected(self, cache_key: str) -> Brief | None:
        return self.filter(cache_key=cache_key, review=Brief.Review.REJECTED).order_by("-decided_at").first()

    def tokens_this_month(self) -> int:
        """Tokens of all briefs created since the first of the month (UTC)."""
        this_month = self.filter(created_at__gte=TruncMonth(Now()))
        return this_month.aggregate(tokens=Coalesce(Sum(TOKENS), 0))["tokens"]

    def usual_tokens(self) -> int:
        """The mean tokens of the latest briefs that used any."""
        paid = self.finished().annotate(tokens=TOKENS).filter(tokens__gt=0)
        mean = paid.order_by("-id")[:MAX_USUAL_BRIEFS].aggregate(mean=Avg("tokens"))["mean"]
        return round(mean or TOKENS_OF_FIRST_BRIEF)

    def tokens_in_flight(self) -> int:
        """What the briefs in flight will use if each of them uses the usual tokens."""
        return self.filter(state__in=IN_FLIGHT).count() * self.usual_tokens()


def _lock(number: int, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [number, key])


def _redis_key(cache_key: str) -> str:
    return f"briefs:{cache_key}"


def lifetime(hashtags: Sequence[str]) -> timedelta:
    """How long a brief answers the same request. Without requested hashtags a brief rests on trends, and answers no
    longer than trends are fresh."""
    ttl = timedelta(seconds=settings.BRIEF_CACHE_TTL)
    return ttl if hashtags else min(ttl, TREND_FRESHNESS)


class Brief(Leased):
    """A request, the content that a model generated for it, and people's edits and decisions."""

    class State(models.TextChoices):
        QUEUED = QUEUED, "waiting for its turn"
        RUNNING = RUNNING, "being written"
        READY = "ready", "written"
        FAILED = "failed", "failed"

    class Review(models.TextChoices):
        PENDING = "pending", "waiting for review"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"

    # The request, normalised (request.py).
    brand = models.CharField(max_length=100)
    product = models.CharField(max_length=300)
    goal = models.CharField(max_length=500)
    platform = models.SlugField(max_length=40)
    persona = models.CharField(max_length=300, blank=True, help_text="Given in the request; empty: chosen by a tool")
    creative_angle = models.CharField(
        max_length=300, blank=True, help_text="Given in the request; empty: chosen by a tool"
    )
    hashtags = models.JSONField(default=list, blank=True, help_text="Given in the request; empty: what is trending")
    campaign_id = models.TextField(db_collation="C", blank=True)
    influencer_id = models.TextField(db_collation="C", blank=True)
    language = models.CharField(max_length=35, default="en")
    instructions = models.CharField(max_length=500, blank=True, help_text="What this version should do differently")
    cache_key = models.CharField(max_length=64, help_text="Hash of the request and of all that shapes the answer")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    regenerated_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="regenerations")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # Its progress, with the columns of a lease.
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=20, choices=FailureCode, blank=True)
    failure_detail = models.TextField(blank=True, help_text="For operators; holds neither key nor prompt")

    # Its result.
    generated = models.JSONField(null=True, blank=True, help_text="The model's content, mended by the rules")
    edited = models.JSONField(null=True, blank=True, help_text="The content as people changed it")
    model = models.CharField(max_length=100, blank=True)
    prompt_version = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="HTTP requests to the model's server, failed ones too")
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True, help_text="US dollars; empty: unknown"
    )

    # People's decisions.
    review = models.CharField(max_length=8, choices=Review, default=Review.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="Counts edits and decisions")

    objects = BriefQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["cache_key"], condition=Q(state__in=IN_FLIGHT), name="brief_single_flight"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(generated__isnull=False, finished_at__isnull=False),
                name="brief_ready_has_content",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="brief_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(review="pending") | Q(state="ready", decided_at__isnull=False),
                name="brief_decided_when_written",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "review"], name="brief_waiting"),
            models.Index(fields=["campaign_id"], name="brief_by_campaign", condition=~Q(campaign_id="")),
            models.Index(fields=["influencer_id"], name="brief_by_creator", condition=~Q(influencer_id="")),
            models.Index(fields=["created_at"], name="brief_by_age"),
            models.Index(fields=["cache_key"], name="brief_by_cache_key"),
            models.Index(models.functions.Upper("brand"), name="brief_by_brand"),
        ]
        permissions = [("review_brief", "Can approve and reject briefs")]

    def __str__(self) -> str:
        return f"Brief {self.pk}: {self.brand} {self.product}"

    @property
    def content(self) -> dict[str, Any]:
        """The brief's fields as they stand now: as people edited them, or else as they were generated."""
        return self.edited or self.generated or {}

    @property
    def is_in_flight(self) -> bool:
        return self.state in IN_FLIGHT

    @property
    def failure_code(self) -> FailureCode | None:
        return FailureCode(self.failure) if self.failure else None

    @property
    def is_demo(self) -> bool:
        return self.model == "demo"

    @property
    def request(self) -> BriefRequest:
        return BriefRequest.of(self)

    @property
    def rejection(self) -> str:
        """Why the brief was rejected."""
        decision = self.decisions.filter(action=Decision.Action.REJECTED).last()
        return decision.note if decision else ""

    def rejected_before(self) -> list[Brief]:
        """The rejected briefs that this one was regenerated from, one after the other: the latest first, at most
        MAX_REJECTED."""
        rejected: list[Brief] = []
        earlier = self.regenerated_from
        while earlier and earlier.review == Brief.Review.REJECTED and len(rejected) < MAX_REJECTED:
            rejected.append(earlier)
            earlier = earlier.regenerated_from
        return rejected

    def remember(self) -> None:
        """Lets the brief answer the same request for about a day, unless an approved one answers it already."""
        remembered = Brief.objects.recall(self.cache_key)
        if self.review == Brief.Review.APPROVED or not remembered or remembered.review != Brief.Review.APPROVED:
            cache.set(_redis_key(self.cache_key), self.pk, lifetime(self.hashtags).total_seconds())

    def finish(self, **fields: Any) -> bool:
        """Stores how the generation ended; False, and nothing stored, where another worker took over meanwhile.
        `finished_at`, which PostgreSQL sets, is not fetched."""
        if not self.release(finished_at=Now(), **fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def told(self, note: str = "") -> dict[str, Any]:
        """What events say of the brief."""
        return {
            "briefId": self.pk,
            "influencerId": self.influencer_id,
            "brand": self.brand,
            "product": self.product,
            "platform": self.platform,
            "note": note,
        }

    def totals(self) -> dict[str, Any]:
        """Attempts, tokens and cost of all calls to the model, those of workers that were killed included."""
        calls = self.steps.filter(kind=Step.Kind.CALL).values_list("attempts", "prompt_tokens", "completion_tokens")
        attempts = prompt = completion = 0
        for attempts_of_call, prompt_of_call, completion_of_call in calls:
            attempts += len(attempts_of_call)
            prompt, completion = prompt + prompt_of_call, completion + completion_of_call
        cost = ModelPrice.objects.cost(self.model, prompt, completion)
        return {"attempts": attempts, "prompt_tokens": prompt, "completion_tokens": completion, "cost": cost}

    def edit(self, content: dict[str, Any], *, by: Any, revision: int) -> bool:
        """Keeps people's content beside the model's; False if the brief was changed or decided since `revision`."""
        return self._decide(Decision.Action.EDITED, by, "", revision, content=content, edited=content)

    def approve(self, *, by: Any, revision: int) -> bool:
        approved = self._settle(Brief.Review.APPROVED, by, "", revision)
        if approved:
            self.remember()
        return approved

    def reject(self, *, by: Any, revision: int, reason: str) -> bool:
        return self._settle(Brief.Review.REJECTED, by, reason, revision)

    def reopen(self, *, by: Any, revision: int) -> bool:
        """Makes a decided brief pending again, so that it can be edited; the earlier decision stays on record."""
        undecided: dict[str, Any] = {"review": Brief.Review.PENDING, "decided_by": None, "decided_at": None}
        decided = [Brief.Review.APPROVED, Brief.Review.REJECTED]
        return self._decide(Decision.Action.REOPENED, by, "", revision, reviews=decided, **undecided)

    def _settle(self, review: Brief.Review, by: Any, note: str, revision: int) -> bool:
        return self._decide(Decision.Action(review), by, note, revision, review=review, decided_by=by, decided_at=Now())

    def _decide(
        self,
        action: Decision.Action,
        by: Any,
        note: str,
        revision: int,
        *,
        content: dict[str, Any] | None = None,
        reviews: list[Brief.Review] | None = None,
        **fields: Any,
    ) -> bool:
        """One conditional UPDATE: of two people who decide at once, one succeeds and the other gets False."""
        unchanged = Brief.objects.filter(
            pk=self.pk, state=Brief.State.READY, review__in=reviews or [Brief.Review.PENDING], revision=revision
        )
        with recording(by=by) as record:
            if not unchanged.update(revision=F("revision") + 1, **fields):
                return False
            Decision.objects.create(brief=self, action=action, by=by, note=note, content=content)
            history.changed(self, by, f"{action.label.capitalize()}.")
            self.refresh_from_db()
            if event_type := OF_DECISIONS.get(action):
                record(event_type, self.campaign_id, self.told(note))
        return True


class Step(models.Model):
    """A step in the trace of a brief: a request to the model, a tool's run, or the rules that mended the answer."""

    class Kind(models.TextChoices):
        CALL = "call", "model"
        TOOL = "tool", "tool"
        RULES = "rules", "rules"

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="steps")
    run = models.PositiveSmallIntegerField(help_text="The number of the worker's run, from 1")
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=100, help_text="A call's purpose, or a tool's name")
    asked_by = models.CharField(max_length=5, blank=True, help_text="Who had a tool run: model or code")
    sent = models.JSONField(default=dict, blank=True, help_text="The messages, or the tool's arguments as they came")
    received = models.JSONField(default=dict, blank=True, help_text="The model's message, or the tool's result")
    error = models.TextField(blank=True)
    attempts = models.JSONField(default=list, blank=True, help_text="A call's HTTP tries: status, milliseconds, error")
    started_at = models.DateTimeField()
    milliseconds = models.FloatField()
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class Decision(models.Model):
    """What somebody decided about a brief, when and why. Rows are only ever added."""

    class Action(models.TextChoices):
        EDITED = "edited", "edited"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        REOPENED = "reopened", "reopened"
        REGENERATED = "regenerated", "regenerated"

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="decisions")
    action = models.CharField(max_length=11, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    note = models.TextField(blank=True)
    content = models.JSONField(null=True, blank=True, help_text="The content after an edit")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} by {self.by}"
