"""Query parameters and answers of the API of events."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from famekeeda.api import IdField, PageQuery, WholeNumberField
from famekeeda.events.types import event_types


class EventsQuery(PageQuery):
    """Without `after` the newest events come first."""

    campaignId = IdField(source="campaign_id", required=False, help_text="Events of this campaign alone")
    after = WholeNumberField(
        required=False, help_text="Events of the campaign with a greater sequence, the oldest first; 0 for all"
    )
    before = serializers.UUIDField(required=False, help_text="Events before the one with this id, the newest first")
    type = serializers.ChoiceField(
        [(each.name, each.title) for each in event_types().values()],
        required=False, help_text="Events of this type alone",
    )  # fmt: skip
    offset = None  # type: ignore[assignment]  # events come in between two requests

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if "after" in values and "campaign_id" not in values:
            raise serializers.ValidationError({"after": ["Needs campaignId: each campaign has a sequence of its own."]})
        if "after" in values and "before" in values:
            raise serializers.ValidationError({"before": ["Goes the other way than after; give one of the two."]})
        return values


class EventSerializer(serializers.Serializer):
    """`Told` as JSON."""

    id = serializers.UUIDField(source="event.id")
    type = serializers.CharField(source="event.type")
    version = serializers.IntegerField(source="event.version", help_text="Version of the shape of the data")
    campaignId = serializers.CharField(source="event.campaign_id", help_text="Empty for none")
    sequence = serializers.IntegerField(
        source="event.sequence", allow_null=True, help_text="1, 2, 3 and so on within the campaign; null without one"
    )
    at = serializers.DateTimeField(source="event.at")
    by = serializers.SerializerMethodField(help_text="Who did it; null where no user did")
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="As the event's type has it; null for what the user may not see"
    )
    title = serializers.CharField(help_text="What such an event is, for people")
    text = serializers.CharField(help_text="What happened, for people")

    def get_by(self, told: Any) -> str | None:
        return told.event.by.get_username() if told.event.by else None
