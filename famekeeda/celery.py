"""The Celery application and what is attached to it: transport, signals, and what the apps bring. Tasks: tasks.py."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import Any

from celery import Celery, signals
from django.apps import apps
from django_redis import get_redis_connection
from kombu import Exchange, Queue
from kombu.transport import TRANSPORT_ALIASES
from redis.exceptions import RedisError

from famekeeda.task_log import TaskLogStep

WORKERS = "famekeeda:workers"  # sorted set: a worker's name → its last heartbeat; Celery sends one every two seconds
MAX_SILENCE_SECONDS = 10

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "famekeeda.transport:Transport"))

app = Celery("famekeeda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(TaskLogStep)


def configure() -> None:
    """Sets queues, routes and schedule from the configs of the loaded apps (famekeeda.apps.ProjectApp)."""
    project_apps: list[Any] = [config for config in apps.get_app_configs() if hasattr(config, "queues")]
    bounds = {queues: bound for config in project_apps for queues, bound in config.queues.items()}
    names = ["celery", *(name for queues in bounds for name in queues)]
    routes = {task: {"queue": queue} for config in project_apps for task, queue in config.routes.items()}
    schedule = {
        # A worker that was away finds many runs of a task in its queue and needs one: the others have expired.
        task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
        for config in project_apps
        for task, seconds in config.schedule.items()
    }
    app.conf.update(
        task_queues=[Queue(name, Exchange(name), routing_key=name) for name in names],
        task_routes=routes,
        beat_schedule=schedule,
        broker_transport_options=app.conf.broker_transport_options | {"bounds": bounds},
    )


if apps.ready:  # a worker imports this module before the apps are loaded: then FameKeedaConfig.ready configures
    configure()


@signals.before_task_publish.connect
def _add_time_sent(headers: dict[str, Any], **_: Any) -> None:
    headers["sentAt"] = time.time()


@signals.heartbeat_sent.connect
def _register_worker(sender: Any, **_: Any) -> None:
    with suppress(RedisError):  # then the worker counts as gone, as do all that need Redis
        redis = get_redis_connection("default")
        now = redis.time()[0]
        redis.zadd(WORKERS, {sender.eventer.hostname: now})
        redis.zremrangebyscore(WORKERS, "-inf", now - MAX_SILENCE_SECONDS)


@signals.worker_shutdown.connect
def _unregister_worker(sender: Any, **_: Any) -> None:
    with suppress(RedisError):
        get_redis_connection("default").zrem(WORKERS, sender.hostname)


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Connected, so that Celery leaves the logging that settings.py set up alone."""
