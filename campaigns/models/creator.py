"""A creator's profile: who stands behind an id, where they post, what they usually ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from campaigns.models.money import amount_field, amounts_are_sound, currency_field
from campaigns.models.revised import Revised
from famekeeda.shared import CreatorName


class CreatorQuerySet(models.QuerySet["Creator"]):
    def names(self, influencer_ids: Iterable[str]) -> dict[str, CreatorName]:
        """What people call those of the creators that have a profile, in one query. The handle is that of the account
        with most followers."""
        accounts = self.filter(pk__in=list(influencer_ids)).order_by(F("accounts__followers").desc(nulls_last=True))
        known: dict[str, CreatorName] = {}
        for pk, name, language, platform, handle in accounts.values_list(
            "pk", "name", "language", "accounts__platform", "accounts__handle"
        ):
            before = known.get(pk, CreatorName(name, "", (), language))
            platforms = (*before.platforms, platform) if platform else before.platforms
            known[pk] = CreatorName(name, before.handle or handle or "", platforms, language)
        return known

    def ids_matching(self, text: str, *, limit: int) -> list[str]:
        """Ids of creators with the text in their name, a handle or the id."""
        parts = Q(pk__icontains=text) | Q(name__icontains=text) | Q(accounts__handle__icontains=text)
        return list(self.filter(parts).order_by("pk").distinct().values_list("pk", flat=True)[:limit])


class Creator(Revised):
    """The profile of a creator, by the id that other systems use. Campaigns name creators who have none."""

    influencer_id = models.TextField(primary_key=True, db_collation="C")
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator("^[A-Z]{2}$", "Must be the two letters of a country, such as DE.")],
        help_text="Two letters (ISO 3166), such as DE",
    )
    language = models.CharField(max_length=35, blank=True, help_text="Such as en, de or pt-BR")
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="E-mail address or phone number")
    manager = models.CharField(max_length=200, blank=True, help_text="Who negotiates for the creator")
    usual_fee = amount_field()
    currency = currency_field("Of the usual fee, such as EUR")
    note = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects = CreatorQuerySet.as_manager()

    class Meta:
        ordering = ["influencer_id"]
        default_permissions = ("view", "add", "change")  # forgetting a creator is a right of its own
        constraints = [
            models.CheckConstraint(condition=~Q(influencer_id=""), name="creator_has_id"),
            models.CheckConstraint(condition=amounts_are_sound("usual_fee"), name="creator_fee_sound"),
        ]

    def __str__(self) -> str:
        return self.name or self.influencer_id

    def get_absolute_url(self) -> str:
        return reverse("pages:creator", args=[self.pk])

    def evidence(self) -> dict[str, Any]:
        """What a brief may rest on; not who the creator is."""
        followers = {account.platform: account.followers for account in self.accounts.all() if account.followers}
        said = {"country": self.country, "language": self.language, "topics": self.topics, "followers": followers}
        return {name: value for name, value in said.items() if value}


class Account(models.Model):
    """Where a creator posts: a handle on a platform, and how many follow it."""

    creator = models.ForeignKey(Creator, models.CASCADE, related_name="accounts")
    platform = models.CharField(max_length=40)
    handle = models.CharField(max_length=100, blank=True, help_text="Without @")
    followers = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["platform"]
        default_permissions = ()  # accounts are changed with the creator
        constraints = [
            models.UniqueConstraint(fields=["creator", "platform"], name="account_per_platform"),
            models.CheckConstraint(
                condition=Q(followers=None) | Q(followers__gte=0), name="account_followers_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle} on {self.platform}" if self.handle else self.platform
