"""Forgets a creator: each app says what it holds of creators, and `forget` takes it out and says what went.

An app names its module on its AppConfig (`ProjectApp.forgetting`); the module has a tuple `HELD`. This module is the
frame, and that of famekeeda itself, which keeps events, the admin's history of changes and answers of the API.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Literal

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from famekeeda import shared
from famekeeda.apps import project_apps
from famekeeda.events.models import Event
from famekeeda.keeping.mention import FORGOTTEN, Mention
from famekeeda.models import KeptAnswer

NOTE = (
    "A later load of a file that names the creator brings the creator back. Backups, and logs outside of this "
    "database, keep what they hold."
)


def delete_rows(rows: QuerySet[Any], mention: Mention) -> None:
    rows.delete()


@dataclass(frozen=True)
class Held:
    """Rows of a model that hold something of a creator. `find` finds them; `forget` deletes or redacts those found."""

    what: str
    model: type[Model]
    how: Literal["deleted", "redacted"]
    find: Callable[[Mention], QuerySet[Any]]
    forget: Callable[[QuerySet[Any], Mention], object] = delete_rows
    is_slow: bool = False  # whether `find` reads files: a page that only asks leaves such rows out
    # Called before anything goes: locks rows that people lock before those found, in the order in which people do.
    lock: Callable[[Mention], object] = lambda mention: None


def mentions(what: str, model: type[Any], fields: tuple[str, ...]) -> Held:
    """Rows whose text or JSON fields mention the creator: each mention is taken out, the rows stay."""
    return Held(
        what,
        model,
        "redacted",
        lambda mention: mention.find(model.objects.all(), fields),
        lambda rows, mention: mention.redact(rows, fields),
    )


@dataclass(frozen=True)
class Count:
    what: str
    how: str
    rows: int


@dataclass(frozen=True)
class Evidence:
    """What went, what still mentions the creator (rows that somebody is working on), and which files could not be
    searched."""

    creator: str
    forgotten_at: str
    by: str
    went: list[Count]
    remains: list[Count]
    unsearched: list[str]
    note: str = NOTE

    def as_json(self) -> dict[str, Any]:
        fields = asdict(self)
        return {"creator": self.creator, "forgottenAt": fields.pop("forgotten_at"), **fields}


def held() -> list[Held]:
    """What all apps hold of creators, in the order of INSTALLED_APPS."""
    modules = [import_module(app.forgetting) for app in project_apps() if app.forgetting]
    return [entry for module in modules for entry in module.HELD]


def mention_of(influencer_id: str) -> Mention:
    """The creator's id and handles, which are asked for before the profile that has them goes."""
    return Mention(influencer_id, shared.creator_handles(influencer_id))


def count(influencer_id: str, *, with_slow: bool = True) -> list[Count]:
    """The rows that `forget` would delete or redact, by what they are; those of which there are none are left out."""
    mention, entries = mention_of(influencer_id), [entry for entry in held() if with_slow or not entry.is_slow]
    counts = [Count(entry.what, entry.how, entry.find(mention).count()) for entry in entries]
    return [found for found in counts if found.rows]


@transaction.atomic
def forget(influencer_id: str, *, by: str) -> Evidence:
    """Takes everything out that the apps hold of the creator, all of it or nothing."""
    mention, went = mention_of(influencer_id), []
    for entry in reversed(held()):  # a brief that is approved changes a creator's part, which stands before it
        entry.lock(mention)
    for entry in held():
        rows = entry.find(mention)
        number = rows.count()
        if number:
            entry.forget(rows, mention)
            went.append((entry, number))
    remains = {entry.what: entry.find(mention).count() for entry, _ in went}
    return Evidence(
        creator=influencer_id,
        forgotten_at=timezone.now().isoformat(timespec="seconds"),
        by=by,
        went=[Count(entry.what, entry.how, number - remains[entry.what]) for entry, number in went],
        remains=[Count(what, "left", number) for what, number in remains.items() if number],
        unsearched=sorted(mention.unsearched),
    )


def strip(events: QuerySet[Event], mention: Mention) -> None:
    """Leaves of events about the creator that they happened, and numbers: posts, codes and notes lead to a person."""
    for event in events.iterator(chunk_size=500):
        numbers = {key: value for key, value in event.data.items() if isinstance(value, int)}
        Event.objects.filter(pk=event.pk).update(data=numbers | {"influencerId": FORGOTTEN})


HELD = (
    mentions("lines of the admin's history", LogEntry, ("object_repr", "change_message")),
    Held(
        "events about the creator",
        Event,
        "redacted",
        lambda mention: Event.objects.filter(data__influencerId=mention.influencer_id),
        strip,
    ),
    mentions("other events", Event, ("data",)),
    # Without its answer a POST that is repeated has its effect again: a redacted answer would be another one.
    Held(
        "answers to repeat",
        KeptAnswer,
        "deleted",
        lambda mention: mention.find(KeptAnswer.objects.all(), ("path", "headers", "body")),
    ),
)
