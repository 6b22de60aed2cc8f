"""One request to a model, over real HTTP: what is tried again, for how long, and what each failure is called."""

import time

import pytest

from briefs import llm
from briefs.failures import Failed, Failure
from tests.briefs.opponent import (
    Opponent,
    always_says,
    behaves,
    bomb,
    conflict,
    drip,
    drip_body,
    drop,
    drop_midway,
    error_body,
    error_in_200,
    forbidden,
    hang,
    html_200,
    huge,
    huge_error,
    model_not_found,
    packed,
    quota,
    rate_limited,
    redirects,
    refuses,
    request_timeout,
    server_error,
    unauthorised,
)

REQUEST = '{"brand": "Nike", "product": "Air Max", "goal": "Reach runners", "platform": "Instagram"}'
BODY = {"messages": [{"role": "user", "content": f"<request>\n{REQUEST}\n</request>"}]}


@pytest.fixture(autouse=True)
def quick(settings, opponent):
    settings.LLM_ATTEMPT_TIMEOUT = 0.3
    settings.LLM_MAX_ATTEMPTS = 2


def complete(seconds: float = 10) -> llm.Completion:
    return llm.complete(BODY, deadline=time.monotonic() + seconds)


def failure(seconds: float = 10) -> Failed:
    with pytest.raises(Failed) as caught:
        complete(seconds)
    return caught.value


def test_an_answer_comes_with_its_tokens_and_its_one_attempt(opponent):
    completion = complete()
    assert completion.text
    assert completion.model == "demo"
    assert completion.prompt_tokens > 0
    assert [(attempt["status"], attempt["error"]) for attempt in completion.attempts] == [(200, "")]


@pytest.mark.parametrize(
    "misbehaviour",
    [
        hang,
        drip,
        drip_body,
        drop,
        drop_midway,
        request_timeout,
        conflict,
        rate_limited(),
        server_error(),
        server_error(503, html=True),
    ],
)
def test_what_may_pass_is_tried_again(opponent, misbehaviour):
    opponent.will(misbehaviour, behaves)
    assert len(complete().attempts) == 2
    assert len(opponent.requests) == 2


@pytest.mark.parametrize(
    ("misbehaviour", "name"),
    [
        (hang, Failure.TIMED_OUT),
        (drip, Failure.TIMED_OUT),
        (drop, Failure.UNREACHABLE),
        (request_timeout, Failure.TIMED_OUT),
        (conflict, Failure.RATE_LIMITED),
        (rate_limited(), Failure.RATE_LIMITED),
        (server_error(), Failure.SERVER_ERROR),
        (error_in_200(429), Failure.RATE_LIMITED),
    ],
)
def test_after_as_many_tries_as_are_set_it_is_given_up_by_the_name_of_the_last(opponent, misbehaviour, name):
    opponent.always(misbehaviour)
    failed = failure()
    assert (failed.failure, len(failed.attempts), len(opponent.requests)) == (name, 2, 2)


@pytest.mark.parametrize(
    ("misbehaviour", "name"),
    [
        (unauthorised, Failure.UNAUTHORISED),
        (forbidden, Failure.UNAUTHORISED),
        (quota, Failure.QUOTA),
        (model_not_found, Failure.BAD_REQUEST),
        (error_body, Failure.ERROR_BODY),
        (html_200, Failure.ERROR_BODY),
        (huge, Failure.ERROR_BODY),
        (huge_error, Failure.ERROR_BODY),
        (bomb, Failure.ERROR_BODY),
    ],
)
def test_what_is_hopeless_is_asked_once(opponent, misbehaviour, name):
    opponent.always(misbehaviour)
    failed = failure()
    assert (failed.failure, len(failed.attempts), len(opponent.requests)) == (name, 1, 1)


def test_a_redirect_is_not_followed(opponent):
    with Opponent() as elsewhere:
        opponent.always(redirects(f"{elsewhere.url}/chat/completions"))
        assert failure().failure == Failure.BAD_REQUEST
        assert elsewhere.requests == []


def test_a_packed_answer_is_unpacked(opponent):
    opponent.always(packed)
    assert complete().text


def test_a_text_in_parts_is_joined(opponent):
    parts = [{"type": "text", "text": "Run "}, {"type": "text", "text": "far."}, None]
    opponent.always(always_says({"role": "assistant", "content": parts}))
    assert complete().text == "Run far."


def test_arguments_nested_without_end_are_no_call(opponent):
    nested = {}
    for _ in range(300):
        nested = {"a": nested}
    call = {"id": "1", "type": "function", "function": {"name": "trendFetcher", "arguments": nested}}
    opponent.always(always_says({"role": "assistant", "content": "x", "tool_calls": [call]}))
    assert complete().tool_calls == ()


@pytest.mark.parametrize("again", ["1000000000", "Mon, 01 Jan 2024 00:00:00 +99999999999999999", "soon", "-1"])
def test_no_retry_after_breaks_anything(opponent, again):
    opponent.always(rate_limited(again))
    assert failure().failure == Failure.RATE_LIMITED


def test_a_retry_after_of_ages_is_not_ignored(opponent):
    opponent.always(rate_limited(10**9))
    failure()
    assert len(opponent.requests) == 1


def test_a_key_of_any_shape_is_taken_out_of_what_the_server_says(opponent, settings):
    settings.OPENAI_API_KEY = "our-own-secret"
    opponent.always(refuses(404, "No model for our-own-secret."))
    assert failure().detail == "404. No model for [key]."


def test_nobody_at_the_address_is_unreachable(settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    assert failure().failure == Failure.UNREACHABLE


def test_without_key_and_address_nothing_is_asked(settings, opponent):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert failure().failure == Failure.NOT_CONFIGURED
    assert opponent.requests == []


def test_retry_after_is_waited_for(opponent):
    opponent.will(rate_limited(retry_after=1.5), behaves)
    complete()
    first, second = (request["time"] for request in opponent.requests)
    assert second - first >= 1.5


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(opponent):
    opponent.always(rate_limited(retry_after=3600))
    assert failure().failure == Failure.RATE_LIMITED
    assert len(opponent.requests) == 1


@pytest.mark.parametrize("misbehaviour", [hang, drip, drip_body])
def test_nothing_stretches_the_deadline(settings, opponent, misbehaviour):
    settings.LLM_ATTEMPT_TIMEOUT = 60
    opponent.always(misbehaviour)
    began = time.monotonic()
    assert failure(seconds=0.5).failure == Failure.TIMED_OUT
    assert time.monotonic() - began < 5  # the opponent would go on for a minute


def test_the_key_is_in_no_failure(settings, opponent):
    settings.OPENAI_API_KEY = "sk-secret-key-0123456789"
    opponent.always(unauthorised)
    failed = failure()
    assert opponent.requests[0]["headers"]["authorization"] == "Bearer sk-secret-key-0123456789"
    assert "secret" not in f"{failed} {failed.detail} {failed.attempts}"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("soon", None), ("", None), ("-1", None), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert llm._seconds(header) == seconds
