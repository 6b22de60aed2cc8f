"""Writes a load's rejects as a CSV that loads again once it is mended."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count

from famekeeda.csv_safety import csv_lines
from loads.kinds import Kind, kind_named
from loads.models import Load

CHUNK_ROWS = 2_000
MAX_LISTED_REASONS = 20


class Row(NamedTuple):
    """A row of the file. Rows stand in the order of `line`, and a companion before the rejects that it accompanies."""

    line: int
    is_rejected: bool
    cells: dict[str, str]
    reason: str
    raw: str


def as_csv(load: Load) -> Iterator[str]:
    """Our columns as they were found, then line, reason and the row as it stood; loading ignores the last three.

    A cell is empty where the row could not be read that far. Good rows with the key of a rejected row stand in the file
    too, added up: the mended file is whole, and replaces rightly. Memory stays flat however many rejects there are."""
    kind = kind_named(load.kind)
    header = [column.name for column in kind.columns]
    yield from csv_lines([(*header, "line", "reason", "row")])
    for row in heapq.merge(companions(load), rejected(load, kind), key=lambda row: (row.line, row.is_rejected)):
        cells = with_platform(load, row.cells)
        yield from csv_lines(
            [(*(cells.get(column, "") for column in header), row.line if row.is_rejected else "", row.reason, row.raw)]
        )


def companions(load: Load) -> Iterator[Row]:
    found = load.companions.order_by("line", "id").values_list("line", "cells", "rows")
    for line, cells, rows in found.iterator(chunk_size=CHUNK_ROWS):
        good = "good: a row" if rows == 1 else f"good: {rows:,} rows added up"
        yield Row(line, False, cells, f"{good}, with the ids of line {line}; leave this line in", "")


def rejected(load: Load, kind: Kind) -> Iterator[Row]:
    required = [column.name for column in kind.columns if column.is_required and column.name in kind.key]
    for reject in load.rejects.select_related("mended_in").order_by("line", "id").iterator(chunk_size=CHUNK_ROWS):
        cells, reason = reject.cells, reject.reason
        if reject.mended_by:
            yield Row(reject.line, True, reject.mended or {}, f"good: mended by load {reject.mended_by}", reject.raw)
            continue
        unknown = [name for name in required if not cells.get(name, "").strip()]
        if unknown:
            reason += f"; without {' and '.join(unknown)} the good rows that belong to it are not in this file"
        yield Row(reject.line, True, cells, reason, reject.raw)


def with_platform(load: Load, cells: dict[str, str]) -> dict[str, str]:
    """The cells, with the platform of the load where a row of its kind names none."""
    if not kind_named(load.kind).takes_platform or cells.get("platform", "").strip():
        return cells
    return cells | {"platform": load.platform}


def reasons(load: Load) -> list[tuple[str, int]]:
    """The reasons of the load's rejects that are not mended, the most frequent first, each with its count."""

    def count() -> list[tuple[str, int]]:
        counted = load.rejects.unmended().order_by().values_list("reason").annotate(count=Count("*"))
        return list(counted.order_by("-count", "reason")[:MAX_LISTED_REASONS])

    return cache.get_or_set(_reasons_key(load), count) or []


def forget_reasons(load: Load) -> None:
    """To be called by whatever changes the rejects of a finished load."""
    cache.delete(_reasons_key(load))


def _reasons_key(load: Load) -> str:
    return f"reasons:{load.pk}:{load.finished_at}"
