"""The trace of a brief: a step for each request to the model, each tool and the rules, stored while the brief is
written, so that a page can follow and a killed worker loses little."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from briefs.models import Brief, Step
from briefs.waiting import release_connection
from famekeeda.llm.client import Completion
from famekeeda.llm.errors import LLMError


@dataclass(frozen=True)
class Call:
    """The step of a request to the model."""

    step: Step

    def completed(self, completion: Completion) -> None:
        self.step.attempts = completion.attempts
        self.step.prompt_tokens = completion.prompt_tokens
        self.step.completion_tokens = completion.completion_tokens
        self.step.received = {
            "model": completion.model,
            "finishReason": completion.finish_reason,
            "text": completion.text,
            "refusal": completion.refusal,
            "toolCalls": [{"name": call.name, "arguments": call.arguments} for call in completion.tool_calls],
        }

    def failed(self, error: LLMError) -> None:
        self.step.error, self.step.attempts = str(error), error.attempts


class Trace:
    """Its owner calls `store` during each wait for the model and at the end: a commit takes longer than most tools."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.unstored: list[Step] = []

    def store(self) -> None:
        if self.unstored:
            Step.objects.bulk_create(self.unstored)
            self.unstored.clear()
        release_connection()

    @contextmanager
    def call(self, purpose: str, body: dict[str, Any]) -> Iterator[Call]:
        """Records a request to the model; the block reports its completion, or raises LLMError."""
        with self._step(Step.Kind.CALL, purpose, sent=body) as step:
            call = Call(step)
            try:
                yield call
            except LLMError as error:
                call.failed(error)
                raise

    @contextmanager
    def tool(self, name: str, asked_by: str, arguments: Any = None) -> Iterator[Step]:
        """A step whose `received` and `error` the block sets."""
        with self._step(Step.Kind.TOOL, name, asked_by=asked_by, sent={"arguments": arguments}) as step:
            yield step

    @contextmanager
    def rules(self) -> Iterator[Step]:
        """A step whose `received` the block sets."""
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
