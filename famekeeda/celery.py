"""The Celery application, and what may be asked of it: send this, who works, what waits. Tasks live in tasks.py."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import Any

import structlog
from celery import Celery, Task, signals
from django.db import transaction
from django_redis import get_redis_connection
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError
from kombu.transport import redis as transport
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")


class Channel(transport.Channel):
    """kombu's, which ends the whole worker with an AttributeError where a task ends after Redis has gone away: an
    error of the connection, which it is, is survived."""

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("The channel is closed.")
        return super()._connparams(*args, **kwargs)


transport.Transport.Channel = Channel

app = Celery("famekeeda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # a task's log lines carry the id of the request that sent it

log = structlog.get_logger(__name__)

QUEUES = ("celery", "briefs", "rescue")
WORKERS = "famekeeda:workers"  # sorted set: worker → when it was last heard of
ALIVE_SECONDS = 10  # workers are heard of every two seconds


def enqueue(task: Task, *args: Any) -> None:
    """Sends the task once the transaction has committed.

    A broker that is away is logged and survived: the row the task is about is in PostgreSQL, where a periodic sweep
    finds it.
    """
    transaction.on_commit(lambda: send(task, *args))


def send(task: Task | str, *args: Any, queue: str | None = None) -> bool:
    """Sends the task at once, to its queue or another; False, and a line in the log, if the broker is away."""
    name = task if isinstance(task, str) else task.name
    try:
        if not answers():
            raise OperationalError("The broker does not answer.")
        app.send_task(name, args, queue=queue)
    except (OperationalError, RedisError) as error:
        log.warning("task_not_sent", task=name, error=str(error))
        return False
    return True


def answers() -> bool:
    """Whether the broker answers within half a second; who publishes to one that hangs waits much longer."""
    try:
        return bool(get_redis_connection("default").ping())
    except RedisError:
        return False


def live_workers(name: str = "") -> int:
    """How many workers, or only those called `name@…`, were heard of in the last ten seconds; 0 as well when Redis is
    away."""
    try:
        redis = get_redis_connection("default")
        heard_of = redis.zrangebyscore(WORKERS, redis.time()[0] - ALIVE_SECONDS, "+inf")
    except RedisError:
        return 0
    return sum(worker.startswith(f"{name}@".encode() if name else b"") for worker in heard_of)


def queued(queue: str) -> int | None:
    """How many tasks wait in a queue; None when the broker is away."""
    try:
        with app.connection_for_read() as connection:
            return connection.default_channel.client.llen(queue)
    except (OperationalError, RedisError):
        return None


def oldest_queued_seconds() -> float | None:
    """For how long the oldest task has waited in any queue; None when none waits, or when the broker is away."""
    try:
        with app.connection_for_read() as connection:
            messages = [connection.default_channel.client.lindex(queue, -1) for queue in QUEUES]
    except (OperationalError, RedisError):
        return None
    sent_at = filter(None, (json.loads(message)["headers"].get("sentAt") for message in messages if message))
    return max((max(0.0, time.time() - at) for at in sent_at), default=None)


@signals.before_task_publish.connect
def _say_when(headers: dict[str, Any], **_: Any) -> None:
    headers["sentAt"] = time.time()


@signals.heartbeat_sent.connect
def _worker_lives(sender: Any, **_: Any) -> None:
    with suppress(RedisError):  # then it is not heard of, which is true
        redis = get_redis_connection("default")
        now = redis.time()[0]
        redis.zadd(WORKERS, {sender.eventer.hostname: now})
        redis.zremrangebyscore(WORKERS, "-inf", now - ALIVE_SECONDS)


@signals.worker_shutdown.connect
def _worker_leaves(sender: Any, **_: Any) -> None:
    with suppress(RedisError):
        get_redis_connection("default").zrem(WORKERS, sender.hostname)


@bind_extra_task_metadata.connect
def _name_task(task: Task, **_: Any) -> None:
    structlog.contextvars.bind_contextvars(task=task.name)


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Connected, so that Celery leaves the logging that settings.py set up alone."""
