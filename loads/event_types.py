"""The events of loads: a load has brought its rows in, or ended without. Checks change nothing and say nothing."""

from __future__ import annotations

from famekeeda.events.types import Data, EventType
from famekeeda.words import counted


def finished(data: Data) -> str:
    said = f"{data['file']}: {counted(data['rows'], 'row')} read"
    parts = [f"{data[name]:,} {name}" for name in ("inserted", "updated", "rejected") if data[name]]
    return ", ".join([said, *parts])


EXAMPLE = {
    "loadId": 12,
    "kind": "performance",
    "file": "spring.csv",
    "rows": 1200,
    "inserted": 1100,
    "updated": 90,
    "rejected": 10,
    "error": "",
}
NO_HEADER = EXAMPLE | {
    "rows": 0,
    "inserted": 0,
    "updated": 0,
    "rejected": 0,
    "error": "spring.csv has a header and no rows",
}

LOAD_FINISHED = EventType("LoadFinished", "A file was loaded", finished, EXAMPLE, icon="database")
LOAD_FAILED = EventType("LoadFailed", "A load failed or was cancelled", "{file}: {error}", NO_HEADER, icon="error")
EVENT_TYPES = (LOAD_FINISHED, LOAD_FAILED)
