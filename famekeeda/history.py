"""The admin's history: who added, changed and deleted what, also by views of our own."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

MAX_TITLE = 200  # characters of a row's title, which outlives the row


def record(action: int, row: Model, by: Any, words: str = "") -> None:
    """Writes a line into the history of the row. Without a user (`by`), as on a laptop, there is nothing to say."""
    if by is None or by.pk is None:
        return
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(row),
        object_id=row.pk,
        object_repr=str(row)[:MAX_TITLE],
        action_flag=action,
        change_message=words,
    )


def added(row: Model, by: Any, words: str = "") -> None:
    record(ADDITION, row, by, words)


def changed(row: Model, by: Any, words: str) -> None:
    record(CHANGE, row, by, words)


def deleted(row: Model, by: Any, words: str = "") -> None:
    """To be called before the row is deleted, which empties its key."""
    record(DELETION, row, by, words)
