"""The timeline of a campaign: its events, newest first, and one line for what was done to many at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from famekeeda.events.models import Event
from famekeeda.events.telling import Told, alike, tell, together

MAX_LINES = 50
MAX_LISTED = 20  # events of one line that are told one by one
READ_FIRST, MAX_READ = 60, 600  # events; what was done to more creators at once takes several lines


@dataclass(frozen=True)
class Line:
    """An event, or those recorded together that one text can tell, in this order."""

    told: list[Told]
    text: str

    @property
    def event(self) -> Event:
        return self.told[0].event

    @property
    def listed(self) -> list[Told]:
        return self.told[:MAX_LISTED] if len(self.told) > 1 else []

    @property
    def unlisted(self) -> int:
        return len(self.told) - len(self.listed) if self.listed else 0


@dataclass(frozen=True)
class Timeline:
    """Lines from the newest to the oldest. `older` is the sequence before which the next page begins; None on the last
    page."""

    lines: list[Line]
    older: int | None


def timeline(campaign_id: str, user: Any, *, before: int | None = None) -> Timeline:
    """A page of the campaign's timeline: the newest, or the one before this sequence. Takes two queries for the events
    at most, and one for the names of creators."""
    events = Event.objects.of(campaign_id).select_related("by")
    if before is not None:
        events = events.filter(sequence__lt=before)
    read = list(events[:READ_FIRST])
    is_all = len(read) < READ_FIRST
    if not is_all and len(batches(read)) < MAX_LINES:
        read += events.filter(sequence__lt=read[-1].sequence)[: MAX_READ - READ_FIRST]
        is_all = len(read) < MAX_READ
    found = batches(read)
    # Of the last one some events may not have been read.
    shown = found[:MAX_LINES] if is_all or len(found) == 1 else found[:-1][:MAX_LINES]
    is_last = is_all and len(shown) == len(found)
    told = tell([event for batch in shown for event in batch], user)
    return Timeline(lines(told), None if is_last else shown[-1][-1].sequence)


def batches(events: list[Event]) -> list[list[Event]]:
    """Events that were recorded together stand together: their numbers were taken at once."""
    return [list(batch) for _, batch in groupby(events, lambda event: event.batch)]


def lines(told: list[Told]) -> list[Line]:
    by_line: dict[Any, list[Told]] = {}
    for each in told:
        by_line.setdefault((each.event.batch, each.event.type, alike(each)), []).append(each)
    return [Line(several[::-1], together(several)) for several in by_line.values()]
