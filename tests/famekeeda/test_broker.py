"""The task broker: sending by name, the workers that live, the tasks that wait, what the apps bring to it."""

import re
import time
from pathlib import Path

import pytest
from django_redis import get_redis_connection

from famekeeda.apps import project_apps
from famekeeda.broker import enqueue_on_commit, live_workers, oldest_queued_seconds, queue_length, send_now
from famekeeda.celery import WORKERS, app

RUN_UPLOAD = "loads.tasks.run_upload"
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def redis():
    """With every queue empty and no worker, before and after."""
    connection = get_redis_connection("default")
    connection.flushdb()
    yield connection
    connection.flushdb()


def test_a_worker_counts_for_ten_seconds_after_its_heartbeat(redis):
    now = redis.time()[0]
    redis.zadd(WORKERS, {"worker@here": now, "worker@gone": now - 11})
    assert live_workers() == 1
    assert (live_workers("worker"), live_workers("io")) == (1, 0)


def test_a_task_goes_to_its_own_queue_unless_another_is_named():
    assert send_now(RUN_UPLOAD, 1)
    assert send_now("briefs.tasks.write", 1)
    assert send_now("briefs.tasks.write", 2, queue="rescue")
    assert {name: queue_length(name) for name in ("celery", "briefs", "rescue")} == {
        "celery": 1,
        "briefs": 1,
        "rescue": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_a_task_waits_in_the_queue_with_the_time_it_was_sent():
    enqueue_on_commit(RUN_UPLOAD, 1)
    assert 0 <= oldest_queued_seconds() < 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [RUN_UPLOAD, "briefs.tasks.write"])
def test_the_oldest_task_is_the_one_that_was_sent_first_to_any_queue(monkeypatch, other):
    now = time.time()
    for task, ago in ((other, 100), (RUN_UPLOAD, 10)):
        monkeypatch.setattr("famekeeda.celery.time.time", lambda ago=ago: now - ago)
        enqueue_on_commit(task, 1)
    monkeypatch.setattr("famekeeda.celery.time.time", lambda: now)
    assert oldest_queued_seconds() == pytest.approx(100)


def test_a_queue_in_which_nothing_waits_has_no_oldest_task():
    assert oldest_queued_seconds() is None


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_no_error(no_broker, caplog):
    enqueue_on_commit(RUN_UPLOAD, 1)
    assert "task_not_sent" in caplog.text


def test_every_task_that_an_app_routes_or_schedules_exists():
    app.loader.import_default_modules()
    named = {task for capability in project_apps() for task in (*capability.routes, *capability.schedule)}
    assert named
    assert named <= set(app.tasks)


def test_every_route_leads_to_a_queue_that_a_worker_takes_from():
    queues = {name for capability in project_apps() for group in capability.queues for name in group}
    assert {queue for capability in project_apps() for queue in capability.routes.values()} <= queues
    assert {queue.name for queue in app.conf.task_queues} == queues | {"celery"}


def test_a_periodic_task_expires_when_its_next_run_is_due():
    assert app.conf.beat_schedule["briefs.tasks.resume"] == {
        "task": "briefs.tasks.resume",
        "schedule": 3,
        "options": {"expires": 3},
    }


@pytest.mark.parametrize("file", ["Procfile", "docker-compose.yml"])
def test_the_worker_io_has_a_thread_for_every_task_that_the_bounds_allow(file):
    [threads] = re.findall(r"--pool threads --concurrency (\d+)", (ROOT / file).read_text())
    assert sum(sum(capability.queues.values()) for capability in project_apps()) <= int(threads)
