"""The catalogues that people keep up to date: platform rules, trends, personas, angles, model prices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from math import log
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import CombinedExpression, RawSQL
from django.db.models.functions import Greatest, Length, Ln, Now

from briefs.catalogues.matching import folded
from briefs.request import as_hashtag
from famekeeda.text import is_visible
from loads.models import Load

TREND_HALF_LIFE = timedelta(days=3)  # by then most trends have passed their peak
TREND_FRESHNESS = timedelta(days=1)  # for so long, a brief that rests on trends answers the same request again


def something_visible(text: str) -> None:
    if not is_visible(text):
        raise ValidationError("This holds nothing that can be seen.")


def unknown_platforms(platforms: Iterable[str]) -> list[str]:
    """What is wrong with the platforms that are not in the catalogue, a sentence each."""
    known = set(PlatformRule.objects.values_list("platform", flat=True))
    unknown = [platform for platform in platforms if platform.casefold() not in known]
    return [
        f"{platform} is no platform of the catalogue, which has {', '.join(sorted(known))}." for platform in unknown
    ]


class PlatformRule(models.Model):
    """What a platform accepts in a post, with the day and the source: platforms change, and sources disagree."""

    class Counting(models.TextChoices):
        CHARACTERS = "characters", "characters (Unicode code points)"
        UTF16 = "utf16", "UTF-16 units: most emoji count two"
        BYTES = "bytes", "UTF-8 bytes"
        WEIGHTED = "weighted", "X's weights: a link counts 23, CJK and emoji two"

    platform = models.SlugField(
        max_length=40,
        primary_key=True,
        validators=[RegexValidator(r"^[a-z0-9_-]+\Z", "Write it in small letters a to z, with digits, - and _.")],
        help_text="The name in the API, in small letters",
    )
    label = models.CharField(max_length=40, validators=[something_visible], help_text="The name that people read")
    counting = models.CharField(max_length=12, choices=Counting, default=Counting.CHARACTERS)
    caption_limit = models.PositiveIntegerField(help_text="Maximum length of a post's text, counted that way")
    seen_limit = models.PositiveIntegerField(help_text='How much of the text is seen before "more"')
    title_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="Maximum length of a title, where a post has one"
    )
    hashtag_limit = models.PositiveIntegerField(help_text="How many hashtags count, the disclosure included")
    hashtags_in_caption = models.BooleanField(
        default=True, help_text="Whether hashtags are part of the text and count towards its length"
    )
    observed_on = models.DateField(help_text="The day somebody looked this up")
    source = models.TextField(help_text="Where it was looked up")
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
    """A hashtag with its #, in small letters, however it was written."""

    def to_python(self, value: Any) -> Any:
        return value and as_hashtag(str(value).lower())

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))


class Topic(models.CharField):
    """A topic, folded as matching.py compares topics, so that the database can compare it."""

    def to_python(self, value: Any) -> Any:
        return value and folded(str(value))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))


def strength() -> CombinedExpression:
    """log2(score * 0.5 ** (age / TREND_HALF_LIFE)) without the current time, which adds the same to every trend.

    Without it the order of two trends never changes, and an index can keep the order.
    """
    score = Greatest(F("score"), Value(1e-9), output_field=models.FloatField())
    # Without a fixed zone the expression would depend on the session's, and could not be indexed.
    utc = "EXTRACT(EPOCH FROM %(expressions)s AT TIME ZONE 'UTC')"
    seconds = Func("observed_at", template=utc, output_field=models.FloatField())
    return Ln(score) / log(2) + seconds / TREND_HALF_LIFE.total_seconds()


def has_any(topics: set[str]) -> RawSQL:
    """Whether a trend has any of the topics.

    `= ANY` hashes the topics where `&&` compares pair by pair: with 25,000 trends of the platform, the longest possible
    request took 290 ms by `&&` and takes 28 ms.
    """
    known = "EXISTS (SELECT FROM unnest(briefs_trend.topics) AS topic WHERE topic = ANY(%s))"
    return RawSQL(known, [sorted(topics)], models.BooleanField())  # noqa: S611


