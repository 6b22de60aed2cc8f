"""The task broker: sending tasks by name, the workers that live, the tasks that wait."""

from __future__ import annotations

import json
import time
from typing import Any

import structlog
from django.db import transaction
from django_redis import get_redis_connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from famekeeda.celery import MAX_SILENCE_SECONDS, WORKERS, app

log = structlog.get_logger(__name__)


def enqueue_on_commit(task: str, *args: Any) -> None:
    """Sends the task, such as `briefs.tasks.write`, once the transaction has committed.

    A broker that is away is logged and not an error: a periodic task finds the task's row in PostgreSQL later.
    """
    transaction.on_commit(lambda: send_now(task, *args))


def send_now(task: str, *args: Any, queue: str | None = None) -> bool:
    """Sends the task, to its own queue unless another is named; False, and a log line, if the broker is away."""
    options = {"queue": queue} if queue else {}
    try:
        if not broker_is_up():
            raise OperationalError("The broker does not answer.")
        app.send_task(task, args, **options)
    except (OperationalError, RedisError) as error:
        log.warning("task_not_sent", task=task, error=str(error))
        return False
    return True


def broker_is_up() -> bool:
    """Whether the broker answers within half a second; publishing to one that hangs would take much longer."""
    try:
        return bool(_redis().ping())
    except RedisError:
        return False


def live_workers(name: str = "") -> int:
    """How many workers, or workers called `name@…`, sent a heartbeat in the last ten seconds; 0 if Redis is away."""
    try:
        alive = _redis().zrangebyscore(WORKERS, _redis().time()[0] - MAX_SILENCE_SECONDS, "+inf")
    except RedisError:
        return 0
    return sum(worker.startswith(f"{name}@".encode() if name else b"") for worker in alive)


def queue_length(queue: str) -> int | None:
    """The number of tasks that wait in the queue; None if the broker is away."""
    try:
        return _redis().llen(queue)
    except RedisError:
        return None


def oldest_queued_seconds() -> float | None:
    """The age of the oldest task that waits in any queue; None if none waits or the broker is away."""
    try:
        with _redis().pipeline(transaction=False) as pipe:
            for queue in app.conf.task_queues:
                pipe.lindex(queue.name, -1)
            messages = pipe.execute()
    except RedisError:
        return None
    sent_at = filter(None, (json.loads(message)["headers"].get("sentAt") for message in messages if message))
    return max((max(0.0, time.time() - at) for at in sent_at), default=None)


def _redis() -> Any:
    """The cache's connection: cache and broker are one Redis (REDIS_URL), and this connection has short timeouts."""
    return get_redis_connection("default")
