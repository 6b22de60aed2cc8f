"""The rules of OpenAI's chat completions: which bodies are refused, and the shape of a completion."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from uuid import uuid4

from dev.demo import composer

MODEL = "demo"


def complaint(body: Any) -> str:
    """Why OpenAI would answer the body with a 400, in one sentence; empty for a valid body."""
    if not isinstance(body, dict):
        return "The body must be an object."
    if body.get("stream"):
        return "The demo model does not stream: leave 'stream' out."
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return "Missing required parameter: 'messages'."
    if not all(isinstance(message, dict) and isinstance(message.get("role"), str) for message in messages):
        return "Invalid 'messages': each needs a 'role'."
    return _of_tools(body.get("tools")) or _of_order(messages) or _of_format(body.get("response_format"), messages)


def _of_tools(tools: Any) -> str:
    if tools is None:
        return ""
    if not isinstance(tools, list) or not tools:
        return "Invalid 'tools': empty or no array."
    for tool in tools:
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(function.get("name"))):
            return "Invalid 'tools': each needs a 'function' with a 'name' of letters, digits, - and _."
        if not isinstance(function.get("parameters") or {}, dict):
            return f"Invalid 'tools': the parameters of {function['name']} must be a JSON schema."
    return ""


def _of_order(messages: list[dict[str, Any]]) -> str:
    """Tool messages answer all calls of the message before them, and nothing else."""
    open_calls: set[str] = set()
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in open_calls:
                return "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            return f"'tool_calls' must be followed by a tool message for each 'tool_call_id': {sorted(open_calls)}."
        if message.get("tool_calls"):
            open_calls = {str(call.get("id")) for call in composer.calls_in(message)}
    return "'tool_calls' must be followed by tool messages." if open_calls else ""


def _of_format(response_format: Any, messages: list[dict[str, Any]]) -> str:
    kind = response_format.get("type") if isinstance(response_format, dict) else response_format
    match kind:
        case None | "text":
            return ""
        case "json_object":
            said = " ".join(map(composer.text_of, messages)).lower()
            return "" if "json" in said else "'messages' must contain the word 'json' to use 'json_object'."
        case "json_schema":
            given = response_format.get("json_schema")
            schema = given.get("schema") if isinstance(given, dict) else None
            if not isinstance(schema, dict) or not given.get("name"):
                return "Missing required parameter: 'response_format.json_schema' with a name and a schema."
            return _of_strict(schema) if given.get("strict") else ""
    return "Invalid 'response_format'."


def _of_strict(schema: Any) -> str:
    """In strict mode every object names all its properties as required and allows no other."""
    if isinstance(schema, list):
        return next(filter(None, map(_of_strict, schema)), "")
    if not isinstance(schema, dict):
        return ""
    properties = schema.get("properties")
    if schema.get("type") == "object" and isinstance(properties, dict):
        if schema.get("additionalProperties") is not False:
            return "Invalid schema: 'additionalProperties' is required to be supplied and to be false."
        if missing := sorted(set(properties) - set(schema.get("required") or [])):
            return f"Invalid schema: 'required' must name every property; it misses {missing}."
    return next(filter(None, map(_of_strict, schema.values())), "")


def completion(
    body: dict[str, Any], message: dict[str, Any] | None = None, finish_reason: str | None = None
) -> dict[str, Any]:
    """The body of a 200: with what the demo model composes, or with the given message."""
    message = composer.message(body) if message is None else message
    finish_reason = finish_reason or ("tool_calls" if message.get("tool_calls") else "stop")
    message = {"role": "assistant", "content": None, "refusal": None} | message
    sent = _tokens([body["messages"], body.get("tools"), body.get("response_format")])
    answered = _tokens([message.get("content"), message.get("tool_calls")])
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": sent, "completion_tokens": answered, "total_tokens": sent + answered},
    }


def _tokens(value: Any) -> int:
    """About as many as a tokeniser would count in English: one for four characters."""
    return -(-len(json.dumps(value, ensure_ascii=False)) // 4)
