"""An event, which says what happened, and the counter that numbers the events of a campaign."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now

from famekeeda.ids import MAX_ID_CHARACTERS


class UUIDv7(Func):
    """A new id, which is greater than the ids made before."""

    function = "uuidv7"
    arity = 0
    output_field: Any = models.UUIDField()


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, campaign_id: str) -> EventQuerySet:
        """The campaign's events, newest first."""
        return self.filter(campaign_id=campaign_id, sequence__isnull=False).order_by("-sequence")


class Event(models.Model):
    """What happened, when, and who did it. `famekeeda.events.recording` stores events; nothing changes them afterwards
    but that a creator is forgotten."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    type = models.CharField(max_length=60, help_text="Name of one of the types in famekeeda.events.types")
    version = models.PositiveSmallIntegerField(help_text="Version of the shape of the data")
    campaign_id = models.CharField(max_length=MAX_ID_CHARACTERS, db_collation="C", blank=True)
    sequence = models.BigIntegerField(null=True, help_text="Number within the campaign: 1, 2, 3 and so on")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    batch = models.UUIDField(help_text="The same for all events that were recorded together")
    data = models.JSONField()

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["type", "-id"], name="event_by_type")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "sequence"],
                condition=Q(sequence__isnull=False),
                name="event_sequence_of_campaign",
            ),
            models.CheckConstraint(
                condition=Q(campaign_id="", sequence__isnull=True) | (~Q(campaign_id="") & Q(sequence__gte=1)),
                name="event_has_sequence_in_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.campaign_id} {self.sequence or ''}".strip()


class EventCounter(models.Model):
    """The sequence of a campaign's newest event. The row outlives events that are pruned, so that no number comes
    again; whoever records an event of the campaign holds the row until the commit, so that no number is left out."""

    campaign_id = models.CharField(max_length=MAX_ID_CHARACTERS, db_collation="C", primary_key=True)
    sequence = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.sequence}"
