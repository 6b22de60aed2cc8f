"""Circuit breakers: when calls to a host stop, who probes it, and what is seen of it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django_redis import get_redis_connection

from famekeeda import circuit
from famekeeda.llm.client import complete
from famekeeda.llm.errors import LLMError
from tests import factories
from tests.fake_llm import behaves, drop, rate_limited, server_error, unauthorised

URL = "http://user:secret@models.example:8080/v1"
HOST = "models.example:8080"


class Fault(Exception):
    pass


def call(fails=False, is_down=True):
    with circuit.call(URL, seconds=10, is_down=lambda error: is_down):
        if fails:
            raise Fault


def fail(times=1, is_down=True):
    for _ in range(times):
        with pytest.raises(Fault):
            call(fails=True, is_down=is_down)


def let_the_pause_end(host=HOST):
    """As if its seconds had passed."""
    get_redis_connection("default").delete(f"famekeeda:circuit:{host}:open")


def seconds_until_called() -> float:
    with pytest.raises(circuit.Open) as caught:
        call()
    return caught.value.seconds_left


def test_after_five_failures_in_a_row_calls_fail_at_once_for_half_a_minute():
    fail(5)
    assert 29 < seconds_until_called() <= 30
    assert 29 < circuit.seconds_open(URL) <= 30


@pytest.mark.parametrize("answered", [lambda: call(), lambda: fail(is_down=False)])
def test_an_answer_of_any_kind_ends_the_row(answered):
    fail(4)
    answered()
    fail(4)
    call()


def test_what_says_nothing_of_the_host_counts_neither_way():
    fail(4)
    fail(10, is_down=None)
    assert circuit.seconds_open(URL) == 0
    fail(1)
    assert circuit.seconds_open(URL) > 0


def test_each_probe_that_fails_doubles_the_pause_up_to_ten_minutes():
    fail(5)
    pauses = []
    for _ in range(6):
        let_the_pause_end()
        fail(1)
        pauses.append(round(circuit.seconds_open(URL)))
    assert pauses == [60, 120, 240, 480, 600, 600]


def test_a_probe_that_is_answered_closes_the_circuit():
    fail(5)
    let_the_pause_end()
    call()
    fail(4)
    call()
    assert circuit.open_circuits() == []


def test_of_many_calls_one_is_the_probe():
    fail(5)
    let_the_pause_end()

    def attempt(_):
        try:
            with circuit.call(URL, seconds=10, is_down=lambda error: True):
                time.sleep(0.5)
        except circuit.Open:
            return "left alone"
        return "called"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(attempt, range(20)))
    assert (outcomes.count("called"), outcomes.count("left alone")) == (1, 19)


def test_the_place_of_a_probe_that_was_killed_is_free_after_its_time():
    fail(5)
    let_the_pause_end()
    circuit.Circuit(URL).begin(seconds=0.2)
    assert 0 < seconds_until_called() <= 0.2
    time.sleep(0.25)
    call()


def test_a_probe_that_shows_nothing_leaves_its_place_to_the_next():
    fail(5)
    let_the_pause_end()
    fail(1, is_down=None)
    call()


def test_hosts_have_circuits_of_their_own():
    fail(5)
    with circuit.call("http://other.example/v1", seconds=10, is_down=lambda error: True):
        pass


def test_a_flush_of_redis_forgets_and_nothing_else():
    fail(5)
    get_redis_connection("default").flushdb()
    call()
    assert circuit.open_circuits() == []


def test_without_redis_every_call_is_made(settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=0"}}
    fail(7)
    call()
    assert (circuit.seconds_open(URL), circuit.open_circuits()) == (0, [])


def test_metrics_name_the_open_circuits_without_passwords(client, db):
    client.force_login(factories.user("ken"))
    assert b"famekeeda_open_circuit_failures{" not in client.get("/metrics").content
    fail(5)
    assert f'famekeeda_open_circuit_failures{{host="{HOST}"}} 5.0' in client.get("/metrics").content.decode()


def test_the_start_page_says_who_is_not_called(admin_client):
    assert "cloud_off" not in admin_client.get("/admin/").content.decode()
    fail(5)
    page = admin_client.get("/admin/").content.decode()
    assert f"<strong>{HOST} fails.</strong> The last 5 calls failed, so calls to it fail at once." in page
    let_the_pause_end()
    assert "Now one call tries whether it answers again." in admin_client.get("/admin/").content.decode()


def ask(body=None):
    words = {"messages": [{"role": "user", "content": "Hello"}]}
    return complete(words | (body or {}), deadline=time.monotonic() + 10, max_attempts=1)


def failures_of(times, body=None) -> list[str]:
    codes = []
    for _ in range(times):
        with pytest.raises(LLMError) as caught:
            ask(body)
        codes.append(caught.value.code.value)
    return codes


def test_a_model_whose_server_fails_is_not_asked_a_sixth_time(fake_llm):
    fake_llm.always(drop)
    assert failures_of(6) == ["unreachable"] * 5 + ["circuit_open"]
    assert len(fake_llm.requests) == 5


def test_the_probe_tries_once(fake_llm, settings):
    settings.LLM_MAX_ATTEMPTS = 3
    fake_llm.always(drop)
    failures_of(5)
    let_the_pause_end(circuit.host_of(fake_llm.url))
    with pytest.raises(LLMError):
        complete({"messages": [{"role": "user", "content": "Hello"}]}, deadline=time.monotonic() + 10)
    assert len(fake_llm.requests) == 5 + 1


@pytest.mark.parametrize("answer", [unauthorised, rate_limited()])
def test_a_model_whose_server_refuses_is_asked_on(fake_llm, answer):
    fake_llm.always(answer)
    failures_of(6)
    assert len(fake_llm.requests) == 6


def test_a_fault_that_may_be_a_refusal_of_tools_is_no_failure_yet(fake_llm):
    fake_llm.always(server_error())
    tool = {"type": "function", "function": {"name": "look", "parameters": {}}}
    failures_of(6, {"tools": [tool]})
    assert len(fake_llm.requests) == 6
    fake_llm.always(behaves)
    ask()
