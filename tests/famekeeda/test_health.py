"""Readiness and metrics, and reading while Redis is away."""

import json
import time

import pytest
from django_redis import get_redis_connection

from famekeeda import health
from famekeeda.celery import WORKERS
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
    client.force_login(factories.user("ken", is_superuser=True))
    message = {"headers": {"sentAt": time.time() - 90}}
    empty_queue.rpush("celery", json.dumps(message))
    metrics = dict(
        line.rsplit(" ", 1) for line in client.get("/metrics").content.decode().splitlines() if line[0] != "#"
    )
    assert 90 <= float(metrics["famekeeda_oldest_queued_task_seconds"]) < 100
    assert metrics["famekeeda_live_workers"] == "0.0"


def test_reads_answer_without_redis(client, db, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=0"}}
    client.force_login(factories.user("ken", is_superuser=True))
    factories.engagement("a", "c", likes=5)
    answer = client.get("/top-performers?campaignId=c")
    assert (answer.status_code, len(answer.json())) == (200, 1)
