"""A brief from the request to the decision about it, and the trace of how it was written."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Now, TruncMonth

from briefs.catalogues import TRENDS_STAY_FRESH, Angle, ModelPrice, Persona, PlatformRule, Trend
from briefs.failures import Failure
from briefs.request import BriefRequest

__all__ = ["Angle", "Brief", "Decision", "ModelPrice", "Persona", "PlatformRule", "Step", "Trend"]

LEASE = timedelta(seconds=6)  # renewed every two (lease.py); then whoever wrote it is taken to be gone
MOST_RUNS = 3  # a brief that outlives so many workers is what stops them
GRACE = timedelta(seconds=5)  # after its deadline, for the last words of who writes it


class BriefQuerySet(models.QuerySet["Brief"]):
    def join(self, request: BriefRequest, fingerprint: str, **fields: Any) -> tuple[Brief, bool]:
        """The brief that is being written for this request, or a new one for it; and whether it is new.

        Single flight: the partial unique constraint lets one through, however many ask at once.
        """
        while True:
            try:
                return self.in_flight(fingerprint).get_or_create(
                    fingerprint=fingerprint, defaults=request.fields() | fields
                )
            except IntegrityError:  # one was in flight when we asked, and finished before we looked
                continue

    def in_flight(self, fingerprint: str) -> BriefQuerySet:
        return self.filter(state__in=IN_FLIGHT, fingerprint=fingerprint)

    def claim(self, pk: int, owner: UUID) -> Brief | None:
        """The brief, now ours to write until the lease ends; None if it is finished or in other hands. Its
        `claimed_at` is by PostgreSQL's clock, as all its times are."""
        free = Q(state=Brief.State.QUEUED) | Q(state=Brief.State.RUNNING, leased_until__lt=Now())
        claimed = self.filter(free, pk=pk).update(
            state=Brief.State.RUNNING,
            owner=owner,
            leased_until=Now() + LEASE,
            started_at=Coalesce(F("started_at"), Now()),
            runs=F("runs") + 1,
        )
        return self.annotate(claimed_at=Now()).get(pk=pk) if claimed else None

    def renew(self, owners: list[UUID]) -> None:
        self.filter(owner__in=owners, state=Brief.State.RUNNING).update(leased_until=Now() + LEASE)

    def abandoned(self) -> BriefQuerySet:
        """Being written, by somebody who is gone."""
        return self.filter(state=Brief.State.RUNNING, leased_until__lt=Now())

    def queued_for(self, age: timedelta) -> BriefQuerySet:
        """Longer than that."""
        return self.filter(state=Brief.State.QUEUED, created_at__lt=Now() - age)

    def give_up(self, deadline: timedelta) -> None:
        """Fails what cannot be finished any more: past its deadline, or after too many workers."""
        late = self.abandoned().filter(started_at__lt=Now() - deadline - GRACE)
        often = self.abandoned().filter(runs__gte=MOST_RUNS)
        for briefs, failure in ((late, Failure.TIMED_OUT), (often, Failure.INTERRUPTED)):
            for brief in briefs:
                still_lost = self.abandoned().filter(pk=brief.pk)
                still_lost.update(state=Brief.State.FAILED, failure=failure, finished_at=Now(), **brief.totals())

    def servable(self) -> BriefQuerySet:
        """Those that may answer a request: written, and not rejected by anybody."""
        return self.filter(state=Brief.State.READY).exclude(review=Brief.Review.REJECTED)

    def examples(self, brand: str, platform: str) -> BriefQuerySet:
        """What people approved for this brand, and never for another: same platform first, newest first."""
        approved = self.filter(state=Brief.State.READY, review=Brief.Review.APPROVED, brand__iexact=brand)
        elsewhere = models.Case(models.When(platform=platform, then=0), default=1)
        return approved.order_by(elsewhere, "-decided_at")

    def recall(self, fingerprint: str) -> Brief | None:
        """The brief that the cache remembers for a request, as it stands now.

        The cache knows which; the row says whether it still may: nothing has to be invalidated."""
        pk = cache.get(_cache_key(fingerprint))
        return self.servable().filter(pk=pk).first() if pk else None

    def latest_for(self, fingerprint: str) -> Brief | None:
        """The same from the rows, while there is no cache: what people approved before what they did not."""
        recent = self.servable().filter(fingerprint=fingerprint, finished_at__gt=Now() - _longest())
        return recent.order_by("review", "-id").first()  # "approved" comes before "pending"

    def tokens_this_month(self) -> int:
        """Tokens of all briefs begun since the first of the month (UTC)."""
        this_month = self.filter(created_at__gte=TruncMonth(Now()))
        return this_month.aggregate(tokens=Coalesce(Sum(F("prompt_tokens") + F("completion_tokens")), 0))["tokens"]


