"""What the apps tell each other, so that none has to import another: names, facts, figures, evidence, search.

An app names a module on its AppConfig (`ProjectApp.shared`). That module may define any of the functions

    campaign_ids(text, limit, after) -> list[Seen]        campaign_names(campaign_ids) -> dict[str, str]
    campaign_facts(campaign_id) -> CampaignFacts | None   creator_names(influencer_ids) -> dict[str, CreatorName]
    creator_figures(campaign_id, influencer_ids) -> dict[str, Figures]
    creator_columns(request, campaign_id, influencer_ids) -> list[Column]
    creator_ids(text, limit) -> list[str]                 creator_handles(influencer_id) -> list[str]
    brief_evidence(campaign_id, influencer_id) -> dict    search(request, text, limit) -> list[Found]
    platforms() -> dict[str, str]                         real_campaigns(campaign_ids) -> list[str]

and the function of the same name here asks all apps, in the order of INSTALLED_APPS, and makes one answer of theirs.
Ids are other systems' strings: an app answers for those it knows and leaves the others out. A page asks once for all
of its creators, never once for each. Functions without a request answer to code that has checked the reader's rights;
functions with one check the rights to what they show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import date
from importlib import import_module
from typing import Any, TypeVar

from django.utils.safestring import SafeString

from famekeeda.apps import project_apps
from famekeeda.ids import PLATFORMS

T = TypeVar("T")

# Cache: function → id → answer (None: nobody knows the id). The cache is None unless remembering_names() is active.
_names: ContextVar[dict[str, dict[str, Any]] | None] = ContextVar("names", default=None)

MAX_CREATORS_IN_FACTS = 1_000  # of one app


@dataclass(frozen=True)
class Seen:
    """A campaign id that an app holds something of; `where` says what, for people: "12 results"."""

    campaign_id: str
    where: str


@dataclass(frozen=True)
class CampaignFacts:
    """What is known of a campaign; empty where nothing is. `platforms` are in small letters, the most important first;
    `creators` are ids."""

    name: str = ""
    brand: str = ""
    product: str = ""
    goal: str = ""
    platforms: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class CreatorName:
    """How people call a creator. `handle` is without "@". `platforms` are those where the creator has an account, in
    small letters, the one with most followers first; `language` is empty where it is not known."""

    name: str = ""
    handle: str = ""
    platforms: tuple[str, ...] = ()
    language: str = ""

    @property
    def at(self) -> str:
        """The handle with its sign: @ana.silva; empty without one."""
        return f"@{self.handle}" if self.handle else ""


@dataclass(frozen=True)
class Figures:
    """A creator's counters in one campaign, added up over platforms; `platform` is the one with most views."""

    views: int
    engagements: int
    platform: str = ""

    @property
    def rate(self) -> float:
        """Engagements in per cent of views."""
        return self.engagements / self.views * 100 if self.views else 0.0


@dataclass(frozen=True)
class Column:
    """A column for a table of creators: text or safe HTML by influencer id, and nothing for ids left out."""

    title: str
    cells: Mapping[str, SafeString | str]


@dataclass(frozen=True)
class Found:
    """A result of a search: a line with a link. Results of one `kind` stand together under it ("Campaigns")."""

    kind: str
    title: str
    url: str
    detail: str = ""


def answers(function: str, *args: Any) -> list[Any]:
    """What each app's function of this name returns."""
    modules = [import_module(app.shared) for app in project_apps() if app.shared]
    return [getattr(module, function)(*args) for module in modules if hasattr(module, function)]


def campaign_ids(text: str = "", limit: int = 50, after: str = "") -> dict[str, list[Seen]]:
    """The first `limit` campaign ids that begin with the text and come after the id `after`, each with where it was
    seen. Ids are in the order of their code points, in the answer of each app too."""
    seen: dict[str, list[Seen]] = {}
    for answer in answers("campaign_ids", text, limit, after):
        for each in answer:
            seen.setdefault(each.campaign_id, []).append(each)
    return dict(sorted(seen.items())[:limit])


def campaign_names(campaign_ids: Iterable[str]) -> dict[str, str]:
    """Names of those campaigns that have one."""
    return names_of("campaign_names", set(campaign_ids) - {""})


def real_campaigns(campaign_ids: Iterable[str]) -> set[str]:
    """Those of the ids that are campaigns of the team: not those of the sample, and not ids without a campaign."""
    ids = sorted(set(campaign_ids) - {""})
    return {campaign for answer in answers("real_campaigns", ids) for campaign in answer} if ids else set()


