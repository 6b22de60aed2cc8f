"""What is there to look around, such as the sample: each app says what of its data is demo, and `remove` deletes it.

An app names its module on its AppConfig (`ProjectApp.demo`); the module has a tuple `REMOVED`, in the order in which
the rows have to go. This module is the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from famekeeda import shared
from famekeeda.apps import project_apps
from famekeeda.events.models import Event


class Busy(Exception):
    """Somebody is working on the demo data: its text says what, to people, and nothing has been removed."""


def delete_rows(rows: QuerySet[Any]) -> None:
    rows.delete()


@dataclass(frozen=True)
class Demo:
    """Rows that are demo. `find` finds them; `remove` deletes those found, or raises Busy. `campaigns` says whose
    campaigns they belong to: the events of those of which nothing else is left go too. `keep` is called when the rows
    are gone, and where there were none: what is left of the kind belongs to the team. `lock` is called before anything
    goes: it locks rows that people lock before those found, in the order in which people do. `leaves_by_itself` is True
    of what the first load of the team removes."""

    what: str
    find: Callable[[], QuerySet[Any]]
    remove: Callable[[QuerySet[Any]], object] = delete_rows
    campaigns: Callable[[QuerySet[Any]], Iterable[str]] = lambda rows: ()
    keep: Callable[[], object] = lambda: None
    lock: Callable[[], object] = lambda: None
    leaves_by_itself: bool = False


@dataclass(frozen=True)
class Count:
    what: str
    rows: int


def demo() -> list[Demo]:
    """What is demo in all apps, in the order of INSTALLED_APPS."""
    modules = [import_module(app.demo) for app in project_apps() if app.demo]
    return [entry for module in modules for entry in module.REMOVED]


def exists() -> bool:
    return any(entry.find().exists() for entry in demo())


def leaves_by_itself() -> bool:
    """Whether some of it goes with the first load of the team."""
    return any(entry.find().exists() for entry in demo() if entry.leaves_by_itself)


def count() -> list[Count]:
    """The rows that `remove` would delete; kinds of which there are none are left out."""
    counts = [Count(entry.what, entry.find().count()) for entry in demo()]
    return [found for found in counts if found.rows]


@transaction.atomic
def remove() -> list[Count]:
    """Deletes all that is demo, or nothing of it, and returns what went. Raises Busy."""
    went, campaigns = [], set()
    for entry in reversed(demo()):  # as in forgetting
        entry.lock()
    for entry in demo():
        rows = entry.find()
        number = rows.count()
        if number:
            campaigns |= set(entry.campaigns(rows)) - {""}
            entry.remove(rows)
            went.append(Count(entry.what, number))
        entry.keep()
    if events := remove_events(campaigns):
        went.append(Count("events of campaigns that were demo", events))
    return went


def remove_events(campaigns: set[str]) -> int:
    """Deletes the events of those campaigns of which no app knows anything any more. Events of a campaign that goes on
    stay: their sequence has no gaps. Counters stay, so that no reader who has the last number misses what comes."""
    gone = [each for each in campaigns if shared.campaign_facts(each) == shared.CampaignFacts()]
    events = Event.objects.filter(campaign_id__in=gone)
    number = events.count()
    events.delete()
    return number
