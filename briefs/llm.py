"""The one place that speaks to a model: one request to /chat/completions, tried again while that can help."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import backoff
import httpx2
import openai
import orjson
import structlog
from django.conf import settings

from briefs.failures import Failed, Failure

LARGEST_ANSWER = 4_000_000  # bytes
GZIP_OR_ZLIB = 47  # for zlib: whichever it is
LONGEST_PAUSE = 8  # seconds, unless the server names its own
log = structlog.get_logger(__name__)

WORTH_TRYING_AGAIN = {Failure.TIMED_OUT, Failure.UNREACHABLE, Failure.RATE_LIMITED, Failure.SERVER_ERROR}


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # the model's text, which should be JSON


@dataclass(frozen=True)
class Completion:
    """What a model answered. `attempts` holds a dict per try: status (None without one), milliseconds, error."""

    text: str
    tool_calls: tuple[ToolCall, ...]
    refusal: str
    finish_reason: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    attempts: list[dict[str, Any]] = field(default_factory=list)


class Refused(Failed):
    """A 400 or 422: the server cannot do what was asked of it, but perhaps something simpler."""


class _Failed(Failed):
    """An attempt that failed; after how many seconds the server wants to be asked again, if it said so."""

    def __init__(self, failure: Failure, detail: str = "", *, status: int | None = None, again: float | None = None):
        super().__init__(failure, detail)
        self.status, self.again = status, again


def complete(body: dict[str, Any], *, deadline: float, meanwhile: Callable[[], None] = lambda: None) -> Completion:
    """One completion for the messages, tools and response_format of `body`, until `deadline` (time.monotonic()); what
    is to be done `meanwhile` costs no time of its own.

    Raises Refused for what a simpler request may get, Failed for all else; both carry the attempts that were made.
    """
    if not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        raise Failed(Failure.NOT_CONFIGURED)
    asked = asyncio.run_coroutine_threadsafe(_complete(body, deadline), _loop())
    try:
        meanwhile()
        return asked.result()
    finally:
        asked.cancel()  # if that failed


async def _complete(body: dict[str, Any], deadline: float) -> Completion:
    attempts: list[dict[str, Any]] = []

    def is_hopeless(error: Exception) -> bool:
        assert isinstance(error, _Failed)  # noqa: S101
        pause = error.again or 0
        return error.failure not in WORTH_TRYING_AGAIN or time.monotonic() + pause >= deadline

    @backoff.on_exception(
        _pauses, _Failed, max_tries=settings.LLM_MAX_ATTEMPTS, giveup=is_hopeless, jitter=None, logger=None
    )
    async def tried() -> Completion:
        began = time.monotonic()
        attempt: dict[str, Any] = {"status": None, "milliseconds": 0.0, "error": ""}
        attempts.append(attempt)
        try:
            # Only a cancelled task ends whatever the server drips: the client's own timeout starts anew at each byte.
            async with asyncio.timeout(min(settings.LLM_ATTEMPT_TIMEOUT, max(0, deadline - began))):
                completion = await _attempt(body)
                attempt["status"] = 200
                return completion
        except asyncio.CancelledError:  # the deadline of the whole
            attempt["error"] = Failure.TIMED_OUT
            raise
        except TimeoutError:
            attempt["error"] = Failure.TIMED_OUT
            raise _Failed(Failure.TIMED_OUT) from None
        except _Failed as error:
            attempt |= {"status": error.status, "error": error.failure}
            raise
        except Exception as error:  # what no server should be able to do
            log.exception("model_answer_broke_us")
            attempt["error"] = Failure.ERROR_BODY
            raise _Failed(Failure.ERROR_BODY, type(error).__name__) from None
        finally:
            attempt["milliseconds"] = round((time.monotonic() - began) * 1000, 1)

    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            completion = await tried()
    except TimeoutError:
        raise Failed(Failure.TIMED_OUT, attempts=attempts) from None
    except _Failed as error:
        kind = Refused if error.failure == Failure.BAD_REQUEST and error.status in (400, 422) else Failed
        raise kind(error.failure, error.detail, attempts) from None
    completion.attempts.extend(attempts)
    return completion


def _pauses() -> Any:
    """Seconds before the next try: longer and longer ones with full jitter, or what the server asked for if more."""
    exponential = backoff.expo(base=2, factor=0.5, max_value=LONGEST_PAUSE)
    next(exponential)
    error = yield None
    while True:
        pause = backoff.full_jitter(next(exponential))
        error = yield max(pause, error.again or 0)


async def _attempt(body: dict[str, Any]) -> Completion:
    try:
        client = _client(settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)
        response = await client.chat.completions.with_raw_response.create(model=settings.OPENAI_MODEL, **body)
        return _completion(response.content)
    except openai.APIStatusError as error:
        raise _of_status(error) from None
    except openai.APITimeoutError:
        raise _Failed(Failure.TIMED_OUT) from None
    except openai.APIConnectionError as error:
        raise _Failed(Failure.UNREACHABLE, type(error.__cause__ or error).__name__) from None
    except openai.OpenAIError as error:
        raise _Failed(Failure.ERROR_BODY, type(error).__name__) from None
    except httpx2.HTTPError as error:  # while the body is read, which the client leaves to us
        raise _Failed(Failure.UNREACHABLE, type(error).__name__) from None


class Bounded(httpx2.AsyncByteStream):
    """A body of which no more than LARGEST_ANSWER is read, also where it is an error's, or packed unasked."""

    def __init__(self, response: httpx2.Response) -> None:
        self.stream, self.status = response.stream, response.status_code
        is_packed = response.headers.pop("content-encoding", "") in ("gzip", "deflate")
        self.unpack = zlib.decompressobj(GZIP_OR_ZLIB).decompress if is_packed else lambda chunk, most: chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        assert isinstance(self.stream, httpx2.AsyncByteStream)  # noqa: S101
        async for packed in self.stream:
            chunk = self.unpack(packed, LARGEST_ANSWER + 1)
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise _Failed(Failure.ERROR_BODY, f"More than {LARGEST_ANSWER:,} bytes.", status=self.status)
            yield chunk

    async def aclose(self) -> None:
        assert isinstance(self.stream, httpx2.AsyncByteStream)  # noqa: S101
        await self.stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    response.stream = Bounded(response)


