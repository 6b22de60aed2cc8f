"""What people keep up to date for briefs: platforms' rules, trends, personas, angles, what models cost."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


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


class Trend(models.Model):
    """A hashtag that was seen trending on a platform."""

    hashtag = models.CharField(max_length=100, help_text="With its #")
    platform = models.SlugField(max_length=40)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="What it is about")
    score = models.FloatField(help_text="How strong, by the source's own measure; compared within a platform")
    observed_at = models.DateTimeField()
    is_starter = models.BooleanField(default=False, editable=False, help_text="Came with Fame Keeda")

    class Meta:
        ordering = ["platform", "-score"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "hashtag"], name="trend_key"),
            models.CheckConstraint(condition=Q(hashtag__startswith="#"), name="trend_hashtag_begins_with_hash"),
            models.CheckConstraint(condition=Q(score__gte=0), name="trend_score_not_negative"),
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


class ModelPrice(models.Model):
    """What a model costs, as its seller said on a day. A model without a row has an unknown price, not none."""

    model = models.CharField(max_length=100, primary_key=True)
    input_per_million = models.DecimalField(max_digits=10, decimal_places=4, help_text="US dollars")
    output_per_million = models.DecimalField(max_digits=10, decimal_places=4, help_text="US dollars")
    observed_on = models.DateField(help_text="The day this was looked up")
    source = models.TextField()

    class Meta:
        ordering = ["model"]

    def __str__(self) -> str:
        return self.model
