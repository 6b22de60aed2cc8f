"""Records events in the transaction of the change: both are committed, or neither is.

    with recording(by=user) as record:
        campaign.save()
        record(CAMPAIGN_CREATED, campaign.id, {"name": campaign.name})

Events are stored when the outermost block ends. The counters of their campaigns are taken then, by one statement and in
the order of the campaigns' ids, so that writers wait for each other as late as possible and never in a circle. Code
that changes several campaigns in one transaction of its own therefore opens one block around all changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.module_loading import import_string

from famekeeda.apps import project_apps
from famekeeda.events.types import EventType, event_types
from famekeeda.postgresql.prepared import prepared_cursor

# `counted.sequence` already includes this batch; its first number is `sequence - count(*) + 1`. `clock_timestamp` is
# read once the counters are held, so that no event of a campaign is earlier than the one before.
STORE = """
WITH given AS (
    SELECT type, version, campaign_id COLLATE "C" AS campaign_id, by_id, data::jsonb AS data, position
      FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::bigint[], %s::text[])
      WITH ORDINALITY AS events (type, version, campaign_id, by_id, data, position)
), counted AS (
    INSERT INTO famekeeda_eventcounter AS counter (campaign_id, sequence)
    SELECT campaign_id, count(*) FROM given WHERE campaign_id <> '' GROUP BY campaign_id ORDER BY campaign_id
    ON CONFLICT (campaign_id) DO UPDATE SET sequence = counter.sequence + excluded.sequence
    RETURNING campaign_id, sequence
)
INSERT INTO famekeeda_event (type, version, campaign_id, sequence, at, by_id, batch, data)
SELECT type, version, campaign_id,
       sequence - count(*) OVER of_campaign + row_number() OVER (of_campaign ORDER BY position),
       clock_timestamp(), by_id, %s, data
  FROM given LEFT JOIN counted USING (campaign_id)
WINDOW of_campaign AS (PARTITION BY campaign_id)
 ORDER BY position
"""


@dataclass(frozen=True)
class NewEvent:
    """An event that is about to be stored. `by` is the user who caused it, or None. Raises RuntimeError for keys of the
    data that the type's example does not have: nobody would know of them, or hide what is confidential."""

    type: EventType
    campaign_id: str
    data: Mapping[str, Any]
    by: Any = None

    def __post_init__(self) -> None:
        if strange := self.data.keys() - self.type.example.keys():
            raise RuntimeError(f"{self.type.name} says {', '.join(sorted(strange))}, which its example does not have")


@dataclass
class Record:
    """Notes what happened; called with the type, the campaign's id ("" for none) and the data."""

    by: Any
    events: list[NewEvent] = field(default_factory=list)
    is_open: bool = True

    def __call__(self, event_type: EventType, campaign_id: str = "", data: Mapping[str, Any] | None = None) -> None:
        """Raises RuntimeError once the block has ended, for a type that no app has registered, and for keys of the data
        that the type's example does not have."""
        if not self.is_open:
            raise RuntimeError(f"{event_type.name} was recorded after its block of recording() had ended")
        if event_types().get(event_type.name) is not event_type:
            raise RuntimeError(f"{event_type.name} is in no app's EVENT_TYPES")
        self.events.append(NewEvent(event_type, campaign_id, dict(data or {}), self.by))


_outer: ContextVar[Record | None] = ContextVar("outer", default=None)


@contextmanager
def recording(by: Any = None) -> Iterator[Record]:
    """A transaction that stores the events recorded in it when it ends. A block within a block joins the outer one; if
    it raises, its events and changes go, and those of the outer block stay. `by` is the user; an inner block that names
    none has the outer's."""
    outer = _outer.get()
    record = Record(by if getattr(by, "pk", None) else outer and outer.by)
    token = _outer.set(record)
    try:
        with transaction.atomic():
            yield record
            if outer is None:
                react(record)
                store_now(record.events)
        if outer is not None:
            outer.events += record.events
    finally:
        _outer.reset(token)
        record.is_open = False


def react(record: Record) -> None:
    """Calls the apps' reactions to each event, also to those that reactions record."""
    for event in record.events:  # which grows while it is read
        for app in project_apps():
            if reaction := app.reactions.get(event.type.name):
                import_string(reaction)(event)


def store_now(events: Sequence[NewEvent]) -> None:
    """Stores events at the end of the transaction of Django's connection."""
    if events:
        with prepared_cursor() as cursor:
            store(cursor, events)
        transaction.on_commit(wake, robust=True)


def store(cursor: Any, events: Sequence[NewEvent]) -> None:
    """Stores events by one statement in the cursor's transaction, which should commit at once: until then nobody else
    can record an event of the same campaigns. Whoever commits a connection of its own calls `wake` afterwards."""
    cursor.execute(
        STORE,
        [
            [event.type.name for event in events],
            [event.type.version for event in events],
            [event.campaign_id for event in events],
            [event.by and event.by.pk for event in events],
            [json.dumps(event.data, cls=DjangoJSONEncoder, allow_nan=False) for event in events],
            uuid4(),
        ],
    )


def wake() -> None:
    """Tells the apps that events were committed."""
    for app in project_apps():
        if app.woken_by_events:
            import_string(app.woken_by_events)()
