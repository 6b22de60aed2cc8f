"""Asks a language model: one request to /chat/completions, tried again while that can help."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import backoff
import httpx2
import openai
import orjson
import structlog
from django.conf import settings

from famekeeda import circuit, http
from famekeeda.llm import server
from famekeeda.llm.errors import HOST_FAILURES, Attempt, LLMError, LLMErrorCode, Unsupported

MAX_PAUSE_SECONDS = 8  # between two attempts, unless the server names a longer one
RETRYABLE = HOST_FAILURES | {LLMErrorCode.RATE_LIMITED}
REFUSALS = {400, 422, 500, 501}  # llama-cpp-python's server answers 500 to a response_format that it does not know

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # the model's text, which should be JSON


@dataclass(frozen=True)
class Completion:
    """What a model answered, and the attempts that it took."""

    text: str
    tool_calls: tuple[ToolCall, ...]
    refusal: str
    finish_reason: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    attempts: list[Attempt] = field(default_factory=list)


def complete(
    body: dict[str, Any],
    *,
    deadline: float,
    max_attempts: int | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Completion:
    """The configured model's completion for the messages, tools and response_format of `body`, by `deadline`
    (time.monotonic()) and with LLM_MAX_ATTEMPTS or fewer. `meanwhile` runs while the request is in flight.

    Raises Unsupported where a simpler request may succeed, LLMError for all else; both carry their attempts.
    """
    if not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        raise LLMError(LLMErrorCode.NOT_CONFIGURED)
    attempts: list[Attempt] = []
    try:
        with circuit.call(server.url(), seconds=deadline - time.monotonic(), is_down=_is_down) as this:
            most = 1 if this.is_probe else max_attempts or settings.LLM_MAX_ATTEMPTS
            completion = _by_deadline(body, deadline, attempts, most, meanwhile)
    except circuit.Open as rest:
        raise LLMError(LLMErrorCode.CIRCUIT_OPEN, str(rest), retry_after=rest.seconds_left) from None
    completion.attempts.extend(attempts)
    return completion


def _by_deadline(
    body: dict[str, Any], deadline: float, attempts: list[Attempt], max_attempts: int, meanwhile: Callable[[], None]
) -> Completion:
    try:
        return http.run(_with_retries(body, deadline, attempts, max_attempts), deadline=deadline, meanwhile=meanwhile)
    except http.DeadlinePassed:
        raise LLMError(LLMErrorCode.TIMED_OUT, attempts=attempts) from None
    except LLMError as error:
        is_refusal = error.code in (LLMErrorCode.BAD_REQUEST, LLMErrorCode.SERVER_ERROR)
        is_unsupported = is_refusal and error.status_code in REFUSALS and _can_be_simpler(body)
        kind = Unsupported if is_unsupported else LLMError
        raise kind(error.code, error.detail, status_code=error.status_code, attempts=attempts) from None


def _can_be_simpler(body: dict[str, Any]) -> bool:
    """Whether the request asks for more than an answer in words to what people and the code said."""
    has_tool_messages = any(message["role"] == "tool" for message in body["messages"])
    return "tools" in body or "response_format" in body or has_tool_messages


def _is_down(error: Exception) -> bool | None:
    """Whether the error shows that the host is down; None for an error that does not tell."""
    if not isinstance(error, LLMError) or (isinstance(error, Unsupported) and error.may_be_a_fault):
        return None
    return error.code in HOST_FAILURES


async def _with_retries(
    body: dict[str, Any], deadline: float, attempts: list[Attempt], max_attempts: int
) -> Completion:
    """Repeats the request while that can help. Appends every attempt to `attempts` when the attempt begins, so that the
    caller knows the attempts of a call that the deadline has cancelled."""

    def is_hopeless(error: Exception) -> bool:
        assert isinstance(error, LLMError)  # noqa: S101
        return error.code not in RETRYABLE or time.monotonic() + (error.retry_after or 0) >= deadline

    @backoff.on_exception(_pauses, LLMError, max_tries=max_attempts, giveup=is_hopeless, jitter=None, logger=None)
    async def attempt() -> Completion:
        began = time.monotonic()
        this: Attempt = {"status": None, "milliseconds": 0.0, "error": ""}
        attempts.append(this)
        try:
            async with asyncio.timeout(min(settings.LLM_ATTEMPT_TIMEOUT, max(0, deadline - began))):
                completion = await _request(body)
                this["status"] = 200
                return completion
        except asyncio.CancelledError:  # at the deadline
            this["error"] = LLMErrorCode.TIMED_OUT
            raise
        except TimeoutError:
            this["error"] = LLMErrorCode.TIMED_OUT
            raise LLMError(LLMErrorCode.TIMED_OUT) from None
        except LLMError as error:
            this["status"], this["error"] = error.status_code, error.code
            raise
        except Exception as error:  # an answer that no server should be able to give
            log.exception("llm_answer_not_understood")
            this["error"] = LLMErrorCode.ERROR_BODY
            raise LLMError(LLMErrorCode.ERROR_BODY, type(error).__name__) from None
        finally:
            this["milliseconds"] = round((time.monotonic() - began) * 1000, 1)

    return await attempt()


def _pauses() -> Any:
    """Seconds before the next attempt: exponential with full jitter, or what the server asked for if that is more."""
    exponential = backoff.expo(base=2, factor=0.5, max_value=MAX_PAUSE_SECONDS)
    next(exponential)
    error = yield None
    while True:
        pause = backoff.full_jitter(next(exponential))
        error = yield max(pause, error.retry_after or 0)


async def _request(body: dict[str, Any]) -> Completion:
    try:
        client = _client(server.url(), settings.OPENAI_API_KEY)
        response = await client.chat.completions.with_raw_response.create(model=settings.OPENAI_MODEL, **body)
        return _completion(response.content)
    except openai.APIStatusError as error:
        raise _error_of_status(error) from None
    except openai.APITimeoutError:
        raise LLMError(LLMErrorCode.TIMED_OUT) from None
    except openai.APIConnectionError as error:
        raise LLMError(LLMErrorCode.UNREACHABLE, type(error.__cause__ or error).__name__) from None
    except openai.OpenAIError as error:
        raise LLMError(LLMErrorCode.ERROR_BODY, type(error).__name__) from None
    except http.BodyTooLarge as error:
        raise LLMError(LLMErrorCode.ERROR_BODY, str(error), status_code=error.status_code) from None
    except httpx2.HTTPError as error:  # while the body is read, after openai's client has returned
        raise LLMError(LLMErrorCode.UNREACHABLE, type(error).__name__) from None


def _completion(content: bytes) -> Completion:
    """The completion in a body; nothing of the body's shape is taken for granted. Raises LLMError."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise LLMError(LLMErrorCode.ERROR_BODY, "The body is not JSON.", status_code=200) from None
    choices = body.get("choices") if isinstance(body, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    if choice is None or not isinstance(message := choice.get("message"), dict):
        raise _error_in_body(body)
    text = message.get("content")
    if isinstance(text, list):  # of parts
        text = "".join(_storable(part.get("text")) for part in text if isinstance(part, dict))
    usage = body.get("usage") if isinstance(body.get("usage"), dict) else {}
    calls = message.get("tool_calls")
    return Completion(
        text=_storable(text if isinstance(text, str) else ""),
        tool_calls=tuple(filter(None, map(_tool_call, calls if isinstance(calls, list) else []))),
        refusal=_storable(message.get("refusal"))[:1_000],
        finish_reason=_storable(choice.get("finish_reason"))[:40],
        model=_storable(body.get("model"))[:100],
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _error_in_body(body: Any) -> LLMError:
    """For a 200 without a completion: proxies send one with the provider's error, and its status as `code`."""
    error = body.get("error") if isinstance(body, dict) else None
    status = error.get("code") if isinstance(error, dict) else None
    if isinstance(status, int) and status >= 408 and (code := _code_of(status, "")) in RETRYABLE:
        return LLMError(code, f"200 with error {status}.", status_code=200)
    return LLMError(LLMErrorCode.ERROR_BODY, _message_of(error), status_code=200)


def _tool_call(call: Any) -> ToolCall | None:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(call.get("id"), str):
        return None
    arguments = function.get("arguments")
    try:
        text = arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()  # Ollama sends objects
    except TypeError:  # nested too deeply
        return None
    return ToolCall(_storable(call["id"])[:200], _storable(function.get("name"))[:100], _storable(text))


def _storable(text: Any) -> str:
    """As text without NUL, which PostgreSQL cannot hold."""
    return str(text or "").replace("\0", "")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**9 else 0


def _error_of_status(error: openai.APIStatusError) -> LLMError:
    return LLMError(
        _code_of(error.status_code, f"{error.code} {error.type}"),
        f"{error.status_code}. {_message_of(error.body)}".strip(),
        status_code=error.status_code,
        retry_after=http.retry_after_seconds(error.response.headers.get("retry-after", "")),
    )


def _code_of(status: int, server_code: str) -> LLMErrorCode:
    if "insufficient_quota" in server_code or status == 402:
        return LLMErrorCode.QUOTA
    match status:
        case 401 | 403:
            return LLMErrorCode.UNAUTHORISED
        case 408 | 504:
            return LLMErrorCode.TIMED_OUT
        case 409 | 425 | 429:
            return LLMErrorCode.RATE_LIMITED
        case _ if status >= 500:
            return LLMErrorCode.SERVER_ERROR
    return LLMErrorCode.BAD_REQUEST


def _message_of(error: Any) -> str:
    """The server's own message, shortened, and without our key."""
    message = error.get("message") if isinstance(error, dict) else None
    text = re.sub(r"sk-[\w*-]+", "[key]", _storable(message).replace(settings.OPENAI_API_KEY or "\0", "[key]"))
    return " ".join(text.split())[:300]


@cache
def _client(base_url: str, key: str) -> openai.AsyncOpenAI:
    """openai's client without retries of its own, which would multiply with ours. It needs some key, also for a
    compatible server that takes none."""
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or "none",
        max_retries=0,
        timeout=None,
        http_client=http.new_client(),
    )
