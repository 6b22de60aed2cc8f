"""The conversation with a model about one brief: tools in a first phase, the answer in a second.

Two phases, since many compatible servers stop calling tools when a response_format is in the same request. The
messages are always system, user, and then turns of tools. The results of tools that our own code ran stand in the
user's message, so that a server without tools gets the same text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from briefs.catalogues.models import PlatformRule
from briefs.content import SCHEMA, ModelAnswer
from briefs.failures import FailureCode, GenerationError
from briefs.generation import prompts
from briefs.generation.answer import UnusableAnswer, read
from briefs.generation.tools import Tool, offered
from briefs.generation.trace import Trace
from briefs.request import BriefRequest
from famekeeda.llm import client
from famekeeda.llm.capabilities import ANSWER_FORMATS, Capabilities
from famekeeda.llm.errors import HOST_FAILURES, LLMError, LLMErrorCode, Unsupported

MAX_TOOL_ROUNDS = 3  # then our own code runs the remaining tools
MAX_CALLS_PER_ROUND = 8
MAX_ARGUMENTS_CHARACTERS = 10_000  # of a call that is sent back to the model
MAX_REPEATED_CHARACTERS = 10_000  # of an unusable answer that is sent back to the model


@dataclass
class Conversation:
    request: BriefRequest
    rule: PlatformRule
    examples: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    trace: Trace
    deadline: float  # of time.monotonic()
    turns: list[dict[str, Any]] = field(default_factory=list)  # the model's tool calls and their results
    results: dict[str, Any] = field(default_factory=dict)  # of every tool that has run, by the tool's name
    evidence: dict[str, Any] = field(default_factory=dict)  # the results that stand in the user's message, not in turns

    def __post_init__(self) -> None:
        self.capabilities = self.known_capabilities = Capabilities.known()
        self.remaining_tools: dict[str, Tool] = {tool.name: tool for tool in offered(self.request)}

    @property
    def hashtags(self) -> list[str]:
        """The hashtags to keep: the request's, or else the trending ones."""
        return list(self.request.hashtags) or self.results.get("trendFetcher", {}).get("hashtags", [])

    def messages(self, schema: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        user = prompts.user(
            self.request, self.rule, examples=self.examples, rejected=self.rejected, evidence=self.evidence
        )
        return [
            {"role": "system", "content": prompts.system(self.rule, self.request.language, schema)},
            {"role": "user", "content": user},
            *self.turns,
        ]

    def ask_model(self, purpose: str, body: dict[str, Any]) -> client.Completion:
        """Raises Unsupported, or GenerationError for all other errors of the model's server."""
        try:
            return self._ask(purpose, body)
        except Unsupported as refusal:
            if refusal.may_be_a_fault:
                self.check_that_server_answers(refusal)
            raise
        except LLMError as error:
            raise _failure(error) from None

    def check_that_server_answers(self, refusal: Unsupported) -> None:
        """Raises GenerationError if the server fails at the simplest request too, which is tried once: then the
        `refusal` was a fault."""
        try:
            self._ask("probe", {"messages": [{"role": "user", "content": prompts.probe()}]}, max_attempts=1)
        except LLMError as error:
            if error.code in HOST_FAILURES | {LLMErrorCode.CIRCUIT_OPEN}:
                raise _failure(refusal) from None

    def _ask(self, purpose: str, body: dict[str, Any], **options: Any) -> client.Completion:
        with self.trace.call(purpose, body) as call:
            completion = client.complete(body, deadline=self.deadline, meanwhile=self.trace.store, **options)
            call.completed(completion)
        return completion

    def let_the_model_call_tools(self) -> None:
        """Ends when every tool has run, when the model calls none, or after MAX_TOOL_ROUNDS."""
        for _ in range(MAX_TOOL_ROUNDS):
            if not self.remaining_tools:
                return
            body = {"messages": self.messages(), "tools": [tool.schema for tool in self.remaining_tools.values()]}
            try:
                completion = self.ask_model("tools", body)
            except Unsupported:
                self.go_on_without_tools()
                return
            if not completion.tool_calls:
                return
            self.answer_calls(completion.tool_calls[:MAX_CALLS_PER_ROUND])

    def answer_calls(self, calls: tuple[client.ToolCall, ...]) -> None:
        repeated = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": as_json(call.arguments)}}
            for call in calls
        ]
        self.turns.append({"role": "assistant", "content": None, "tool_calls": repeated})
        for call in calls:
            result = prompts.as_data(self.answer_call(call))
            self.turns.append({"role": "tool", "tool_call_id": call.id, "content": result})

    def answer_call(self, call: client.ToolCall) -> dict[str, Any]:
        """The tool's result, or what is wrong with the call, for the model to read."""
        with self.trace.tool(call.name, "model", call.arguments[:2_000]) as step:
            if call.name in self.results:
                return self.results[call.name]
            if call.name not in self.remaining_tools:
                others = ", ".join(self.remaining_tools) or "none any more"
                step.error = f"There is no tool of this name. There are: {others}."
                return {"error": step.error}
            outcome = self.remaining_tools[call.name].run(call.arguments, self.request)
            step.error, step.received = outcome.error, outcome.result
            step.sent["overridden"] = outcome.overridden
            if outcome.error:
                return {"error": outcome.error}
            self.remaining_tools.pop(call.name)
            self.results[call.name] = outcome.result
            return outcome.result

    def run_remaining_tools(self) -> None:
        """Every brief rests on all tools, whether the model called them or not."""
        for name, tool in self.remaining_tools.items():
            with self.trace.tool(name, "code") as step:
                self.evidence[name] = self.results[name] = step.received = tool.run_for(self.request)
        self.remaining_tools.clear()

    def go_on_without_tools(self) -> None:
        """For a server that does not support them: results so far move into the user's message."""
        self.capabilities = replace(self.capabilities, tools=False)
        self.turns, self.evidence = [], dict(self.results)

    def ask_for_the_answer(self) -> ModelAnswer:
        """The model's answer; an unusable one is sent back for repair once."""
        completion = self.complete_answer("answer")
        try:
            return read(completion)
        except UnusableAnswer as unusable:
            said = {"role": "assistant", "content": completion.text[:MAX_REPEATED_CHARACTERS] or "(nothing)"}
            wrong = {"role": "user", "content": prompts.repair(unusable.errors)}
        completion = self.complete_answer("repair", said, wrong)
        try:
            return read(completion)
        except UnusableAnswer as unusable:
            raise GenerationError(unusable.code, str(unusable)[:500]) from None

    def complete_answer(self, purpose: str, *more: dict[str, Any]) -> client.Completion:
        """Steps down from json_schema to a format that the server supports, and then to messages without tools."""
        for answer_format in ANSWER_FORMATS[ANSWER_FORMATS.index(self.capabilities.answer_format) :]:
            try:
                completion = self.ask_model(purpose, self.answer_body(answer_format, more))
            except Unsupported:
                continue
            self.capabilities = replace(self.capabilities, answer_format=answer_format)
            if self.capabilities != self.known_capabilities:
                self.capabilities.remember()
            return completion
        self.go_on_without_tools()  # without the turns of tools, words alone can be refused no more
        return self.complete_answer(purpose, *more)

    def answer_body(self, answer_format: str, more: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        match answer_format:
            case "json_schema":
                schema = {"name": "brief", "strict": True, "schema": SCHEMA}
                return {
                    "messages": [*self.messages(), *more],
                    "response_format": {"type": "json_schema", "json_schema": schema},
                }
            case "json_object":
                messages = [*self.messages(SCHEMA), *more]
                return {"messages": messages, "response_format": {"type": "json_object"}}
        return {"messages": [*self.messages(SCHEMA), *more]}


def _failure(error: LLMError) -> GenerationError:
    return GenerationError(FailureCode(error.code.value), error.detail)


def as_json(arguments: str) -> str:
    """A call's arguments as they may go back to a server: some servers fail on arguments that are no JSON object."""
    try:
        is_object = isinstance(orjson.loads(arguments), dict) and len(arguments) <= MAX_ARGUMENTS_CHARACTERS
    except orjson.JSONDecodeError:
        return "{}"
    return arguments if is_object else "{}"
