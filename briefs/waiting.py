"""Waiting for a brief that a worker writes, with neither a database connection nor the last server thread in hand."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from threading import BoundedSemaphore
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from briefs.models import Brief

WAITERS = 24  # of the web server's 32 threads: health checks, pages and repeats go on meanwhile
LOOKS_EVERY = 1.0  # seconds, if no word comes: it is lost when Redis is flushed or away

_places = BoundedSemaphore(WAITERS)


def announce(brief: Brief) -> None:
    """Tells those who wait that it is finished."""
    with suppress(RedisError):  # then they look
        get_redis_connection("default").publish(_channel(brief), b"finished")


def wait_for(brief: Brief, seconds: float) -> Brief:
    """The brief once it is finished, or as it is after that many seconds; as it is at once where too many wait."""
    if seconds <= 0 or not brief.is_in_flight or not _places.acquire(blocking=False):
        return brief
    deadline = time.monotonic() + seconds
    with ExitStack() as stack:
        stack.callback(_places.release)
        word = _listen(brief, stack)
        while True:  # first listen, then look: in between it may finish
            with suppress(OperationalError, InterfaceError):  # PostgreSQL restarts: a later look may be in time
                brief.refresh_from_db()
            release_connection()
            left = deadline - time.monotonic()
            if not brief.is_in_flight or left <= 0:
                return brief
            _until_word(word, min(LOOKS_EVERY, left))


def _channel(brief: Brief) -> str:
    return f"briefs:finished:{brief.pk}"


def _listen(brief: Brief, stack: ExitStack) -> Any:
    try:
        word = stack.enter_context(get_redis_connection("default").pubsub(ignore_subscribe_messages=True))
        word.subscribe(_channel(brief))
    except RedisError:
        return None
    return word


def _until_word(word: Any, seconds: float) -> None:
    began = time.monotonic()
    try:
        if word is not None:
            while (left := seconds - (time.monotonic() - began)) > 0:
                if word.get_message(timeout=left):
                    return
            return
    except RedisError:
        pass
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))


def release_connection() -> None:
    """Gives the thread's connection up before a wait, to the process's other threads if they share (DATABASE_POOL)."""
    if not connection.in_atomic_block:
        connection.close()