def campaign_facts(campaign_id: str) -> CampaignFacts:
    """What the apps know of the campaign together: of each fact the first that is known, and the creators of all apps.

    For forms that are filled in beforehand; a page that only needs the name asks `campaign_names`."""
    known = [facts for facts in answers("campaign_facts", campaign_id) if facts]
    merged = {field.name: first(getattr(facts, field.name) for facts in known) for field in fields(CampaignFacts)}
    creators = dict.fromkeys(creator for facts in known for creator in facts.creators)
    given = {name: value for name, value in merged.items() if value}
    return CampaignFacts(**given | {"creators": tuple(creators)})


def creator_ids(text: str, limit: int) -> list[str]:
    """Ids of creators that begin with the text, also of those without a name: at most `limit`, in the order of their
    code points. Called on every keystroke: an app may return an incomplete list rather than run a slow query."""
    found = {creator for answer in answers("creator_ids", text, limit) for creator in answer}
    return sorted(found)[:limit]


def creator_handles(influencer_id: str) -> list[str]:
    """All handles that the creator is known to have, without "@"."""
    return sorted({handle for answer in answers("creator_handles", influencer_id) for handle in answer} - {""})


def creator_names(influencer_ids: Iterable[str]) -> dict[str, CreatorName]:
    """Names of those creators that have one."""
    return names_of("creator_names", set(influencer_ids) - {""})


@contextmanager
def remembering_names() -> Iterator[None]:
    """Within the block each name is asked for once: the panels of one page show many of the same creators."""
    token = _names.set({})
    try:
        yield
    finally:
        _names.reset(token)


def names_of(function: str, ids: set[str]) -> dict[str, Any]:
    remembered = _names.get()
    if remembered is None:
        return first_known(function, ids)
    known = remembered.setdefault(function, {})
    unknown = ids - known.keys()
    known |= dict.fromkeys(unknown) | first_known(function, unknown)
    return {each: known[each] for each in ids if known[each] is not None}


def called(influencer_id: str, names: Mapping[str, CreatorName]) -> str:
    """What people read for the id: the creator's name, or the handle, or the id itself."""
    known = names.get(influencer_id, CreatorName())
    return known.name or known.at or influencer_id


def creator_figures(campaign_id: str, influencer_ids: Iterable[str]) -> dict[str, Figures]:
    """Figures of those creators that have results in the campaign."""
    return first_known("creator_figures", set(influencer_ids), campaign_id)


def creator_columns(request: Any, campaign_id: str, influencer_ids: Collection[str]) -> list[Column]:
    """What the apps add to a table of the campaign's creators, as far as the request's user may see it."""
    return [column for answer in answers("creator_columns", request, campaign_id, influencer_ids) for column in answer]


def brief_evidence(campaign_id: str, influencer_id: str) -> dict[str, Any]:
    """What a brief rests on beside results, by name: JSON-able, and the same as long as nothing has changed, for
    it is part of the key under which a written brief answers again. Either id may be empty.

    It goes to a language model and stays in the brief's steps, where a creator who is forgotten is found by id alone:
    an app says neither the name, handle and contact of a creator nor any fee."""
    merged: dict[str, Any] = {}
    for answer in answers("brief_evidence", campaign_id, influencer_id):
        merged = answer | merged
    return merged


def platforms() -> dict[str, str]:
    """The platforms that an app keeps a catalogue of: the name for people, by the key that results and briefs have.
    Without a catalogue those of PLATFORMS."""
    merged: dict[str, str] = {}
    for answer in answers("platforms"):
        merged = answer | merged
    return merged or {platform: platform for platform in PLATFORMS.split(", ")}


def search(request: Any, text: str, limit: int = 8) -> list[Found]:
    """What the request's user may see of what fits the text: at most `limit` results of each kind of each app."""
    return [found for answer in answers("search", request, text, limit) for found in answer]


def first_known(function: str, ids: set[str], *args: Any) -> dict[str, Any]:
    """By id, what the first app that knows the id says. An app's function gets `args` and a sorted list of ids."""
    merged: dict[str, Any] = {}
    if ids:
        for answer in answers(function, *args, sorted(ids)):
            merged = answer | merged
    return merged


def first(values: Iterable[T]) -> T | None:
    """The first value that is not empty."""
    return next((value for value in values if value), None)
