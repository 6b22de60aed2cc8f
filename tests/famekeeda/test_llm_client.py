"""One request to a model, over real HTTP: what is tried again, for how long, and the code of each error."""

import time

import pytest

from famekeeda.llm import client
from famekeeda.llm.errors import LLMError, LLMErrorCode
from tests.fake_llm import (
    FakeLLM,
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
def quick(settings, fake_llm):
    settings.LLM_ATTEMPT_TIMEOUT = 1
    settings.LLM_MAX_ATTEMPTS = 2


def complete(seconds: float = 10) -> client.Completion:
    return client.complete(BODY, deadline=time.monotonic() + seconds)


def error(seconds: float = 10) -> LLMError:
    with pytest.raises(LLMError) as caught:
        complete(seconds)
    return caught.value


def test_an_answer_comes_with_its_tokens_and_its_one_attempt(fake_llm):
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
def test_what_may_pass_is_tried_again(fake_llm, misbehaviour):
    fake_llm.will(misbehaviour, behaves)
    assert len(complete().attempts) == 2
    assert len(fake_llm.requests) == 2


@pytest.mark.parametrize(
    ("misbehaviour", "name"),
    [
        (hang, LLMErrorCode.TIMED_OUT),
        (drip, LLMErrorCode.TIMED_OUT),
        (drop, LLMErrorCode.UNREACHABLE),
        (request_timeout, LLMErrorCode.TIMED_OUT),
        (conflict, LLMErrorCode.RATE_LIMITED),
        (rate_limited(), LLMErrorCode.RATE_LIMITED),
        (server_error(), LLMErrorCode.SERVER_ERROR),
        (error_in_200(429), LLMErrorCode.RATE_LIMITED),
    ],
)
def test_after_as_many_tries_as_are_set_it_is_given_up_by_the_name_of_the_last(fake_llm, misbehaviour, name):
    fake_llm.always(misbehaviour)
    failed = error()
    assert (failed.code, len(failed.attempts), len(fake_llm.requests)) == (name, 2, 2)


@pytest.mark.parametrize(
    ("misbehaviour", "name"),
    [
        (unauthorised, LLMErrorCode.UNAUTHORISED),
        (forbidden, LLMErrorCode.UNAUTHORISED),
        (quota, LLMErrorCode.QUOTA),
        (model_not_found, LLMErrorCode.BAD_REQUEST),
        (error_body, LLMErrorCode.ERROR_BODY),
        (html_200, LLMErrorCode.ERROR_BODY),
        (huge, LLMErrorCode.ERROR_BODY),
        (huge_error, LLMErrorCode.ERROR_BODY),
        (bomb, LLMErrorCode.ERROR_BODY),
    ],
)
def test_what_is_hopeless_is_asked_once(fake_llm, settings, misbehaviour, name):
    settings.LLM_ATTEMPT_TIMEOUT = 10  # on a busy machine a huge answer takes longer than a second
    fake_llm.always(misbehaviour)
    failed = error()
    assert (failed.code, len(failed.attempts), len(fake_llm.requests)) == (name, 1, 1)


def test_a_redirect_is_not_followed(fake_llm):
    with FakeLLM() as elsewhere:
        fake_llm.always(redirects(f"{elsewhere.url}/chat/completions"))
        assert error().code == LLMErrorCode.BAD_REQUEST
        assert elsewhere.requests == []


def test_a_packed_answer_is_unpacked(fake_llm):
    fake_llm.always(packed)
    assert complete().text


def test_a_text_in_parts_is_joined(fake_llm):
    parts = [{"type": "text", "text": "Run "}, {"type": "text", "text": "far."}, None]
    fake_llm.always(always_says({"role": "assistant", "content": parts}))
    assert complete().text == "Run far."


def test_arguments_nested_without_end_are_no_call(fake_llm):
    nested = {}
    for _ in range(300):
        nested = {"a": nested}
    call = {"id": "1", "type": "function", "function": {"name": "trendFetcher", "arguments": nested}}
    fake_llm.always(always_says({"role": "assistant", "content": "x", "tool_calls": [call]}))
    assert complete().tool_calls == ()


@pytest.mark.parametrize("again", ["1000000000", "Mon, 01 Jan 2024 00:00:00 +99999999999999999", "soon", "-1"])
def test_no_retry_after_breaks_anything(fake_llm, again):
    fake_llm.always(rate_limited(again))
    assert error().code == LLMErrorCode.RATE_LIMITED


def test_a_retry_after_of_ages_is_not_ignored(fake_llm):
    fake_llm.always(rate_limited(10**9))
    error()
    assert len(fake_llm.requests) == 1


def test_a_key_of_any_shape_is_taken_out_of_what_the_server_says(fake_llm, settings):
    settings.OPENAI_API_KEY = "our-own-secret"
    fake_llm.always(refuses(404, "No model for our-own-secret."))
    assert error().detail == "404. No model for [key]."


def test_nobody_at_the_address_is_unreachable(settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    assert error().code == LLMErrorCode.UNREACHABLE


def test_without_key_and_address_nothing_is_asked(settings, fake_llm):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert error().code == LLMErrorCode.NOT_CONFIGURED
    assert fake_llm.requests == []


def test_retry_after_is_waited_for(fake_llm):
    fake_llm.will(rate_limited(retry_after=1.5), behaves)
    complete()
    first, second = (request["time"] for request in fake_llm.requests)
    assert second - first >= 1.5


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(fake_llm):
    fake_llm.always(rate_limited(retry_after=3600))
    assert error().code == LLMErrorCode.RATE_LIMITED
    assert len(fake_llm.requests) == 1


@pytest.mark.parametrize("misbehaviour", [hang, drip, drip_body])
def test_nothing_stretches_the_deadline(settings, fake_llm, misbehaviour):
    settings.LLM_ATTEMPT_TIMEOUT = 60
    fake_llm.always(misbehaviour)
    began = time.monotonic()
    assert error(seconds=0.5).code == LLMErrorCode.TIMED_OUT
    assert time.monotonic() - began < 5  # the fake_llm would go on for a minute


def test_the_key_is_in_no_failure(settings, fake_llm):
    settings.OPENAI_API_KEY = "sk-secret-key-0123456789"
    fake_llm.always(unauthorised)
    failed = error()
    assert fake_llm.requests[0]["headers"]["authorization"] == "Bearer sk-secret-key-0123456789"
    assert "secret" not in f"{failed} {failed.detail} {failed.attempts}"
