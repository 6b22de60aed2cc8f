"""Mends rejects: cells that somebody typed are judged again, and good rows are loaded as a load of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from famekeeda.broker import enqueue_on_commit
from famekeeda.csv_safety import csv_lines
from loads.columns import Header
from loads.files.encodings import printable
from loads.judge import MAX_RAW_CHARACTERS
from loads.kinds import Kind, Standing, kinds
from loads.models import UNFINISHED, Companion, Load, Reject
from loads.rejects import forget_reasons, with_platform

Cells = dict[str, str]  # our column → text


@dataclass
class Mending:
    """What became of the cells that somebody typed. `load` has the good rows; None if there is none."""

    load: Load | None = None
    good: list[Reject] = field(default_factory=list)
    wrong: list[Reject] = field(default_factory=list)


def may_be_mended(load: Load) -> bool:
    """Whether mended rows of the load can be loaded: rows of a load that changed nothing would not be whole."""
    return load.state == Load.State.LOADED and not load.is_sample and load.kind in kinds()


@transaction.atomic
def mend(load: Load, typed: dict[int, Cells], *, by: Any) -> Mending:
    """Judges what was typed for rejects of the load (reject's id → cells), and has the good rows loaded.

    A reject with cells that nobody ever changed is left alone, unless the page shows them without the spaces that made
    them wrong. So is one that is mended already."""
    Load.objects.select_for_update().get(pk=load.pk)  # two people may mend one load at once
    mending, kind = Mending(), kinds()[load.kind]
    for reject in load.rejects.unmended().filter(pk__in=typed).order_by("line", "id"):
        cells = {column.name: clipped(typed[reject.pk].get(column.name, "")) for column in kind.columns}
        if cells != kept(reject, kind) or reject.mended is not None:
            reject.mended = cells
            reason = complaint(load, cells, kind) or join_good_rows(load, reject, kind)
            reject.reason = reason or reject.reason
            (mending.wrong if reason else mending.good).append(reject)
    if mending.good:
        mending.load = load_of(load, mending.good, kind, by)
    for reject in mending.good:
        reject.mended_in = mending.load
    Reject.objects.bulk_update([*mending.good, *mending.wrong], ["mended", "mended_in", "reason"])
    forget_reasons(load)
    return mending


def clipped(text: str) -> str:
    return printable(text.strip()[:MAX_RAW_CHARACTERS])


def kept(reject: Reject, kind: Kind) -> Cells:
    """The cells as somebody typed them last, or as they stood in the file."""
    cells = reject.cells if reject.mended is None else reject.mended
    return {column.name: cells.get(column.name, "") for column in kind.columns}


def shown(reject: Reject, kind: Kind) -> Cells:
    """The cells as the page shows them: without the spaces around them, which may be all that was wrong."""
    return {name: text.strip() for name, text in kept(reject, kind).items()}


def complaint(load: Load, cells: Cells, kind: Kind) -> str:
    """Why the kind's judge rejects a row with these cells; empty for a good row."""
    names = [column.name for column in kind.columns]
    at = {name: index for index, name in enumerate(names)}
    judge = kind.judge(kind.columns, Header(names, ",", 1), at, reads_approximate=load.approximate)
    lines = as_file([cells], kind).removesuffix("\r\n").split("\n")[1:]
    judged = list(judge.judge(iter([lines]), first_line=2))
    if not any(block.rows for block in judged):
        return "the row is empty"
    return next((rejection.reason for block in judged for rejection in block.rejections), "")


def as_file(rows: list[Cells], kind: Kind) -> str:
    names = [column.name for column in kind.columns]
    return "".join(csv_lines([names, *([cells.get(name, "") for name in names] for cells in rows)]))


def join_good_rows(load: Load, reject: Reject, kind: Kind) -> str:
    """Makes sure that the good rows with the mended row's key are known, and that no later load has replaced their sum.
    Returns why not; empty if all is well.

    The load kept companions for the keys that it could read. For another key, such as an id that was missing, the row
    of the table tells: none, as this load left it, or as rows left it that were mended before. A row that another load
    left does not tell."""
    assert reject.mended is not None  # noqa: S101
    key = key_of(load, reject.mended, kind)
    before = load.mended_by.filter(state__in=UNFINISHED).first()
    if key and before:  # the sums of two loads at once might arrive in the wrong order
        return f"load {before.pk} is still bringing mended rows in: load this row when that load has ended"
    row = kind.standing(dict(zip(kind.key, key, strict=True))) if key else None
    if row and is_newer(row, load):
        return (
            f"load {row.load_id} has brought newer figures of {', '.join(filter(None, key))} since, which this row "
            "would set back"
        )
    if (
        row
        and row.load_id is None
        and [row.cells] != [with_platform(load, c) for c in companions_of(load, {key}, kind)]
    ):
        return (
            f"the figures of {', '.join(filter(None, key))} were left by a load that is deleted, so that nobody knows "
            f"whether they are newer. Correct line {reject.line:,} in the file and load the whole file"
        )
    if not key or any(key_of(load, other.cells, kind) == key for other in alike(load.rejects, key, kind)):
        return ""
    if any(companions_of(load, {key}, kind)):
        return ""
    if row is None or (row.load_id and load.mended_by.filter(pk=row.load_id).exists()):
        return ""
    if row.load_id != load.pk:
        left_by = f"load {row.load_id}" if row.load_id else "no load"
        return (
            f"whether {load.file} has good rows of {', '.join(filter(None, key))} is not known: their sum was left by "
            f"{left_by}. Correct line {reject.line:,} in the file and load the whole file"
        )
    Companion.objects.create(load=load, line=reject.line, rows=1, cells=row.cells)
    return ""


def is_newer(row: Standing, load: Load) -> bool:
    """Whether the row was left by a load that finished after this one, other than those that mend this one. Ids do not
    tell: an upload may be confirmed long after it was brought."""
    others = Load.objects.filter(pk=row.load_id or 0, finished_at__gt=load.finished_at)
    return others.exclude(mends=load).exists()


def key_of(load: Load, cells: Cells, kind: Kind) -> tuple[str, ...]:
    filled = with_platform(load, cells)
    return tuple(filled.get(name, "").strip() for name in kind.key)


def alike(rows: Any, key: tuple[str, ...], kind: Kind, cells: str = "cells") -> Any:
    """The rejects or companions whose `cells` may have the key: the first of its cells is the same."""
    return rows.filter(**{f"{cells}__{kind.key[0]}": key[0]})


def companions_of(load: Load, keys: set[tuple[str, ...]], kind: Kind) -> Iterator[Cells]:
    for key in sorted(keys):
        for companion in alike(load.companions, key, kind):
            if key_of(load, companion.cells, kind) == key:
                yield companion.cells


def mended_before(load: Load, keys: set[tuple[str, ...]], kind: Kind) -> Iterator[Cells]:
    for key in sorted(keys):
        for reject in alike(load.rejects.mended(), key, kind, "mended"):
            if key_of(load, reject.mended, kind) == key:
                yield reject.mended


def load_of(load: Load, good: list[Reject], kind: Kind, by: Any) -> Load:
    """A new load of the mended rows, with whatever else the original load knows of their keys."""
    mended = [reject.mended or {} for reject in good]
    keys = {key for cells in mended if (key := key_of(load, cells, kind))}
    rows = [*companions_of(load, keys, kind), *mended_before(load, keys, kind), *mended]
    name = f"mended-rejects-of-load-{load.pk}.csv"
    file = ContentFile(as_file(rows, kind).encode(), name=name)
    new = Load.objects.create(
        kind=load.kind, file=name, upload=file, size=file.size, platform=load.platform,
        approximate=load.approximate, by=by, mends=load, origin=f"mended rejects of load {load.pk}",
    )  # fmt: skip
    enqueue_on_commit("loads.tasks.run_upload", new.pk)
    return new
