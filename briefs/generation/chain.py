"""Generates a claimed brief: a conversation with a model, then the rules, with every step in the trace."""

from __future__ import annotations

import time
from itertools import islice
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError

from briefs.event_types import BRIEF_READY
from briefs.failures import FailureCode, GenerationError
from briefs.generation import prompts
from briefs.generation.contacts import without_contacts
from briefs.generation.conversation import Conversation
from briefs.generation.trace import Trace
from briefs.models import Brief, PlatformRule
from briefs.request import BriefRequest
from briefs.rules.mend import mend
from famekeeda.events.recording import recording

MAX_EXAMPLES = 3

log = structlog.get_logger(__name__)


def write(brief: Brief) -> None:
    """Generates the content of a claimed brief and stores it, or the failure. Only the steps and what they used are
    stored if another worker has taken the brief over."""
    trace = Trace(brief)
    result: dict[str, Any]
    try:
        content = generate(brief, trace)
    except GenerationError as error:
        result = {"state": Brief.State.FAILED, "failure": error.code, "failure_detail": error.detail}
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease expires, and another worker takes over
    except Exception:
        log.exception("brief_broken", brief=brief.pk)
        result = {"state": Brief.State.FAILED, "failure": FailureCode.BROKEN}
    else:
        result = {"state": Brief.State.READY, "generated": content}
    with recording(by=brief.by) as record:
        Brief.objects.select_for_update().get(pk=brief.pk)  # of two workers that end at once, one counts all steps
        trace.store()
        totals = brief.totals()
        is_stored = brief.finish(**result, **totals, prompt_version=prompts.version())
        if not is_stored:
            Brief.objects.finished().filter(pk=brief.pk).update(**totals)
        elif brief.state == Brief.State.READY:
            record(BRIEF_READY, brief.campaign_id, brief.told())
    if is_stored:
        if brief.state == Brief.State.READY:
            brief.remember()
        tokens = brief.prompt_tokens + brief.completion_tokens
        log.info(
            "brief", brief=brief.pk, state=brief.state, failure=brief.failure, requests=brief.attempts, tokens=tokens
        )


def generate(brief: Brief, trace: Trace) -> dict[str, Any]:
    """The content; raises GenerationError."""
    request, rule = brief.request, PlatformRule.objects.get(pk=brief.platform)
    deadline = time.monotonic() + seconds_left(brief)
    conversation = Conversation(request, rule, examples(request), rejected(brief), trace, deadline)
    if conversation.capabilities.tools:
        conversation.let_the_model_call_tools()
    conversation.run_remaining_tools()
    answer = conversation.ask_for_the_answer()
    with trace.rules() as step:
        mended = mend(
            answer,
            rule,
            keep=conversation.hashtags,
            language=request.language,
            goal=without_contacts(request.goal),
        )
        step.received = {"notes": mended.notes}
    return mended.content


def seconds_left(brief: Brief) -> float:
    """The seconds until the brief's deadline, which counts from the start of its first worker."""
    assert brief.started_at  # noqa: S101
    return settings.LLM_DEADLINE - (brief.claimed_at - brief.started_at).total_seconds()


def rejected(brief: Brief) -> list[dict[str, Any]]:
    """The versions that people rejected before this one, as the prompt shows them."""
    return [{"reason": earlier.rejection, "brief": earlier.content} for earlier in brief.rejected_before()]


def examples(request: BriefRequest) -> list[dict[str, Any]]:
    """Approved briefs of the brand, as the prompt shows them."""
    approved = Brief.objects.examples(request.brand, request.platform)[: 4 * MAX_EXAMPLES]
    # PostgreSQL compares brands in a wider sense than Python: to it, "Nıke" is "Nike" in another case.
    of_brand = (brief for brief in approved if brief.brand.casefold() == request.brand.casefold())
    return [
        {"platform": brief.platform, "goal": brief.goal, "brief": brief.content}
        for brief in islice(of_brand, MAX_EXAMPLES)
    ]
