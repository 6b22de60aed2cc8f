"""Brings a CSV of trends into the catalogue: bad lines are set aside with a reason, older observations do not win."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from briefs.catalogues import PlatformRule, Trend
from briefs.matching import folded
from briefs.request import as_hashtag
from loads.columns import Header, normalised, parse_header
from loads.judge import broken_text, printable
from loads.sources import Source, Unreadable

REQUIRED = ("hashtag", "platform", "score")
OPTIONAL = ("topics", "observedAt")
BATCH = 2_000
REJECTS_KEPT = 100
MOST_TOPICS = 50
LONGEST_HASHTAG, LONGEST_TOPIC = 100, 60
EARLIEST_YEAR = 2000
CLOCKS_DIFFER = timedelta(minutes=5)
NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
LOADS_OF_TRENDS = 0x7E4D  # an advisory lock: two loads at once would each miss what the other inserts


class Rejection(NamedTuple):
    line: int
    reason: str


@dataclass
class Summary:
    """What became of a file. Every row is inserted, updated, unchanged or rejected."""

    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: list[Rejection] = field(default_factory=list)  # the first REJECTS_KEPT
    ignored: list[str] = field(default_factory=list)  # columns

    def reject(self, rejection: Rejection) -> None:
        self.rejected += 1
        if len(self.rejects) < REJECTS_KEPT:
            self.rejects.append(rejection)


def load(source: Source, *, check: bool = False, on_progress: Callable[[Summary], None] | None = None) -> Summary:
    """Inserts and updates the file's trends, all in one transaction; with `check` it is undone.

    Raises `Unreadable` where nothing could be read: no file, no header, no good row. Memory stays flat."""
    summary = Summary()
    with source, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADS_OF_TRENDS])
        numbered = enumerate(chain.from_iterable(source.blocks()), start=1)
        judge = Judge(source, numbered, summary)
        batch: list[Trend] = []
        for line, text in numbered:
            if not text.strip():
                continue
            summary.rows += 1
            verdict = judge.judge(line, text)
            if isinstance(verdict, Rejection):
                summary.reject(verdict)
            else:
                batch.append(verdict)
            if len(batch) == BATCH:
                absorb(batch, summary)
                batch.clear()
            if on_progress and summary.rows % BATCH == 0:
                on_progress(summary)
        absorb(batch, summary)
        if summary.rejected == summary.rows:
            first = "; the first: line {}: {}".format(*summary.rejects[0]) if summary.rejects else ""
            raise Unreadable(f"{source.name} has no good row among {summary.rows:,}{first}")
        transaction.set_rollback(check)
    return summary


def absorb(batch: list[Trend], summary: Summary) -> None:
    """As if one row came after the other: of two about one hashtag, the later observation stays."""
    platforms, hashtags = {trend.platform for trend in batch}, {trend.hashtag for trend in batch}
    stored = Trend.objects.filter(platform__in=platforms, hashtag__in=hashtags).select_for_update()
    known = {(trend.platform, trend.hashtag): trend for trend in stored}
    changed: dict[tuple[str, str], Trend] = {}
    for trend in batch:
        key = trend.platform, trend.hashtag
        before = known.get(key)
        if before is None:
            summary.inserted += 1
        elif is_news(trend, before):
            summary.updated += 1
        else:
            summary.unchanged += 1
            continue
        known[key] = changed[key] = trend
    Trend.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["platform", "hashtag"],
        update_fields=["topics", "score", "observed_at", "is_starter"],
    )


def is_news(trend: Trend, before: Trend) -> bool:
    """A starter was never observed, so any observation is later."""
    if before.is_starter:
        return True
    same = (trend.topics, trend.score, trend.observed_at) == (before.topics, before.score, before.observed_at)
    return trend.observed_at >= before.observed_at and not same


class Judge:
    """Knows the layout of one file, and turns its lines into trends or rejections.

    Takes the header off the lines; raises `Unreadable` where there is none or a column is missing."""

    def __init__(self, source: Source, numbered: Iterator[tuple[int, str]], summary: Summary):
        self.header = next((parse_header(text) for _, text in numbered if text.strip()), Header([], ",", 1))
        theirs = [normalised(name) for name in self.header.names]
        self.columns = {
            name: theirs.index(normalised(name)) for name in REQUIRED + OPTIONAL if normalised(name) in theirs
        }
        missing = [name for name in REQUIRED if name not in self.columns]
        if missing:
            found = ", ".join(self.header.names) or "nothing"
            raise Unreadable(
                f"{source.name}: no column for {', '.join(missing)}; found {printable(found[:200])};"
                f" expected {', '.join(REQUIRED)} (and, if you like, {', '.join(OPTIONAL)})"
            )
        summary.ignored = [name for at, name in enumerate(self.header.names) if at not in self.columns.values()]
        self.now = timezone.now()
        self.platforms = {
            name.casefold(): key
            for key, label in PlatformRule.objects.values_list("pk", "label")
            for name in (key, label)
        }

    def judge(self, line: int, text: str) -> Trend | Rejection:
        try:
            return self.trend(self.cells(text))
        except ValueError as reason:
            return Rejection(line, str(reason))

    def cells(self, text: str) -> dict[str, str]:
        """Our columns and what stands in them; raises ValueError with the reason why not."""
        if broken := broken_text(text):
            raise ValueError(broken)
        try:
            cells = next(csv.reader([text.rstrip("\r")], delimiter=self.header.delimiter, strict=True))
        except csv.Error:
            raise ValueError("a quote stands where it must not, or is not closed") from None
        if len(cells) != len(self.header.names):
            problem = "too few" if len(cells) < len(self.header.names) else "too many"
            raise ValueError(f"{problem} columns: {len(cells)} instead of {len(self.header.names)}")
        return {name: cells[at].strip() for name, at in self.columns.items()}

    def trend(self, cells: dict[str, str]) -> Trend:
        return Trend(
            hashtag=hashtag(cells["hashtag"]),
            platform=self.platform(cells["platform"]),
            topics=topics(cells.get("topics", "")),
            score=score(cells["score"]),
            observed_at=self.observed_at(cells.get("observedAt", "")),
        )

    def platform(self, text: str) -> str:
        if not text:
            raise ValueError("platform is missing")
        if text.casefold() not in self.platforms:
            known = ", ".join(sorted(set(self.platforms.values()))) or "none"
            raise ValueError(f"platform {text[:40]!r} is unknown; known: {known}")
        return self.platforms[text.casefold()]

    def observed_at(self, text: str) -> datetime:
        if not text:
            return self.now
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"observedAt {text[:40]!r} is not like 2026-11-20T18:30:00Z") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if moment.year < EARLIEST_YEAR:
            raise ValueError(f"observedAt is before {EARLIEST_YEAR}")
        if moment > self.now + CLOCKS_DIFFER:
            raise ValueError("observedAt is in the future")
        return min(moment, self.now)


def hashtag(text: str) -> str:
    if not text:
        raise ValueError("hashtag is missing")
    tag = as_hashtag(text.lower())
    if not any(char.isalpha() for char in tag):
        raise ValueError("hashtag has no letter")
    if len(tag) > LONGEST_HASHTAG:
        raise ValueError(f"hashtag is longer than {LONGEST_HASHTAG} characters")
    return tag


def topics(text: str) -> list[str]:
    """Folded as they are compared, each once."""
    found = list(dict.fromkeys(filter(None, map(folded, re.split(r"[;|]", text)))))
    if len(found) > MOST_TOPICS:
        raise ValueError(f"more than {MOST_TOPICS} topics")
    if any(len(topic) > LONGEST_TOPIC for topic in found):
        raise ValueError(f"a topic is longer than {LONGEST_TOPIC} characters")
    return found


def score(text: str) -> float:
    if not text:
        raise ValueError("score is missing")
    if text.startswith("-"):
        raise ValueError("score is negative")
    if not NUMBER.fullmatch(text):
        raise ValueError("score is not a number such as 12.5")
    return float(text)
