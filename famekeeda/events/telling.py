"""What a reader is told of events: creators by name, and no confidential value without the right to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from famekeeda.accounts.access import may
from famekeeda.events.models import Event
from famekeeda.events.types import EventType, event_types
from famekeeda.shared import called, creator_names


@dataclass(frozen=True)
class Told:
    """An event as one reader sees it."""

    event: Event
    data: dict[str, Any]
    title: str
    text: str
    icon: str


def tell(events: Iterable[Event], user: Any) -> list[Told]:
    """The events as the user sees them. The names of all creators are asked for at once."""
    events = list(events)
    names = creator_names({creator_of(event.data) for event in events})
    return [tell_one(event, user, names) for event in events]


def creator_of(data: dict[str, Any]) -> str:
    creator = data.get("influencerId")
    return creator if isinstance(creator, str) else ""


def tell_one(event: Event, user: Any, names: dict[str, Any]) -> Told:
    event_type = event_types().get(event.type)
    if event_type is None:  # its app is not installed any more, so that nobody knows what is confidential
        return Told(event, {}, event.type, event.type, "history")
    data = visible(event_type, event.data, user)
    named = data | {"influencerId": called(creator, names)} if (creator := creator_of(data)) else data
    return Told(event, data, event_type.title, event_type.said(named), event_type.icon)


def visible(event_type: EventType, data: dict[str, Any], user: Any) -> dict[str, Any]:
    """The data, with None for each confidential value that the user has no right to see."""
    hidden = {key for key, right in event_type.confidential.items() if key in data and not may(user, right)}
    return data | dict.fromkeys(hidden)


def together(told: list[Told]) -> str:
    """One text for events that were recorded together and are `alike`."""
    if len(told) == 1:
        return told[0].text
    return event_types()[told[0].event.type].said_of_many(len(told), told[0].data)


def alike(told: Told) -> str:
    """The same text for all events that one text can tell together."""
    event_type = event_types().get(told.event.type)
    return event_type.said_of_many(0, told.data) if event_type else str(told.event.pk)
