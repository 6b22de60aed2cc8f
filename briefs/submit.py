"""Submits a request: a brief that was written earlier answers it, or one in flight, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from briefs.budget import check_budget
from briefs.failures import FailureCode, GenerationError
from briefs.generation.cache_key import cache_key
from briefs.models import Brief, PlatformRule
from briefs.request import BriefRequest
from famekeeda.broker import broker_is_up, send_now
from famekeeda.llm.server import seconds_left_alone


@dataclass(frozen=True)
class Submission:
    """The brief for a request: a hit, written earlier and servable, or in flight, and then perhaps a new one."""

    brief: Brief
    is_hit: bool
    is_new: bool = False


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

    Raises PlatformRule.DoesNotExist, OverBudget, and GenerationError where nobody could write a new brief now.
    Within a transaction of the caller a new brief is sent when that ends; one that cannot be sent has failed then.
    """
    key = cache_key(request, rule or PlatformRule.objects.get(pk=request.platform))
    if not refresh and (brief := Brief.objects.recall(key)):
        return Submission(brief, is_hit=True)
    if obstacle := _obstacle():  # looked for first, so that no brief is created that nobody would write
        if brief := Brief.objects.latest_servable(request, key):
            return Submission(brief, is_hit=True)
        raise obstacle
    with transaction.atomic():
        Brief.objects.wait_for_turn(key)
        if brief := Brief.objects.in_flight(key).first():
            return Submission(brief, is_hit=False)
        if not refresh and (brief := Brief.objects.latest_servable(request, key)):
            return Submission(brief, is_hit=True)
        check_budget()
        new = Brief.objects.create(
            **request.fields(),
            cache_key=key,
            by=by,
            regenerated_from=regenerated_from or Brief.objects.latest_rejected(key),
            model=settings.OPENAI_MODEL,
        )
        transaction.on_commit(lambda: _send(new))
    if new.failure_code:  # it could not be sent; within a transaction of the caller it is sent later
        raise GenerationError(new.failure_code)
    return Submission(new, is_hit=False, is_new=True)


def _obstacle() -> GenerationError | None:
    """Why no new brief could be written now."""
    if not broker_is_up():
        return GenerationError(FailureCode.BROKER_AWAY)
    if seconds := seconds_left_alone():
        return GenerationError(FailureCode.CIRCUIT_OPEN, f"It is asked again in {ceil(seconds)} s.")
    return None


def _send(brief: Brief) -> None:
    """Sends the brief to a worker; a brief that cannot be sent has failed."""
    if not send_now("briefs.tasks.write", brief.pk):
        unsent = Brief.objects.filter(pk=brief.pk, state=Brief.State.QUEUED)
        unsent.update(state=Brief.State.FAILED, failure=FailureCode.BROKER_AWAY, finished_at=Now())
        brief.state, brief.failure = Brief.State.FAILED, FailureCode.BROKER_AWAY
