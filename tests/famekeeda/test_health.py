"""Readiness and metrics, and reading while Redis is away."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_redis import get_redis_connection
from rest_framework_simplejwt.tokens import AccessToken

from famekeeda import health
from famekeeda.celery import WORKERS
from tests import factories
from tests.dev.processes import wait_until
from tests.famekeeda.web_server import get, locked_results, web_server


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


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "", "probe_1", "evil.example"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_probes_are_answered_whatever_host_they_name(client, db, host, path, accept):
    assert client.get(path, headers={"Host": host, "Accept": accept}).status_code == 200


def test_probes_are_answered_while_every_thread_waits_for_a_lock(transactional_db):
    token = {"Authorization": f"Bearer {AccessToken.for_user(factories.user('ken', is_superuser=True))}"}
    with web_server(WEB_LOCK_TIMEOUT="30") as port, ThreadPoolExecutor(40) as readers, locked_results():
        for _ in range(40):
            readers.submit(get, port, "/top-performers?campaignId=c", **token)
        wait_until(lambda: waiting_for_a_lock() == 32)
        assert get(port, "/healthz") == (200, b'{"status":"ok"}')
        assert get(port, "/readyz") == (200, b'{"status":"ok"}')
        assert waiting_for_a_lock() == 32


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0]
