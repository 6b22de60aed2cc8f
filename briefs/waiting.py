"""Lets a caller wait for a brief that a worker writes, without holding a database connection meanwhile."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from threading import BoundedSemaphore
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from briefs.models import Brief

MAX_WAITING_CALLERS = 24  # of the web server's 32 threads: the others answer health checks, pages and hits
POLL_SECONDS = 1.0  # between two looks at the row, for messages that are lost when Redis is flushed or away

_places = BoundedSemaphore(MAX_WAITING_CALLERS)


def announce_finished(brief: Brief) -> None:
    """Wakes the callers that wait for the brief."""
    with suppress(RedisError):  # they also poll
        get_redis_connection("default").publish(_channel(brief), b"finished")


def wait_for(brief: Brief, seconds: float) -> Brief:
    """The brief when it is finished, or as it is after so many seconds, or at once where too many callers wait."""
    if seconds <= 0 or not brief.is_in_flight or not _places.acquire(blocking=False):
        return brief
    deadline = time.monotonic() + seconds
    with ExitStack() as stack:
        stack.callback(_places.release)
        messages = _subscribe(brief, stack)
        while True:  # the look at the row follows the subscription: the brief may have finished before
            with suppress(OperationalError, InterfaceError):  # PostgreSQL restarts: a later look may be in time
                brief.refresh_from_db()
            release_connection()
            left = deadline - time.monotonic()
            if not brief.is_in_flight or left <= 0:
                return brief
            _wait_for_message(messages, min(POLL_SECONDS, left))


def _channel(brief: Brief) -> str:
    return f"briefs:finished:{brief.pk}"


def _subscribe(brief: Brief, stack: ExitStack) -> Any:
    """The messages of the brief's channel; None while Redis is away."""
    try:
        messages = stack.enter_context(get_redis_connection("default").pubsub(ignore_subscribe_messages=True))
        messages.subscribe(_channel(brief))
    except RedisError:
        return None
    return messages


def _wait_for_message(messages: Any, seconds: float) -> None:
    """Returns at the first message, or after so many seconds."""
    began = time.monotonic()
    try:
        if messages is not None:
            while (left := seconds - (time.monotonic() - began)) > 0:
                if messages.get_message(timeout=left):
                    return
            return
    except RedisError:
        pass
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))


def release_connection() -> None:
    """Closes the thread's database connection before a wait, or returns it to the pool (DATABASE_POOL)."""
    if not connection.in_atomic_block:
        connection.close()
