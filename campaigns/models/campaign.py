"""A campaign: what a team runs, for which brand, when, and for how much."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.text import slugify

from campaigns import event_types
from campaigns.models.money import amount_field, amounts_are_sound, currency_field
from campaigns.models.revised import Revised, in_json, wire_name
from campaigns.models.text_search import Grams, found_by_index
from campaigns.refusals import CampaignEnded, IdTaken, IdUnfit
from famekeeda import shared
from famekeeda.events.recording import recording
from famekeeda.folding import folded_field, typed
from famekeeda.ids import can_be_in_a_path

CONFIDENTIAL = ("budget", "media_budget", "currency")  # seen with the right campaigns.view_fee alone
MAX_SLUG = 40  # characters of an id that is made from a name
MAX_NUMBER = 9  # summer-9 is still readable; after it come random letters
READABLE = "23456789bcdfghjkmnpqrstvwxz"  # without letters that look alike, and without vowels, which make words
TOLD = (
    "name", "brand", "product", "goal", "platforms", "budget", "media_budget", "currency", "starts_on", "ends_on",
    "owner", "status",
)  # fmt: skip


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def running(self) -> CampaignQuerySet:
        """Campaigns that take new creators, deliverables and fees."""
        return self.filter(status__in=Campaign.RUNNING)

    def matching(self, text: str) -> CampaignQuerySet:
        """Campaigns with the text in name, brand or id, in any case and with any accents; all for an empty text."""
        return self.with_folded(folded) if (folded := typed(text)) else self.all()

    def with_folded(self, text: str) -> CampaignQuerySet:
        """As `matching`, for a text that is folded and not empty."""
        return self.filter(found_by_index("searched", text))

    def running_on(self, day: date) -> CampaignQuerySet:
        """Active campaigns that have begun by the day and not ended before it; one without days runs while active."""
        begun = Q(starts_on=None) | Q(starts_on__lte=day)
        return self.filter(begun, Q(ends_on=None) | Q(ends_on__gte=day), status=Campaign.Status.ACTIVE)

    def start(self, *, by: Any, id: str = "", **fields: Any) -> Campaign:
        """A new campaign. Without an `id` it gets a short one that is made from its name.

        Raises IdTaken where another campaign has the given id, and IdUnfit for one that no path can carry."""
        if id and not can_be_in_a_path(id):
            raise IdUnfit(id)
        with recording(by=by) as record:
            campaign = self._named(id, fields | {"created_by": user_or_none(by)})
            told = {wire_name(name): in_json(getattr(campaign, name)) for name in TOLD}
            known = {name: value for name, value in told.items() if value not in (None, "", [])}
            record(event_types.CAMPAIGN_CREATED, campaign.pk, known)
        return campaign

    def adopt(self, campaign_id: str, *, by: Any) -> Campaign:
        """A draft of what the other apps know about an id that they have seen.

        Raises IdTaken where the campaign is there already, and IdUnfit as `start` does."""
        facts = shared.campaign_facts(campaign_id)
        return self.start(
            by=by,
            id=campaign_id,
            name=facts.name or campaign_id,
            brand=facts.brand,
            product=facts.product,
            goal=facts.goal,
            platforms=list(facts.platforms),
        )

    def _named(self, id: str, fields: dict[str, Any]) -> Campaign:
        for candidate in [id] if id else self._free_ids(fields["name"]):
            try:
                with transaction.atomic():
                    return self.create(id=candidate, **fields)
            except IntegrityError:
                if not self.filter(pk=candidate).exists():
                    raise
        raise IdTaken(id)

    def _free_ids(self, name: str) -> Iterator[str]:
        """Ids made from the name that no campaign has, and that no other app has seen: `summer`, `summer-2`, …"""
        slug = slugify(name)[:MAX_SLUG].strip("-") or "campaign"
        numbered = (f"{slug}-{number}" for number in range(2, MAX_NUMBER + 1))
        lettered = (f"{slug}-{''.join(secrets.choice(READABLE) for _ in range(4))}" for _ in range(MAX_NUMBER))
        for candidate in chain([slug], numbered, lettered):
            is_seen = candidate in shared.campaign_ids(candidate, limit=1)  # of ids that begin so it comes first
            if not is_seen and not self.filter(pk=candidate).exists():
                yield candidate


class Campaign(Revised):
    """What a team runs. Its id is the plain string by which other systems name it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        ACTIVE = "active", "active"
        PAUSED = "paused", "paused"
        COMPLETED = "completed", "completed"
        CANCELLED = "cancelled", "cancelled"

    STATUSES_AFTER = {
        Status.DRAFT: (Status.ACTIVE, Status.CANCELLED),
        Status.ACTIVE: (Status.PAUSED, Status.COMPLETED, Status.CANCELLED),
        Status.PAUSED: (Status.ACTIVE, Status.COMPLETED, Status.CANCELLED),
        Status.COMPLETED: (),
        Status.CANCELLED: (),
    }
    RUNNING = (Status.DRAFT, Status.ACTIVE, Status.PAUSED)  # new creators, deliverables and fees are taken
    AWAITING = (*RUNNING, Status.COMPLETED)  # somebody waits for what creators still owe
    ENDED = (Status.COMPLETED, Status.CANCELLED)  # what was agreed is finished, and nothing new is

    id = models.TextField(primary_key=True, db_collation="C")
    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=100, blank=True)
    product = models.CharField(max_length=300, blank=True, help_text="What the posts are about")
    goal = models.CharField(max_length=500, blank=True, help_text="What the posts are to achieve")
    platforms = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    budget = amount_field("For the creators' fees")
    media_budget = amount_field("For ads")
    currency = currency_field("Of both budgets, such as EUR")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    is_sample = models.BooleanField(default=False, editable=False)
    searched = folded_field(Concat("name", Value("\n"), "brand", Value("\n"), "id", output_field=models.TextField()))

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(id="") & ~Q(name=""), name="campaign_is_named"),
            models.CheckConstraint(condition=amounts_are_sound("budget", "media_budget"), name="campaign_budget_sound"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "active", "paused", "completed", "cancelled"]),
                name="campaign_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-created_at"], name="campaign_by_status"),
            models.Index(fields=["name"], name="campaign_by_name"),
            GinIndex(Grams("searched"), name="campaign_grams"),
        ]
        default_permissions = ("view", "add", "change")  # a campaign that was a mistake is cancelled, not deleted
        permissions = [("view_fee", "Can see fees and budgets")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pages:campaign", args=[self.pk])

    def evidence(self) -> dict[str, Any]:
        """What a brief may rest on; no budgets."""
        names = ("name", "brand", "product", "goal", "platforms", "starts_on", "ends_on")
        said = {wire_name(name): in_json(getattr(self, name)) for name in names}
        return {name: value for name, value in said.items() if value}

    @property
    def statuses_after(self) -> tuple[Campaign.Status, ...]:
        return self.STATUSES_AFTER[Campaign.Status(self.status)]

    def as_it_stays(self) -> Campaign:
        """The campaign as it stands, and as it stays until the transaction ends: nobody ends it meanwhile. Others may
        ask the same at the same time, which Django's `select_for_update` does not let them."""
        query = "SELECT * FROM campaigns_campaign WHERE id = %s FOR SHARE"
        found: Campaign | None = next(iter(Campaign.objects.raw(query, [self.pk])), None)
        if found is None:
            raise Campaign.DoesNotExist
        return found

    def require_running(self, wanted: str) -> None:
        """Raises CampaignEnded where the campaign takes nothing new any more, of what is `wanted`: "new creators"."""
        campaign = self.as_it_stays()
        if campaign.status in self.ENDED:
            raise CampaignEnded(str(campaign), campaign.status, wanted)

    def change(self, *, by: Any, revision: int | None = None, **fields: Any) -> bool:
        """Stores the fields that differ; False, and nothing recorded, where none does.

        Raises Stale where the campaign stands at another `revision`, and NotAllowed for a status that does not follow
        from the present one."""
        with recording(by=by) as record:
            stored = self.locked(revision)
            if "status" in fields:
                stored.require_step(fields["status"], field="status", after=self.STATUSES_AFTER)
            changes = stored.assign(fields)
            if changes:
                stored.save()
                record(event_types.CAMPAIGN_UPDATED, stored.pk, {"name": stored.name} | event_types.told(changes))
        self.refresh_from_db()
        return bool(changes)


def user_or_none(by: Any) -> Any:
    """The user; None for nobody, and for the anonymous user."""
    return by if by is not None and by.pk is not None else None
