"""A request becomes a brief: the one that answers it already, the one being written for it, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from briefs.failures import Failed, Failure
from briefs.fingerprint import fingerprint
from briefs.models import Brief, PlatformRule
from briefs.request import BriefRequest
from famekeeda.broker import broker_is_up, send_now


@dataclass(frozen=True)
class Asked:
    brief: Brief
    is_hit: bool  # written earlier, and good enough for this request


class OverBudget(Exception):
    """This month's tokens are used up; `resets` is when the next month begins (UTC)."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.resets = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
        self.seconds = (self.resets - now).total_seconds()
        super().__init__(
            f"The {settings.BRIEF_MONTHLY_TOKENS:,} tokens of this month are used up; it resets on "
            f"{self.resets:%Y-%m-%d at %H:%M} UTC."
        )


def ask(
    request: BriefRequest,
    *,
    rule: PlatformRule | None = None,
    by: Any = None,
    refresh: bool = False,
    regenerated_from: Brief | None = None,
) -> Asked:
    """The brief for a request, which is in flight unless it is a hit. `refresh` wants none that was written earlier;
    who knows the platform's rule already spares a query.

    Raises PlatformRule.DoesNotExist, OverBudget, and Failed where the task queue is away.
    """
    key = fingerprint(request, rule or PlatformRule.objects.get(pk=request.platform))
    if not refresh and (brief := Brief.objects.recall(key)):
        return Asked(brief, is_hit=True)
    if not broker_is_up():  # before there is a row that nobody would write
        if brief := Brief.objects.latest_for(key):
            return Asked(brief, is_hit=True)
        raise Failed(Failure.BROKER_AWAY)
    budget = settings.BRIEF_MONTHLY_TOKENS
    if budget and not Brief.objects.in_flight(key).exists() and Brief.objects.tokens_this_month() >= budget:
        raise OverBudget
    brief, is_new = Brief.objects.join(
        request, key, by=by, regenerated_from=regenerated_from, model=settings.OPENAI_MODEL
    )
    if is_new:
        transaction.on_commit(lambda: _send(brief))
    return Asked(brief, is_hit=False)


def _send(brief: Brief) -> None:
    if not send_now("briefs.tasks.write", brief.pk):
        unsent = Brief.objects.filter(pk=brief.pk, state=Brief.State.QUEUED)
        unsent.update(state=Brief.State.FAILED, failure=Failure.BROKER_AWAY, finished_at=Now())
        raise Failed(Failure.BROKER_AWAY)