def _cache_key(fingerprint: str) -> str:
    return f"briefs:{fingerprint}"


def _longest() -> timedelta:
    return timedelta(seconds=settings.BRIEF_CACHE_TTL)


IN_FLIGHT = ["queued", "running"]


class Brief(models.Model):
    """What was asked for, what a model wrote of it, and what people made of that."""

    class State(models.TextChoices):
        QUEUED = "queued", "waiting for a worker"
        RUNNING = "running", "being written"
        READY = "ready", "written"
        FAILED = "failed", "failed"

    class Review(models.TextChoices):
        PENDING = "pending", "waiting for review"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"

    # What was asked for, normalised (request.py).
    brand = models.CharField(max_length=100)
    product = models.CharField(max_length=300)
    goal = models.CharField(max_length=500)
    platform = models.SlugField(max_length=40)
    persona = models.CharField(max_length=300, blank=True, help_text="Given instead of being chosen")
    creative_angle = models.CharField(max_length=300, blank=True, help_text="Given instead of being chosen")
    hashtags = models.JSONField(default=list, blank=True, help_text="Given instead of what is trending")
    campaign_id = models.TextField(db_collation="C", blank=True)
    influencer_id = models.TextField(db_collation="C", blank=True)
    language = models.CharField(max_length=35, default="en")
    fingerprint = models.CharField(max_length=64, help_text="Of the request and all that shapes the answer")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    regenerated_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="regenerations")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # How far it is.
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    owner = models.UUIDField(null=True, blank=True, help_text="Who writes it")
    leased_until = models.DateTimeField(null=True, blank=True)
    runs = models.PositiveSmallIntegerField(default=0, help_text="How many workers began it")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    failure_detail = models.TextField(blank=True, help_text="For who runs this; holds neither key nor prompt")

    # What came of it.
    content = models.JSONField(null=True, blank=True, help_text="As the model wrote it and the rules mended it")
    edited = models.JSONField(null=True, blank=True, help_text="As people changed it")
    model = models.CharField(max_length=100, blank=True)
    prompt_version = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Requests to the model's server, refused ones too")
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True, help_text="US dollars, if known")

    # What people decided.
    review = models.CharField(max_length=8, choices=Review, default=Review.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="Counts edits and decisions")

    objects = BriefQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(state__in=IN_FLIGHT), name="brief_single_flight"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(content__isnull=False, finished_at__isnull=False),
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
            models.Index(fields=["fingerprint"], name="brief_by_fingerprint"),
            models.Index(models.functions.Upper("brand"), name="brief_by_brand"),
        ]
        permissions = [("review_brief", "Can approve and reject briefs")]

    def __str__(self) -> str:
        return f"Brief {self.pk}: {self.brand} {self.product}"

    @property
    def answer(self) -> dict[str, Any]:
        """The brief as it stands now: people's words, where they changed the model's."""
        return self.edited or self.content or {}

    @property
    def is_in_flight(self) -> bool:
        return self.state in IN_FLIGHT

    @property
    def why(self) -> Failure | None:
        """It failed."""
        return Failure(self.failure) if self.failure else None

    @property
    def is_demo(self) -> bool:
        return self.model == "demo"

    @property
    def request(self) -> BriefRequest:
        return BriefRequest.of(self)

    def remember(self) -> None:
        """Lets it answer the same request for a day or so, unless what people approved does already."""
        remembered = Brief.objects.recall(self.fingerprint)
        if self.review == Brief.Review.APPROVED or not remembered or remembered.review != Brief.Review.APPROVED:
            longest = _longest() if self.hashtags else min(_longest(), TRENDS_STAY_FRESH)
            # Jittered, so that what was asked for at once does not expire at once.
            jittered = longest.total_seconds() * random.uniform(0.9, 1)  # noqa: S311
            cache.set(_cache_key(self.fingerprint), self.pk, jittered)

    def finish(self, **fields: Any) -> bool:
        """Stores how it ended, if it is still ours: whoever took over meanwhile is not disturbed. The times that
        PostgreSQL sets are not fetched."""
        mine = Brief.objects.filter(pk=self.pk, owner=self.owner, state=Brief.State.RUNNING)
        if not mine.update(finished_at=Now(), owner=None, leased_until=None, **fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def totals(self) -> dict[str, Any]:
        """What its calls add up to, those of workers that were killed included."""
        calls = self.steps.filter(kind=Step.Kind.CALL).values_list("attempts", "prompt_tokens", "completion_tokens")
        attempts = prompt = completion = 0
        for tries, sent, received in calls:
            attempts, prompt, completion = attempts + len(tries), prompt + sent, completion + received
        cost = ModelPrice.objects.cost(self.model, prompt, completion)
        return {"attempts": attempts, "prompt_tokens": prompt, "completion_tokens": completion, "cost": cost}

    def edit(self, content: dict[str, Any], *, by: Any, revision: int) -> bool:
        """Keeps people's words beside the model's. False if somebody changed or decided it since that revision."""
        return self._decide(Decision.Action.EDITED, by, "", revision, content=content, edited=content)

    def approve(self, *, by: Any, revision: int) -> bool:
        approved = self._settle(Brief.Review.APPROVED, by, "", revision)
        if approved:
            self.remember()
        return approved

    def reject(self, *, by: Any, revision: int, reason: str) -> bool:
        return self._settle(Brief.Review.REJECTED, by, reason, revision)

    def reopen(self, *, by: Any, revision: int) -> bool:
        """Takes a decision back, so that the brief can be changed; the decision stays on record."""
        undecided: dict[str, Any] = {"review": Brief.Review.PENDING, "decided_by": None, "decided_at": None}
        decided = [Brief.Review.APPROVED, Brief.Review.REJECTED]
        return self._decide(Decision.Action.REOPENED, by, "", revision, reviews=decided, **undecided)

    def _settle(self, review: Brief.Review, by: Any, note: str, revision: int) -> bool:
        return self._decide(Decision.Action(review), by, note, revision, review=review, decided_by=by, decided_at=Now())

    @transaction.atomic
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
        """One conditional UPDATE: of two people who decide at once, one wins and the other is told."""
        unchanged = Brief.objects.filter(
            pk=self.pk, state=Brief.State.READY, review__in=reviews or [Brief.Review.PENDING], revision=revision
        )
        if not unchanged.update(revision=F("revision") + 1, **fields):
            return False
        Decision.objects.create(brief=self, action=action, by=by, note=note, content=content)
        self.refresh_from_db()
        return True


class Step(models.Model):
    """A step of writing a brief: a request to the model, a tool, or the rules that mended the answer."""

    class Kind(models.TextChoices):
        CALL = "call", "model"
        TOOL = "tool", "tool"
        RULES = "rules", "rules"

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="steps")
    run = models.PositiveSmallIntegerField(help_text="Of which worker's run, counted from 1")
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=100, help_text="The call's purpose, the tool's name")
    asked_by = models.CharField(max_length=5, blank=True, help_text="A tool's: model or code")
    sent = models.JSONField(default=dict, blank=True, help_text="The messages, or the tool's arguments as they came")
    received = models.JSONField(default=dict, blank=True, help_text="The model's message, or the tool's result")
    error = models.TextField(blank=True)
    attempts = models.JSONField(default=list, blank=True, help_text="Each try: status, milliseconds, why it failed")
    started_at = models.DateTimeField()
    milliseconds = models.FloatField()
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class Decision(models.Model):
    """Who decided what about a brief, when and why. Only ever added to."""

    class Action(models.TextChoices):
        EDITED = "edited", "edited"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        REOPENED = "reopened", "took the decision back"
        REGENERATED = "regenerated", "had it written anew"

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="decisions")
    action = models.CharField(max_length=11, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    note = models.TextField(blank=True)
    content = models.JSONField(null=True, blank=True, help_text="An edit's words")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} by {self.by}"
