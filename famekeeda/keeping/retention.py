"""How long data is kept: each app says it of its own data, and `prune`, which runs once a day, deletes what is older.

An app names its module on its AppConfig (`ProjectApp.retention`); the module has a tuple `KEPT`. This module is the
frame, and that of famekeeda itself, which keeps sessions, attempts to sign in, long-lived tokens, answers to repeat and
events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from knox.models import AuthToken

from famekeeda.apps import project_apps
from famekeeda.models import Event, KeptAnswer, SignInCount

BATCH_ROWS = 5_000  # deleted in one transaction
MAX_DAYS = 36_500  # more would be a day before the calendar begins


def delete_rows(rows: QuerySet[Any]) -> None:
    rows.delete()


@dataclass(frozen=True)
class Kept:
    """Rows that are kept for as many days as the setting says.

    `older_than` finds the rows that are older than a moment. `delete` deletes a batch of these rows, or changes them so
    that `older_than` does not find them again."""

    what: str
    setting: str
    older_than: Callable[[datetime], QuerySet[Any]]
    delete: Callable[[QuerySet[Any]], None] = delete_rows

    @property
    def days(self) -> int:
        return getattr(settings, self.setting)

    def expired(self) -> QuerySet[Any]:
        return self.older_than(timezone.now() - timedelta(days=min(self.days, MAX_DAYS)))

    def prune(self) -> int:
        """Deletes expired rows batch by batch, and returns how many were deleted."""
        expired, deleted = self.expired(), 0
        while batch := list(expired.order_by("pk").values_list("pk", flat=True)[:BATCH_ROWS]):
            self.delete(expired.model._default_manager.filter(pk__in=batch))
            deleted += len(batch)
        return deleted


def kept() -> list[Kept]:
    """What all apps keep, in the order of INSTALLED_APPS."""
    modules = [import_module(app.retention) for app in project_apps() if app.retention]
    return [entry for module in modules for entry in module.KEPT]


def prune(*, dry_run: bool = False) -> Iterator[tuple[Kept, int]]:
    """Deletes what is older than its setting allows; yields how many rows of each kind. A dry run only counts them."""
    for entry in kept():
        yield entry, entry.expired().count() if dry_run else entry.prune()


KEPT = (
    Kept("ended sessions", "KEEP_SESSIONS_DAYS", lambda before: Session.objects.filter(expire_date__lt=before)),
    Kept("attempts to sign in", "KEEP_SIGN_INS_DAYS", lambda before: SignInCount.objects.filter(tried_at__lt=before)),
    Kept("answers to repeat", "KEEP_ANSWERS_DAYS", lambda before: KeptAnswer.objects.filter(created_at__lt=before)),
    Kept("expired tokens", "KEEP_TOKENS_DAYS", lambda before: AuthToken.objects.filter(expiry__lt=before)),
    Kept("events", "KEEP_EVENTS_DAYS", lambda before: Event.objects.filter(at__lt=before)),
)
