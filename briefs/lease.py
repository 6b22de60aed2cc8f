"""Leases of the briefs that this process writes: renewed while it lives; when it does not, another takes over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.db import Error, connection

from briefs.models import LEASE, Brief

SECONDS = LEASE.total_seconds() / 3  # between renewals

log = structlog.get_logger(__name__)

_owners: set[UUID] = set()
_starting = threading.Lock()
_thread: threading.Thread | None = None


@contextmanager
def kept(owner: UUID) -> Iterator[None]:
    """Renews the leases of `owner` while the block runs."""
    global _thread
    _owners.add(owner)
    with _starting:
        if _thread is None or not _thread.is_alive():  # as after a fork
            _thread = threading.Thread(target=_renew, name="leases", daemon=True)
            _thread.start()
    try:
        yield
    finally:
        _owners.discard(owner)


def _renew() -> None:
    """One statement for all of them, every two seconds."""
    while True:
        time.sleep(SECONDS)
        if owners := list(_owners):
            try:
                Brief.objects.renew(owners)
            except Error as error:  # PostgreSQL restarts: the next round may be in time
                log.warning("leases_not_renewed", error=str(error))
            finally:
                connection.close()
