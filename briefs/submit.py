"""Submits a request: a brief that was written earlier answers it, or one in flight, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from briefs.failures import FailureCode, GenerationError
from briefs.generation.cache_key import cache_key
from briefs.models import Brief, PlatformRule
from briefs.request import BriefRequest
from famekeeda.broker import broker_is_up, send_now


@dataclass(frozen=True)
class Submission:
    """The brief for a request: a hit, written earlier and servable, or in flight."""

    brief: Brief
    is_hit: bool


class OverBudget(Exception):
    """This month's tokens are used up. `resets_at` is the beginning of the next month (UTC)."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.resets_at = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
        self.seconds_left = (self.resets_at - now).total_seconds()
        super().__init__(
            f"The {settings.BRIEF_MONTHLY_TOKENS:,} tokens of this month are used up; it resets on "
            f"{self.resets_at:%Y-%m-%d at %H:%M} UTC."
        )


def submit(
    request: BriefRequest,
    *,
    rule: PlatformRule | None = None,
    by: Any = None,
    refresh: bool = False,
    regenerated_from: Brief | None = None,
) -> Submission:
    """The brief for a request. With `refresh`, a brief that was written earlier is no answer. A caller that has fetched
    the platform's `rule` passes it, which spares a query.

    Raises PlatformRule.DoesNotExist, OverBudget, and GenerationError where the task queue is away.
    """
    key = cache_key(request, rule or PlatformRule.objects.get(pk=request.platform))
    if not refresh and (brief := Brief.objects.recall(key)):
        return Submission(brief, is_hit=True)
    if not broker_is_up():  # checked first, so that no brief is created that nobody would write
        if brief := Brief.objects.latest_servable(key):
            return Submission(brief, is_hit=True)
        raise GenerationError(FailureCode.BROKER_AWAY)
    budget = settings.BRIEF_MONTHLY_TOKENS
    if budget and not Brief.objects.in_flight(key).exists() and Brief.objects.tokens_this_month() >= budget:
        raise OverBudget
    brief, is_new = Brief.objects.join_or_create(
        request, key, by=by, regenerated_from=regenerated_from, model=settings.OPENAI_MODEL
    )
    if is_new:
        transaction.on_commit(lambda: _send(brief))
    return Submission(brief, is_hit=False)


def _send(brief: Brief) -> None:
    if not send_now("briefs.tasks.write", brief.pk):
        unsent = Brief.objects.filter(pk=brief.pk, state=Brief.State.QUEUED)
        unsent.update(state=Brief.State.FAILED, failure=FailureCode.BROKER_AWAY, finished_at=Now())
        raise GenerationError(FailureCode.BROKER_AWAY)
