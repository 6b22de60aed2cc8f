"""How long loads keep uploaded files and rejected rows."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from famekeeda.keeping.retention import Kept
from loads.models import Companion, Load, Reject

ENDED = [Load.State.LOADED, Load.State.FAILED, Load.State.CANCELLED]
WAITING_FOR_PEOPLE = [Load.State.DRAFT, Load.State.CHECKED]


def finished_uploads(before: datetime) -> QuerySet[Load]:
    return Load.objects.exclude(upload="").filter(state__in=ENDED, finished_at__lt=before)


def forgotten_uploads(before: datetime) -> QuerySet[Load]:
    return Load.objects.exclude(upload="").filter(state__in=WAITING_FOR_PEOPLE, created_at__lt=before)


def rows_of_loads(model: type[Any], before: datetime) -> QuerySet[Any]:
    """Rows of loads that finished before the moment, or that began before it and were interrupted."""
    interrupted = Load.objects.interrupted().filter(started_at__lt=before).values_list("pk", flat=True)
    return model.objects.filter(Q(load__finished_at__lt=before) | Q(load__in=list(interrupted)))


def delete_files(loads: QuerySet[Load]) -> None:
    """Deletes the uploaded files; the loads stay. Files go first, although the transaction may yet be rolled back: a
    file that no load names any more would never be deleted."""
    for load in loads:
        load.upload.delete(save=False)
    loads.update(upload="")


def discard(loads: QuerySet[Load]) -> None:
    """Deletes uploads that changed nothing: the files and the loads."""
    for load in loads:
        load.upload.delete(save=False)
    loads.delete()


KEPT = (
    Kept("uploaded files", "KEEP_UPLOADS_DAYS", finished_uploads, delete_files),
    Kept("uploads that nobody loaded", "KEEP_UPLOADS_DAYS", forgotten_uploads, discard),
    Kept("rejected rows", "KEEP_REJECTS_DAYS", partial(rows_of_loads, Reject)),
    Kept("good rows beside them", "KEEP_REJECTS_DAYS", partial(rows_of_loads, Companion)),
)
