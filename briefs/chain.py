"""The conversation in which a model writes a brief: tools first, then the answer, mended by our rules.

Two phases, since many compatible servers stop calling tools when a response_format is in the same request. The
conversation is always system, user, and then turns of tools: whatever our own code found out stands in the user's
message, so that a server without tools is asked in the same words.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from briefs import content, llm, prompts, rules
from briefs.abilities import FORMATS, Abilities
from briefs.failures import Failed, Failure
from briefs.models import Brief, PlatformRule
from briefs.request import BriefRequest
from briefs.tools import Tool, offered
from briefs.trace import Trace

MOST_ROUNDS = 3  # of tools; then our own code runs what is left
MOST_CALLS = 8  # of tools in one round
MOST_EXAMPLES = 3

log = structlog.get_logger(__name__)


def write(brief: Brief) -> None:
    """Writes a claimed brief and stores how it ended: written, or failed by the name of what went wrong."""
    trace = Trace(brief)
    try:
        finished = converse(brief, trace)
    except Failed as failed:
        ended: dict[str, Any] = {
            "state": Brief.State.FAILED,
            "failure": failed.failure,
            "failure_detail": failed.detail,
        }
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease ends, and another worker takes over
    except Exception:
        log.exception("brief_broken", brief=brief.pk)
        ended = {"state": Brief.State.FAILED, "failure": Failure.BROKEN}
    else:
        ended = {"state": Brief.State.READY, "content": finished}
    with transaction.atomic():
        trace.store()
        is_ours = brief.finish(**ended, **brief.totals(), prompt_version=prompts.version())
    if is_ours:
        if brief.state == Brief.State.READY:
            brief.remember()
        tokens = brief.prompt_tokens + brief.completion_tokens
        log.info(
            "brief", brief=brief.pk, state=brief.state, failure=brief.failure, requests=brief.attempts, tokens=tokens
        )


def converse(brief: Brief, trace: Trace) -> dict[str, Any]:
    """The finished content; raises Failed."""
    request, rule = brief.request, PlatformRule.objects.get(pk=brief.platform)
    talk = Conversation(request, rule, examples(request), trace, time.monotonic() + seconds_left(brief))
    if talk.abilities.tools:
        talk.let_the_model_call_tools()
    talk.run_what_is_left()
    answer = talk.ask_for_the_answer()
    with trace.rules() as step:
        mended = rules.mend(answer, rule, keep=talk.hashtags, language=request.language)
        step.received = {"notes": mended.notes}
    return mended.content


def seconds_left(brief: Brief) -> float:
    """Until the brief's deadline, which runs from its first worker's start."""
    claimed_at = brief.claimed_at  # type: ignore[attr-defined]
    return settings.LLM_DEADLINE - (claimed_at - brief.started_at).total_seconds()


def examples(request: BriefRequest) -> list[dict[str, Any]]:
    approved = Brief.objects.examples(request.brand, request.platform)
    # Python's idea of case is narrower than the database's, for which "Nıke" is "Nike".
    same = (brief for brief in approved[: 4 * MOST_EXAMPLES] if brief.brand.casefold() == request.brand.casefold())
    chosen = islice(same, MOST_EXAMPLES)
    return [{"platform": brief.platform, "goal": brief.goal, "brief": brief.answer} for brief in chosen]


@dataclass
class Conversation:
    request: BriefRequest
    rule: PlatformRule
    examples: list[dict[str, Any]]
    trace: Trace
    deadline: float  # of time.monotonic()
    turns: list[dict[str, Any]] = field(default_factory=list)  # the model's tool calls and their results
    results: dict[str, Any] = field(default_factory=dict)  # of every tool that has run, by its name
    evidence: dict[str, Any] = field(default_factory=dict)  # those that the model has no turn about

    def __post_init__(self) -> None:
        self.abilities = self.known = Abilities.known()
        self.left: dict[str, Tool] = {tool.name: tool for tool in offered(self.request)}

    @property
    def hashtags(self) -> list[str]:
        """Those to keep: what was asked for, or what is trending."""
        return list(self.request.hashtags) or self.results.get("trendFetcher", {}).get("hashtags", [])

    def messages(self, schema: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        user = prompts.user(self.request, self.rule, examples=self.examples, evidence=self.evidence)
        return [
            {"role": "system", "content": prompts.system(self.rule, self.request.language, schema)},
            {"role": "user", "content": user},
            *self.turns,
        ]

    def let_the_model_call_tools(self) -> None:
        """Until every tool has run, the model wants no more, or it has had its rounds."""
        for _ in range(MOST_ROUNDS):
            if not self.left:
                return
            body = {"messages": self.messages(), "tools": [tool.schema for tool in self.left.values()]}
            try:
                completion = self.trace.call("tools", body, self.deadline)
            except llm.Refused:
                self.do_without_tools()
                return
            if not completion.tool_calls:
                return
            self.answer_calls(completion.tool_calls[:MOST_CALLS])

    def answer_calls(self, calls: tuple[llm.ToolCall, ...]) -> None:
        asked = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": as_json(call.arguments)}}
            for call in calls
        ]
        self.turns.append({"role": "assistant", "content": None, "tool_calls": asked})
        for call in calls:
            result = prompts.as_data(self.answer_call(call))
            self.turns.append({"role": "tool", "tool_call_id": call.id, "content": result})

    def answer_call(self, call: llm.ToolCall) -> dict[str, Any]:
        """The tool's result, or what is wrong with the call, for the model to read."""
        with self.trace.tool(call.name, "model", call.arguments[:2_000]) as step:
            if call.name in self.results:
                return self.results[call.name]
            if call.name not in self.left:
                step.error = f"There is no tool of this name. There are: {', '.join(self.left) or 'none any more'}."
                return {"error": step.error}
            outcome = self.left[call.name].run(call.arguments, self.request)
            step.error, step.received = outcome.error, outcome.result
            step.sent["overridden"] = outcome.overridden
            if outcome.error:
                return {"error": outcome.error}
            self.left.pop(call.name)
            self.results[call.name] = outcome.result
            return outcome.result

    def run_what_is_left(self) -> None:
        """Every brief rests on all tools, whether the model called them or not."""
        for name, tool in self.left.items():
            with self.trace.tool(name, "code") as step:
                self.evidence[name] = self.results[name] = step.received = tool.run_for(self.request)
        self.left.clear()

    def do_without_tools(self) -> None:
        """For a server that refuses them: what they found out goes into the user's message."""
        self.abilities = replace(self.abilities, tools=False)
        self.turns, self.evidence = [], dict(self.results)

    def ask_for_the_answer(self) -> content.ModelAnswer:
        """The model's answer; it may mend an invalid one once."""
        completion = self.complete_answer("answer")
        try:
            return read(completion)
        except Unusable as unusable:
            said = {"role": "assistant", "content": completion.text[:10_000] or "(nothing)"}
            wrong = {"role": "user", "content": prompts.repair(unusable.errors)}
        completion = self.complete_answer("repair", said, wrong)
        try:
            return read(completion)
        except Unusable as unusable:
            raise Failed(unusable.failure, " ".join(unusable.errors)[:500]) from None

    def complete_answer(self, name: str, *more: dict[str, Any]) -> llm.Completion:
        """Steps down from json_schema to what the server takes, and from there to a conversation without tools."""
        refused: llm.Refused | None = None
        for format in FORMATS[FORMATS.index(self.abilities.format) :]:
            try:
                completion = self.trace.call(name, self.answer_body(format, more), self.deadline)
            except llm.Refused as error:
                refused = error
                continue
            self.abilities = replace(self.abilities, format=format)
            if self.abilities != self.known:
                self.abilities.remember()
            return completion
        assert refused  # noqa: S101
        if not self.turns:
            raise Failed(refused.failure, refused.detail, refused.attempts)
        self.do_without_tools()
        return self.complete_answer(name, *more)

    def answer_body(self, format: str, more: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        match format:
            case "json_schema":
                schema = {"name": "brief", "strict": True, "schema": content.SCHEMA}
                return {
                    "messages": [*self.messages(), *more],
                    "response_format": {"type": "json_schema", "json_schema": schema},
                }
            case "json_object":
                messages = [*self.messages(content.SCHEMA), *more]
                return {"messages": messages, "response_format": {"type": "json_object"}}
        return {"messages": [*self.messages(content.SCHEMA), *more]}


class Unusable(Exception):
    """An answer that a model may be asked to mend: what is wrong with it, and what that is called."""

    def __init__(self, failure: Failure, errors: list[str]) -> None:
        super().__init__(failure)
        self.failure, self.errors = failure, errors


def read(completion: llm.Completion) -> content.ModelAnswer:
    """The answer in a completion; raises Unusable, or Failed for a refusal, about which nothing can be done."""
    if completion.refusal or completion.finish_reason == "content_filter":
        raise Failed(Failure.REFUSAL, completion.refusal[:300])
    if completion.finish_reason == "length":
        raise Unusable(Failure.TRUNCATED, ["It was cut off before its end. Be much shorter."])
    if not completion.text.strip():
        raise Unusable(Failure.EMPTY, ["It was empty."])
    try:
        return content.parse(completion.text)
    except content.Invalid as invalid:
        raise Unusable(Failure.INVALID, invalid.errors) from None


def as_json(arguments: str) -> str:
    """A call's arguments as they may go back to a server: some break at what is no JSON object."""
    try:
        return arguments if isinstance(orjson.loads(arguments), dict) and len(arguments) <= 10_000 else "{}"
    except orjson.JSONDecodeError:
        return "{}"
