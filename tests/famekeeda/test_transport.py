"""Bounded queues, with a real worker: one kind of work at its bound does not keep another from starting."""

import time
from collections import defaultdict
from threading import Event

import pytest
from celery.contrib.testing.worker import start_worker
from django_redis import get_redis_connection

from famekeeda.broker import queue_length, send_now
from famekeeda.celery import app
from tests.dev.processes import wait_until

BOUNDS = {("letters-first", "letters"): 2, ("numbers",): 1}

started: list[str] = []
released: dict[str, Event] = defaultdict(Event)


@app.task(name="tests.hold")
def hold(name):
    started.append(name)
    released[name].wait(30)


@pytest.fixture(scope="module")
def module_worker(django_db_setup, django_db_blocker):
    """With more threads than both bounds together."""
    redis, options = get_redis_connection("default"), app.conf.broker_transport_options
    redis.flushdb()
    app.conf.broker_transport_options = options | {"bounds": BOUNDS}
    queues = [queue for group in BOUNDS for queue in group]
    with (
        django_db_blocker.unblock(),
        start_worker(app, pool="threads", concurrency=8, queues=queues, perform_ping_check=False),
    ):
        yield
    app.conf.broker_transport_options = options
    redis.flushdb()


@pytest.fixture
def worker(module_worker):
    """One worker for all tests; a test ends when its tasks have ended."""
    started.clear()
    released.clear()
    yield
    for name in "abcdef1":
        released[name].set()
    wait_until(lambda: not get_redis_connection("default").exists("letters-first", "letters", "numbers", "unacked"))


def send(names: str, queue: str) -> None:
    for name in names:
        assert send_now("tests.hold", name, queue=queue)


def test_a_kind_of_work_at_its_bound_does_not_delay_another(worker):
    send("abcde", "letters")
    wait_until(lambda: len(started) == 2)
    began = time.monotonic()
    send("1", "numbers")
    wait_until(lambda: "1" in started)
    assert time.monotonic() - began < 0.5
    assert started == ["a", "b", "1"]


def test_what_exceeds_the_bound_stays_in_redis_for_other_workers(worker):
    send("abcde", "letters")
    wait_until(lambda: len(started) == 2)
    time.sleep(0.3)
    assert (len(started), queue_length("letters")) == (2, 3)


@pytest.mark.parametrize("others", ["", "1"], ids=["others-wait-for-work", "others-are-full"])
def test_a_place_that_becomes_free_is_taken_at_once(worker, others):
    send("abc", "letters")
    send(others, "numbers")
    wait_until(lambda: len(started) == 2 + len(others))
    began = time.monotonic()
    released["a"].set()
    wait_until(lambda: "c" in started)
    assert time.monotonic() - began < 0.5


def test_the_queues_of_a_group_share_its_bound_and_are_emptied_in_order(worker):
    send("ab", "letters")
    wait_until(lambda: len(started) == 2)
    send("cd", "letters")
    send("ef", "letters-first")
    time.sleep(0.3)
    assert started == ["a", "b"]
    for name in "abcdef":
        released[name].set()
    wait_until(lambda: len(started) == 6)
    assert started[2:4] == ["e", "f"]
