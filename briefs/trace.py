"""How a brief is written, step by step, kept while it happens: a page can watch, and a killed worker loses little."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from briefs import llm
from briefs.failures import Failed
from briefs.models import Brief, Step
from briefs.waiting import release_connection


class Trace:
    """Steps are stored during each wait for the model and at the end: a commit takes longer than most tools."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.unstored: list[Step] = []

    def store(self) -> None:
        if self.unstored:
            Step.objects.bulk_create(self.unstored)
            self.unstored.clear()
        release_connection()

    def call(self, name: str, body: dict[str, Any], deadline: float) -> llm.Completion:
        """Asks the model, as llm.complete does, and keeps what was said."""
        with self._step(Step.Kind.CALL, name, sent=body) as step:
            try:
                completion = llm.complete(body, deadline=deadline, meanwhile=self.store)
            except Failed as failed:
                step.error, step.attempts = str(failed), failed.attempts
                raise
            step.attempts = completion.attempts
            step.prompt_tokens, step.completion_tokens = completion.prompt_tokens, completion.completion_tokens
            step.received = {
                "model": completion.model,
                "finishReason": completion.finish_reason,
                "text": completion.text,
                "refusal": completion.refusal,
                "toolCalls": [{"name": call.name, "arguments": call.arguments} for call in completion.tool_calls],
            }
        return completion

    @contextmanager
    def tool(self, name: str, asked_by: str, arguments: Any = None) -> Iterator[Step]:
        """A step whose `received` and `error` the block fills."""
        with self._step(Step.Kind.TOOL, name, asked_by=asked_by, sent={"arguments": arguments}) as step:
            yield step

    @contextmanager
    def rules(self) -> Iterator[Step]:
        with self._step(Step.Kind.RULES, "mend") as step:
            yield step

    @contextmanager
    def _step(self, kind: Step.Kind, name: str, **fields: Any) -> Iterator[Step]:
        step = Step(brief=self.brief, run=self.brief.runs, kind=kind, name=name, started_at=timezone.now(), **fields)
        began = time.perf_counter()
        try:
            yield step
        finally:
            step.milliseconds = round((time.perf_counter() - began) * 1000, 2)
            self.unstored.append(step)
