"""Writes a load's rejects as a CSV that loads again once it is mended."""

from __future__ import annotations

from collections.abc import Iterator

from famekeeda.csv_safety import csv_lines
from loads.kinds import kind_named
from loads.models import Load


def as_csv(load: Load) -> Iterator[str]:
    """Our columns as they were found, then line, reason and the row as it stood; loading ignores the last three.

    A cell is empty where the row could not be read that far. Memory stays flat however many rejects there are."""
    header = [column.name for column in kind_named(load.kind).columns]
    rows = load.rejects.values_list("cells", "line", "reason", "raw").iterator(chunk_size=2_000)
    yield from csv_lines([(*header, "line", "reason", "row")])
    yield from csv_lines(
        (*(cells.get(column, "") for column in header), line, reason, raw) for cells, line, reason, raw in rows
    )
