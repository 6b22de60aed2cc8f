"""Readiness, metrics, and what is known of the queue and its workers."""

import json
import time

import pytest
from django_redis import get_redis_connection

from famekeeda import health
from famekeeda.celery import WORKERS, enqueue, live_workers, oldest_queued_seconds
from loads.tasks import run_upload
from tests import factories


@pytest.fixture
def empty_queue():
    redis = get_redis_connection("default")
    redis.delete("celery", WORKERS)
    yield redis
    redis.delete("celery", WORKERS)


def test_readiness_names_what_does_not_answer(client, db, monkeypatch):
    def silent():
        raise ConnectionError

    monkeypatch.setitem(health.PROBES, "cache", (silent, health.PROBES["cache"][1]))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "No answer from: cache.")


def test_metrics_say_how_long_the_oldest_task_waits(client, db, empty_queue):
    client.force_login(factories.user("ken"))
    message = {"headers": {"sentAt": time.time() - 90}}
    empty_queue.rpush("celery", json.dumps(message))
    metrics = dict(
        line.rsplit(" ", 1) for line in client.get("/metrics").content.decode().splitlines() if line[0] != "#"
    )
    assert 90 <= float(metrics["famekeeda_oldest_queued_task_seconds"]) < 100
    assert metrics["famekeeda_live_workers"] == "0.0"


def test_a_worker_counts_for_ten_seconds_after_it_was_heard_of(empty_queue):
    now = empty_queue.time()[0]
    empty_queue.zadd(WORKERS, {"worker@here": now, "worker@gone": now - 11})
    assert live_workers() == 1
    assert (live_workers("worker"), live_workers("briefs")) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_task_waits_in_the_queue_with_the_moment_it_was_sent(empty_queue):
    enqueue(run_upload, 1)
    assert 0 <= oldest_queued_seconds() < 5


@pytest.mark.django_db(transaction=True)
def test_the_oldest_task_is_the_one_that_was_sent_first(empty_queue, monkeypatch):
    now = time.time()
    for ago in (100, 10):
        monkeypatch.setattr("famekeeda.celery.time.time", lambda ago=ago: now - ago)
        enqueue(run_upload, 1)
    monkeypatch.setattr("famekeeda.celery.time.time", lambda: now)
    assert oldest_queued_seconds() == pytest.approx(100)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_stops_nobody(no_broker, caplog):
    enqueue(run_upload, 1)
    assert "task_not_sent" in caplog.text


def test_reads_answer_without_redis(client, db, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=0"}}
    client.force_login(factories.user("ken"))
    factories.engagement("a", "c", likes=5)
    answer = client.get("/top-performers?campaignId=c")
    assert (answer.status_code, len(answer.json())) == (200, 1)
