"""The types of events: each app registers its own, with a title, an example and a short text for people.

An app names a module on its AppConfig (`ProjectApp.event_types`); the module has a tuple `EVENT_TYPES`. Data that is
about a creator has the creator's id under the key `influencerId`: pages show the creator's name there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from string import Formatter
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.serializers.json import DjangoJSONEncoder

Data = Mapping[str, Any]
CREATOR = "influencerId"  # the key under which pages and `forget_creator` look for a creator's id


@dataclass(frozen=True, eq=False)
class EventType:
    """One type of event.

    `text` is a template in the manner of str.format, whose names are keys of the data (`"{name} was created"`), or a
    function from data to text. `many` is a template for several such events that were recorded together: its names are
    `count` and keys of the data (`"{count} creators are {after} now"`); events of which it says the same are told in
    one line. `example` is data with every key that such an event may have. `confidential` names keys of the data, each
    with the right that a user needs to see the value; for everybody else the value is None, and the text has to do
    without. `icon` is a name among Google's Material Symbols. `version` grows when the shape of the data changes.
    """

    name: str
    title: str
    text: str | Callable[[Data], str]
    example: Data
    version: int = 1
    confidential: Mapping[str, str] = field(default_factory=dict)
    icon: str = "history"
    many: str = ""

    def said(self, data: Data) -> str:
        """The text about an event with this data; the title if the data is not as the text needs it."""
        try:
            return self.rendered(data)
        except (LookupError, TypeError, ValueError, AttributeError):  # data of an earlier version, perhaps
            return self.title

    def said_of_many(self, count: int, data: Data) -> str:
        """The text about `count` events, of which this is the data of one."""
        try:
            return self.rendered_of_many(count, data) or f"{self.title}, {count:,} times"
        except LookupError:
            return f"{self.title}, {count:,} times"

    def rendered_of_many(self, count: int, data: Data) -> str:
        return Template().vformat(self.many, (), dict(data) | {"count": f"{count:,}"})

    def rendered(self, data: Data) -> str:
        return Template().vformat(self.text, (), data) if isinstance(self.text, str) else self.text(data)


class Template(Formatter):
    """str.format that writes a dash for a value that is missing or hidden."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return "–" if value is None or value == "" else str(super().format_field(value, format_spec))


@cache
def event_types() -> dict[str, EventType]:
    """Every type by its name, in the order of INSTALLED_APPS."""
    return {event_type.name: event_type for event_type in registered()}


def registered() -> list[EventType]:
    named = [getattr(app, "event_types", "") for app in apps.get_app_configs()]  # famekeeda.apps imports this module
    modules = [import_module(name) for name in named if name]
    return [event_type for module in modules for event_type in module.EVENT_TYPES]


def check_event_types(**_: Any) -> list[CheckMessage]:
    """An error for each type that has another's name, or whose example cannot be stored or told as text."""
    errors: list[CheckMessage] = []
    names: set[str] = set()
    for event_type in registered():
        problem = "has the name of another type" if event_type.name in names else what_is_wrong(event_type)
        names.add(event_type.name)
        if problem:
            errors.append(Error(f"The event type {event_type.name} {problem}.", id="famekeeda.E003"))
    return errors


def what_is_wrong(event_type: EventType) -> str:
    if not event_type.name.isidentifier():
        return "needs a name of letters, digits and underscores"
    if strange := event_type.confidential.keys() - event_type.example.keys():
        return f"hides {', '.join(sorted(strange))}, which its example does not have"
    if strange := {key for key in event_type.example if key.lower().startswith("influencer")} - {CREATOR}:
        return f"names a creator under {', '.join(sorted(strange))}, where nobody looks: the key is {CREATOR}"
    try:
        json.dumps(dict(event_type.example), cls=DjangoJSONEncoder, allow_nan=False)
        event_type.rendered(event_type.example)
        event_type.rendered(dict(event_type.example) | dict.fromkeys(event_type.confidential))
        event_type.rendered_of_many(2, event_type.example)
    except Exception as error:
        return f"cannot tell its example: {error!r}"
    return ""