class TrendQuerySet(models.QuerySet["Trend"]):
    def strongest(self, platform: str) -> TrendQuerySet:
        """The platform's trends by score and age, strongest first, without those observed in the future."""
        seen = self.filter(platform=platform, observed_at__lte=Now())
        return seen.annotate(strength=strength()).order_by(F("strength").desc(), "hashtag")

    def suiting(self, platform: str, topics: set[str], number: int) -> tuple[list[Trend], list[Trend]]:
        """At most `number` of the platform's trends, by one query: the strongest with any of the topics (folded, as
        `matching.topics_in` returns topics) and, if these are fewer than `number`, the strongest without."""
        strongest = self.strongest(platform)
        on_topic = strongest.filter(has_any(topics)).annotate(is_on_topic=Value(True))[:number]
        on_any_topic = strongest.annotate(is_on_topic=Value(False))[: 2 * number]  # may repeat those on topic
        rows: list[Any] = list(on_topic.union(on_any_topic, all=True).order_by(F("strength").desc(), "hashtag"))
        matching = [trend for trend in rows if trend.is_on_topic]
        others = [trend for trend in rows if trend not in matching]
        return matching, others[: number - len(matching)]


class Trend(models.Model):
    """A hashtag that was observed trending on a platform."""

    hashtag = Hashtag(max_length=100, help_text="With its #")
    platform = models.SlugField(max_length=40)
    topics = ArrayField(Topic(max_length=60), default=list, blank=True, help_text="What the hashtag is about")
    score = models.FloatField(help_text="Strength by the source's own measure; compared within a platform")
    observed_at = models.DateTimeField()
    is_starter = models.BooleanField(default=False, editable=False, help_text="Came with Fame Keeda")
    # The load that left the trend as it stands; empty once somebody has changed the trend by hand.
    load = models.ForeignKey(Load, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

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

    def clean(self) -> None:
        if self.platform and (wrong := unknown_platforms([self.platform])):
            raise ValidationError({"platform": wrong})


class Entry(models.Model):
    """An entry of a catalogue from which a tool selects by the words of the request."""

    name = models.CharField(max_length=100, unique=True, validators=[something_visible])
    description = models.TextField(max_length=500, validators=[something_visible])
    keywords = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Words in a request that speak for this entry",
    )
    platforms = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Where this entry works best; empty: anywhere",
    )
    is_active = models.BooleanField(default=True, help_text="Whether briefs may use it")
    is_starter = models.BooleanField(default=False, editable=False, help_text="Came with Fame Keeda")

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if wrong := unknown_platforms(self.platforms or []):
            raise ValidationError({"platforms": wrong})


class Persona(Entry):
    """Whom a post speaks to."""


class Angle(Entry):
    """How a post approaches its product."""


class ModelPriceQuerySet(models.QuerySet["ModelPrice"]):
    def cost(self, model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
        """US dollars; None where the model's price is unknown. A dated snapshot costs what its model costs."""
        snapshot = re.sub(r"-20\d\d-\d\d-\d\d$", "", model)
        price = self.filter(model__in=[model, snapshot]).order_by(Length("model")).last()
        if price is None:
            return None
        return (price.input_per_million * prompt_tokens + price.output_per_million * completion_tokens) / 1_000_000


class ModelPrice(models.Model):
    """A model's price on the day it was looked up. Of a model without a row the price is unknown, not zero."""

    model = models.CharField(max_length=100, primary_key=True, validators=[something_visible])
    input_per_million = models.DecimalField(max_digits=10, decimal_places=4, help_text="US dollars")
    output_per_million = models.DecimalField(max_digits=10, decimal_places=4, help_text="US dollars")
    observed_on = models.DateField(help_text="The day somebody looked this up")
    source = models.TextField()

    objects = ModelPriceQuerySet.as_manager()

    class Meta:
        ordering = ["model"]
        constraints = [
            models.CheckConstraint(
                condition=Q(input_per_million__gte=0, output_per_million__gte=0),
                name="modelprice_not_negative",
                violation_error_message="A price is zero or more US dollars.",
            ),
        ]

    def __str__(self) -> str:
        return self.model
