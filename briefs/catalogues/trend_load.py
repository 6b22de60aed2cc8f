"""The kind of load "trends": a list of hashtags that were seen trending fills the catalogue of trends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from briefs.catalogues.matching import folded
from briefs.catalogues.models import PlatformRule, Trend
from briefs.request import as_hashtag
from loads.columns import Column, Columns, Header
from loads.judge import Judge
from loads.kinds import Kind, StagedLoad
from loads.models import Load
from loads.numbers import NOT_WHOLE, read_number

MAX_TOPICS = 50
MAX_HASHTAG_CHARACTERS, MAX_TOPIC_CHARACTERS = 100, 60
EARLIEST_YEAR = 2000
MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")

COLUMNS: Columns = (
    Column("hashtag", "hashtag", "with or without its #", ("hashtag", "tag")),
    Column("platform", "platform", "one of the platforms in the catalogue", ("platform", "network", "channel")),
    Column("score", "score", "how strong it is, by the source's own measure", ("score", "strength", "volume")),
    Column(
        "topics", "topics", "if you like: what it is about, with ; between", ("topic", "categor"), is_required=False
    ),
    Column(
        "observedAt", "observed_at", "if you like: when it was seen; else now", ("observed", "date"), is_required=False
    ),
)

STAGING = """
CREATE TEMP TABLE incoming (
    hashtag text, platform text, topics text[] DEFAULT '{}', score double precision,
    observed_at timestamptz DEFAULT now(), line bigint
) ON COMMIT DROP
"""

# Compares the rows about a hashtag in the order of their lines, after the trend in the table. A row is news unless an
# earlier row or that trend has a later observation, or the last row that was not outdated says the same. A starter was
# never observed, so any row about it is news.
NEWS = """
CREATE TEMP TABLE news ON COMMIT DROP AS
WITH observations AS (
    SELECT platform, hashtag, topics, score, observed_at, line FROM incoming
    UNION ALL
    SELECT platform, hashtag, topics, score, observed_at, 0
      FROM briefs_trend WHERE NOT is_starter AND (platform, hashtag) IN (SELECT platform, hashtag FROM incoming)
), latest AS (
    SELECT *, observed_at >= COALESCE(max(observed_at) OVER earlier, '-infinity') AS is_latest
      FROM observations
    WINDOW earlier AS (PARTITION BY platform, hashtag ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), compared AS (
    SELECT *, (topics, score, observed_at) IS DISTINCT FROM
              (lag(topics) OVER before, lag(score) OVER before, lag(observed_at) OVER before) AS is_different
      FROM latest WHERE is_latest
    WINDOW before AS (PARTITION BY platform, hashtag ORDER BY line)
)
SELECT platform, hashtag, topics, score, observed_at, line FROM compared WHERE is_different AND line > 0
"""
COUNTS = """
SELECT (SELECT count(*) FROM news),
       (SELECT count(*) FROM (SELECT DISTINCT platform, hashtag FROM incoming) AS seen
         WHERE (platform, hashtag) NOT IN (SELECT platform, hashtag FROM briefs_trend))
"""
LATEST_NEWS = """
COPY (SELECT DISTINCT ON (platform, hashtag) platform, hashtag, topics, score, observed_at
        FROM news ORDER BY platform, hashtag, line DESC) TO STDOUT
"""
CHANGED = """
CREATE TEMP TABLE changed (platform text, hashtag text, topics text[], score double precision, observed_at timestamptz)
ON COMMIT DROP
"""
UPSERT = """
INSERT INTO briefs_trend (platform, hashtag, topics, score, observed_at, is_starter, load_id)
SELECT platform, hashtag, topics, score, observed_at, false, %s FROM changed
    ON CONFLICT (platform, hashtag) DO UPDATE
   SET topics = excluded.topics, score = excluded.score, observed_at = excluded.observed_at, is_starter = false,
       load_id = excluded.load_id
"""


class TrendJudge(Judge):
    """Judges the rows of a list of trends."""

    def __init__(
        self, columns: Columns, header: Header, at: dict[str, int], *, reads_approximate: bool = False
    ) -> None:
        super().__init__(columns, header, at, reads_approximate=reads_approximate)
        self.now = timezone.now()
        self.platforms = {
            name.casefold(): key
            for key, label in PlatformRule.objects.values_list("pk", "label")
            for name in (key, label)
        }
        self.readers: dict[str, Callable[[str], str]] = {
            "hashtag": hashtag,
            "platform": self.platform,
            "topics": topics,
            "score": self.score,
            "observedAt": self.observed_at,
        }

    def read_row(self, cells: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        values, complaints = {}, []
        for name, read in self.readers.items():
            if name in cells:
                try:
                    values[name] = read(cells[name])
                except ValueError as complaint:
                    complaints.append(str(complaint))
        return values, complaints

    def platform(self, text: str) -> str:
        if not text:
            raise ValueError("platform is missing")
        if text.casefold() not in self.platforms:
            known = ", ".join(sorted(set(self.platforms.values()))) or "none"
            raise ValueError(f"platform {text[:40]!r} is unknown; known: {known}")
        return self.platforms[text.casefold()]

    def score(self, text: str) -> str:
        """A score may have decimals, so a point never separates digit groups: 309.212 is a little more than 309."""
        if text.startswith("-"):
            raise ValueError("score is negative")
        if NUMBER.fullmatch(text):
            return repr(float(text))
        try:
            number = read_number(text, self.reads_approximate)
        except ValueError as complaint:
            what = "not a number such as 12.5" if str(complaint) == NOT_WHOLE else complaint
            raise ValueError(f"score is {what}") from None
        self.approximate_numbers += number.is_approximate
        return repr(float(number.digits))

    def observed_at(self, text: str) -> str:
        if not text:
            return self.now.isoformat()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"observedAt {text[:40]!r} is not like 2026-11-20T18:30:00Z") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if moment.year < EARLIEST_YEAR:
            raise ValueError(f"observedAt is before {EARLIEST_YEAR}")
        if moment > self.now + MAX_CLOCK_DIFFERENCE:
            raise ValueError("observedAt is in the future")
        return min(moment, self.now).astimezone(UTC).isoformat()  # PostgreSQL refuses some offsets that Python reads


def hashtag(text: str) -> str:
    if not text:
        raise ValueError("hashtag is missing")
    tag = as_hashtag(text.lower())
    if not any(char.isalpha() for char in tag):
        raise ValueError("hashtag has no letter")
    if len(tag) > MAX_HASHTAG_CHARACTERS:
        raise ValueError(f"hashtag is longer than {MAX_HASHTAG_CHARACTERS} characters")
    return tag


def topics(text: str) -> str:
    """The topics as PostgreSQL writes an array: folded as topics are compared, each once."""
    found = list(dict.fromkeys(filter(None, map(folded, re.split(r"[;|]", text)))))
    if len(found) > MAX_TOPICS:
        raise ValueError(f"more than {MAX_TOPICS} topics")
    if any(len(topic) > MAX_TOPIC_CHARACTERS for topic in found):
        raise ValueError(f"a topic is longer than {MAX_TOPIC_CHARACTERS} characters")
    return "{" + ",".join(f'"{topic}"' for topic in found) + "}"


class TrendKind(Kind):
    name = "trends"
    title = "Trends"
    noun = "trend"
    about = (
        "A line per hashtag and platform.",
        "Of two lines about one hashtag the later observation stays; an older observation never replaces a newer one.",
    )
    columns = COLUMNS
    judge = TrendJudge
    staging = STAGING
    permission = "briefs.add_trend"

    def merge(self, run: StagedLoad) -> None:
        """Upserts what is news; the load's own order decides between rows about one hashtag."""
        load = run.load
        run.lock_table("briefs_trend")
        run.scratch.execute(NEWS)
        run.scratch.execute(COUNTS)
        news, load.inserted = run.scratch.fetchone()
        load.updated = news - load.inserted
        load.unchanged = load.rows - load.rejected - news
        run.target.execute(CHANGED)
        with run.scratch.copy(LATEST_NEWS) as latest, run.target.copy("COPY changed FROM STDIN") as copy:
            for block in latest:
                copy.write(block)
        run.target.execute(UPSERT, [load.pk])

    def left_by(self, load: Load) -> QuerySet[Trend]:
        return Trend.objects.filter(load=load)
