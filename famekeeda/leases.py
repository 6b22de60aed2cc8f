"""Leases: a worker holds a row while it works on it; when a lease is not renewed in time, another worker takes over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.db import Error, connection, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

LEASE = timedelta(seconds=6)  # from its last renewal
RENEWAL_SECONDS = LEASE.total_seconds() / 3
OVERRUN = timedelta(seconds=5)  # after the deadline: a worker may still store what it has
MAX_RUNS = 3  # a row that outlives so many workers is probably what stops them

# Two of the values of a leased model's `state`; in all its others nobody works on the row any more.
QUEUED, RUNNING = "queued", "running"

log = structlog.get_logger(__name__)

Row = TypeVar("Row", bound="Leased")


class LeasedQuerySet(models.QuerySet[Row]):
    def claim(self, pk: int, owner: UUID) -> Row | None:
        """The row, leased to `owner`; None if it is finished or leased to another. Its `claimed_at` is by PostgreSQL's
        clock, as `started_at` is."""
        free = Q(state=QUEUED) | Q(state=RUNNING, leased_until__lt=Now())
        claimed = self.filter(free, pk=pk).update(
            state=RUNNING,
            owner=owner,
            leased_until=Now() + LEASE,
            started_at=Coalesce(F("started_at"), Now()),
            runs=F("runs") + 1,
        )
        with_clock: Any = self.annotate(claimed_at=Now())
        return with_clock.get(pk=pk) if claimed else None

    def renew(self, owners: list[UUID]) -> None:
        self.filter(owner__in=owners, state=RUNNING).update(leased_until=Now() + LEASE)

    def abandoned(self) -> LeasedQuerySet[Row]:
        """Rows whose worker is gone: their lease has expired."""
        return self.filter(state=RUNNING, leased_until__lt=Now())

    def abandoned_past(self, deadline: timedelta) -> LeasedQuerySet[Row]:
        """Abandoned rows that no other worker could finish within `deadline` of their start."""
        return self.abandoned().filter(started_at__lt=Now() - deadline - OVERRUN)

    def abandoned_too_often(self) -> LeasedQuerySet[Row]:
        """Abandoned rows that MAX_RUNS workers have begun."""
        return self.abandoned().filter(runs__gte=MAX_RUNS)


class Leased(models.Model):
    """A row that one worker at a time works on. Its model has a `state` with the values QUEUED and RUNNING."""

    owner = models.UUIDField(null=True, blank=True, help_text="The run that holds the lease")
    leased_until = models.DateTimeField(null=True, blank=True)
    runs = models.PositiveSmallIntegerField(default=0, help_text="How many workers began it")
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the first worker began it")

    claimed_at: datetime  # set by `claim`

    class Meta:
        abstract = True

    def release(self, **fields: Any) -> bool:
        """Ends the lease and stores `fields`; False, and nothing stored, where another worker took over meanwhile."""
        held: Any = LeasedQuerySet(type(self)).filter(pk=self.pk, owner=self.owner, state=RUNNING)
        return bool(held.update(owner=None, leased_until=None, **fields))


_held: set[tuple[type[Leased], UUID]] = set()
_starting = threading.Lock()
_thread: threading.Thread | None = None


@contextmanager
def renewing(model: type[Leased], owner: UUID) -> Iterator[None]:
    """Renews the leases that `owner` holds on rows of `model` while the block runs."""
    global _thread
    _held.add((model, owner))
    with _starting:
        if _thread is None or not _thread.is_alive():  # none yet, or this process is a fork
            _thread = threading.Thread(target=_renew_for_ever, name="leases", daemon=True)
            _thread.start()
    try:
        yield
    finally:
        _held.discard((model, owner))


def _renew_for_ever() -> None:
    while True:
        time.sleep(RENEWAL_SECONDS)
        try:
            renew_all()
        except Error as error:  # PostgreSQL restarts: the next round may be in time
            log.warning("leases_not_renewed", error=str(error))
        finally:
            connection.close()


def renew_all() -> None:
    """Renews all leases of this process, with one statement per model."""
    owners: dict[type[Leased], list[UUID]] = {}
    for model, owner in list(_held):
        owners.setdefault(model, []).append(owner)
    for model, owners_of_model in owners.items():
        LeasedQuerySet(model).renew(owners_of_model)
