"""Deletes a load with what it inserted. What it changed stays: nobody has kept what stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from famekeeda import history
from famekeeda.words import counted
from loads.kinds import Kind, kinds
from loads.models import Load
from loads.run import table_lock

BATCH_ROWS = 50_000  # deleted or changed by one statement, so that none runs into the time limit of web requests


class Busy(Exception):
    """Another load of the kind runs, and may be changing the same rows."""


@dataclass(frozen=True)
class Deletion:
    """What goes with a load and what stays, in rows of the kind's table.

    `inserted` go: the load inserted them and nothing has changed them since. `changed` stay as the load left them.
    `replaced` are rows that the load inserted or changed, and that later loads or people changed since: they stay too.
    `rejects` go; of these `mended` were loaded by other loads, which stay."""

    inserted: int
    changed: int
    replaced: int
    rejects: int
    mended: int
    is_exact: bool  # False for loads of releases that did not note which rows they inserted: all rows stay

    def in_words(self, noun: str) -> str:
        went = f"Deleted: {counted(self.inserted, noun)} and {counted(self.rejects, 'rejected row')}."
        stayed = f"Left as they were: {counted(self.changed, noun)} that it changed"
        return f"{went} {stayed}, {self.replaced:,} that were changed since."


def preview(load: Load) -> Deletion:
    kind = kinds()[load.kind]
    has_changed_rows = load.state == Load.State.LOADED
    standing = kind.left_by(load).count() if has_changed_rows else 0
    inserted = inserted_by(load, kind).count() if has_changed_rows else 0
    return Deletion(
        inserted=inserted,
        changed=standing - inserted,
        replaced=max(0, load.inserted + load.updated - standing) if has_changed_rows else 0,
        rejects=load.rejects.count(),
        mended=load.rejects.mended().count(),
        is_exact=not kind.leaves_changed or load.inserted_after is not None or not load.updated or not has_changed_rows,
    )


def inserted_by(load: Load, kind: Kind) -> QuerySet[Any]:
    """The rows that the load inserted and that stand as the load left them."""
    standing = kind.left_by(load)
    if not kind.leaves_changed:
        return standing
    if load.inserted_after is not None:
        return standing.filter(pk__gt=load.inserted_after)
    return standing.none() if load.updated else standing


@transaction.atomic
def delete(load: Load, *, by: Any) -> str:
    """Deletes the load, the rows that it inserted and that stand as it left them, its rejects and its uploaded file.
    Returns what went and what stayed, in words, as the admin's history keeps them.

    Raises Busy while another load of the kind runs."""
    kind, upload = kinds()[load.kind], load.upload.name
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", table_lock(kind.name))
        if not cursor.fetchone()[0]:
            raise Busy
    said = preview(load).in_words(kind.noun)
    for rows in in_batches(inserted_by(load, kind)):
        rows.delete()
    for rows in in_batches(kind.left_by(load)):
        rows.update(load=None)
    history.deleted(load, by, said)
    load.delete()
    kind.rows_left()
    if upload:
        transaction.on_commit(lambda: Load._meta.get_field("upload").storage.delete(upload))
    return said


def in_batches(rows: QuerySet[Any]) -> Any:
    """The rows in parts of BATCH_ROWS. The caller deletes or changes each part, so the next look finds other rows."""
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH_ROWS]):
        yield rows.filter(pk__gte=pks[0], pk__lte=pks[-1])