def _completion(content: bytes) -> Completion:
    """The completion in a body, or why there is none; nothing of its shape is taken for granted."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise _Failed(Failure.ERROR_BODY, "The body is not JSON.", status=200) from None
    choices = body.get("choices") if isinstance(body, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    if choice is None or not isinstance(message := choice.get("message"), dict):
        error = body.get("error") if isinstance(body, dict) else None
        code = error.get("code") if isinstance(error, dict) else None
        if isinstance(code, int) and code >= 408 and (failure := _failure(code, "")) in WORTH_TRYING_AGAIN:
            raise _Failed(failure, f"200 with error {code}.", status=200)
        raise _Failed(Failure.ERROR_BODY, _said(error), status=200)
    given = message.get("content")
    if isinstance(given, list):  # of parts
        given = "".join(_plain(part.get("text")) for part in given if isinstance(part, dict))
    usage = body.get("usage") if isinstance(body.get("usage"), dict) else {}
    calls = message.get("tool_calls")
    return Completion(
        text=_plain(given if isinstance(given, str) else ""),
        tool_calls=tuple(filter(None, map(_tool_call, calls if isinstance(calls, list) else []))),
        refusal=_plain(message.get("refusal"))[:1_000],
        finish_reason=_plain(choice.get("finish_reason"))[:40],
        model=_plain(body.get("model"))[:100],
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _tool_call(call: Any) -> ToolCall | None:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(call.get("id"), str):
        return None
    arguments = function.get("arguments")
    try:
        text = arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()  # Ollama's are objects
    except TypeError:  # nested without end
        return None
    return ToolCall(_plain(call["id"])[:200], _plain(function.get("name"))[:100], _plain(text))


def _plain(text: Any) -> str:
    """As text that PostgreSQL can hold."""
    return str(text or "").replace("\0", "")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**9 else 0


def _of_status(error: openai.APIStatusError) -> _Failed:
    failure = _failure(error.status_code, f"{error.code} {error.type}")
    again = _seconds(error.response.headers.get("retry-after", ""))
    return _Failed(failure, f"{error.status_code}. {_said(error.body)}".strip(), status=error.status_code, again=again)


def _failure(status: int, code: str) -> Failure:
    if "insufficient_quota" in code or status == 402:
        return Failure.QUOTA
    match status:
        case 401 | 403:
            return Failure.UNAUTHORISED
        case 408 | 504:
            return Failure.TIMED_OUT
        case 409 | 425 | 429:
            return Failure.RATE_LIMITED
        case _ if status >= 500:
            return Failure.SERVER_ERROR
    return Failure.BAD_REQUEST


def _said(error: Any) -> str:
    """The server's own words, for those who may see the prompts: short, and without our key."""
    message = error.get("message") if isinstance(error, dict) else None
    text = re.sub(r"sk-[\w*-]+", "[key]", _plain(message).replace(settings.OPENAI_API_KEY or "\0", "[key]"))
    return " ".join(text.split())[:300]


def _seconds(retry_after: str) -> float | None:
    """Of a Retry-After header: seconds or a date; None where it is neither."""
    if re.fullmatch(r"\d{1,15}(\.\d{1,15})?", retry_after):
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    return max(0.0, ((date if date.tzinfo else date.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


@cache
def _client(base_url: str, key: str) -> openai.AsyncOpenAI:
    """Its own retries are off, for there is one layer of them; a compatible server may need no key, the client does."""
    # No redirects: a prompt goes to the configured server and nowhere else.
    http_client = openai.DefaultAsyncHttpxClient(follow_redirects=False, event_hooks={"response": [_bound]})
    return openai.AsyncOpenAI(
        base_url=base_url or "https://api.openai.com/v1",
        api_key=key or "none",
        max_retries=0,
        timeout=None,
        http_client=http_client,
        default_headers={"Accept-Encoding": "identity"},
    )


_starting = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """An event loop of this process that all requests share, in a thread that ends with the process."""
    with _starting:
        return _started(os.getpid())


@cache
def _started(pid: int) -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="llm", daemon=True).start()
    return loop
