"""What people keep up to date for briefs: platforms' rules, trends, personas, angles, what models cost."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from math import log
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import CombinedExpression, RawSQL
from django.db.models.functions import Greatest, Length, Ln, Now

from briefs.matching import folded
from briefs.request import as_hashtag

# Half as strong after three days: by then most trends have passed their peak.
HALF_LIFE = timedelta(days=3)

TRENDS_STAY_FRESH = timedelta(days=1)  # for as long a brief that rests on them may answer again


class PlatformRule(models.Model):
    """What a platform accepts in a post, as it was found on a day: platforms change, and sources disagree."""

    class Counting(models.TextChoices):
        CHARACTERS = "characters", "characters (Unicode code points)"
        UTF16 = "utf16", "UTF-16 units: most emoji count two"
        BYTES = "bytes", "UTF-8 bytes"
        WEIGHTED = "weighted", "X's weights: a link counts 23, CJK and emoji two"

    platform = models.SlugField(max_length=40, primary_key=True, help_text="Small letters, as the API compares it")
    label = models.CharField(max_length=40, help_text="As people write it")
    counting = models.CharField(max_length=12, choices=Counting, default=Counting.CHARACTERS)
    caption_limit = models.PositiveIntegerField(help_text="The longest text of a post, counted that way")
    seen_limit = models.PositiveIntegerField(help_text='What is seen of it before "more"')
    title_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Longest title, where a post has one")
    hashtag_limit = models.PositiveIntegerField(help_text="The most hashtags that count, the disclosure's included")
    hashtags_in_caption = models.BooleanField(default=True, help_text="Hashtags are part of the text, and counted")
    observed_on = models.DateField(help_text="The day this was looked up")
    source = models.TextField(help_text="Where")
    is_starter = models.BooleanField(default=False, editable=False, help_text="Came with Fame Keeda")

    class Meta:
        ordering = ["platform"]
        constraints = [
            models.CheckConstraint(condition=Q(caption_limit__gte=100), name="platformrule_caption_has_room"),
            models.CheckConstraint(condition=Q(seen_limit__gte=20), name="platformrule_disclosure_can_be_seen"),
            models.CheckConstraint(condition=Q(hashtag_limit__gte=1), name="platformrule_disclosure_fits"),
        ]

    def __str__(self) -> str:
        return self.label


class Hashtag(models.CharField):
    """A hashtag with its #, in small letters: written in any other way, it is still the same row."""

    def to_python(self, value: Any) -> Any:
        return value and as_hashtag(str(value).lower())

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))


class Topic(models.CharField):
    """A topic as it is compared (matching.py), so that the database can compare it."""

    def to_python(self, value: Any) -> Any:
        return value and folded(str(value))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))


def strength() -> CombinedExpression:
    """log2(score * 0.5 ** (age / HALF_LIFE)), less what is the same for every row at any one moment.

    Comparing therefore takes no clock, and an index can keep the order."""
    score = Greatest(F("score"), Value(1e-9), output_field=models.FloatField())
    utc = "EXTRACT(EPOCH FROM %(expressions)s AT TIME ZONE 'UTC')"  # else it depends on the session: no index
    seconds = Func("observed_at", template=utc, output_field=models.FloatField())
    return Ln(score) / log(2) + seconds / HALF_LIFE.total_seconds()


def has_any(topics: set[str]) -> RawSQL:
    """A row's topics looked up among these. PostgreSQL hashes what `= ANY` compares with, and compares `&&` pair by
    pair: a long request took 290 ms of a platform's 25,000 trends, and takes 28, which is the most."""
    known = "EXISTS (SELECT FROM unnest(briefs_trend.topics) AS topic WHERE topic = ANY(%s))"
    return RawSQL(known, [sorted(topics)], models.BooleanField())  # noqa: S611


class TrendQuerySet(models.QuerySet["Trend"]):
    def strongest(self, platform: str) -> TrendQuerySet:
        """The platform's, by score and by how long ago that was. What is dated in the future has to wait for it."""
        seen = self.filter(platform=platform, observed_at__lte=Now())
        return seen.annotate(strength=strength()).order_by(F("strength").desc(), "hashtag")

    def suiting(self, platform: str, topics: set[str], number: int) -> tuple[list[Trend], list[Trend]]:
        """So many of the platform's in one query, the strongest first: those with any of the topics (which are as
        `matching.topics_in` returns them), and those that fill up where these are fewer."""
        strongest = self.strongest(platform)
        with_topic = strongest.filter(has_any(topics)).annotate(is_about=Value(True))[:number]
        any_topic = strongest.annotate(is_about=Value(False))[: 2 * number]  # those with one may be among them
        rows: list[Any] = list(with_topic.union(any_topic, all=True).order_by(F("strength").desc(), "hashtag"))
        about = [trend for trend in rows if trend.is_about]
        others = [trend for trend in rows if trend not in about]
        return about, others[: number - len(about)]


class Trend(models.Model):
    """A hashtag that was seen trending on a platform."""

    hashtag = Hashtag(max_length=100, help_text="With its #")
    platform = models.SlugField(max_length=40)
    topics = ArrayField(Topic(max_length=60), default=list, blank=True, help_text="What it is about")
    score = models.FloatField(help_text="How strong, by the source's own measure; compared within a platform")
    observed_at = models.DateTimeField()
    is_starter = models.BooleanField(default=False, editable=False, help_text="Came with Fame Keeda")

    objects = TrendQuerySet.as_manager()

    class Meta:
        ordering = ["platform", "-score"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "hashtag"], name="trend_key"),
            models.CheckConstraint(condition=Q(hashtag__startswith="#"), name="trend_hashtag_begins_with_hash"),
            models.CheckConstraint(condition=Q(score__gte=0), name="trend_score_not_negative"),
        ]
        indexes = [
            models.Index("platform", strength().desc(), "hashtag", name="trend_by_strength"),
        ]

    def __str__(self) -> str:
        return f"{self.hashtag} on {self.platform}"


class Entry(models.Model):
    """An entry of a catalogue that a tool chooses from by the words of the request."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(max_length=500)
    keywords = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, help_text="Words in a request that speak for it"
    )
    platforms = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Where it works best; empty: anywhere"
    )
    is_active = models.BooleanField(default=True, help_text="Whether briefs may choose it")
    is_starter = models.BooleanField(default=False, editable=False, help_text="Came with Fame Keeda")

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Persona(Entry):
    """Whom a brief speaks to."""


class Angle(Entry):
    """How a brief approaches its product."""


class ModelPriceQuerySet(models.QuerySet["ModelPrice"]):
    def cost(self, model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
        """US dollars; None where the model's price is unknown. A dated snapshot costs what its model does."""
        snapshot = re.sub(r"-20\d\d-\d\d-\d\d$", "", model)
        price = self.filter(model__in=[model, snapshot]).order_by(Length("model")).last()
        if price is None:
            return None
        return (price.input_per_million * prompt_tokens + price.output_per_million * completion_tokens) / 1_000_000


class ModelPrice(models.Model):
    """What a model costs, as its seller said on a day. A model without a row has an unknown price, not none."""

    model = models.CharField(max_length=100, primary_key=True)
    input_per_million = models.DecimalField(max_digits=10, decimal_places=4, help_text="US dollars")
    output_per_million = models.DecimalField(max_digits=10, decimal_places=4, help_text="US dollars")
    observed_on = models.DateField(help_text="The day this was looked up")
    source = models.TextField()

    objects = ModelPriceQuerySet.as_manager()

    class Meta:
        ordering = ["model"]

    def __str__(self) -> str:
        return self.model
