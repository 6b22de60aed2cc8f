"""Query parameters and answers of the ranking API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from famekeeda.api import IdField, PageQuery, WholeNumberField
from famekeeda.ids import PLATFORMS
from performance.judge import MAX_COUNT
from performance.models import SHRINKAGE_VIEWS

ONLY_PLATFORM = f"Only this platform, as files name it: {PLATFORMS}, …; empty: where none was named"


class TopPerformersQuery(PageQuery):
    campaignId = IdField(source="campaign_id", help_text="The campaign whose creators are ranked")
    platform = IdField(required=False, allow_blank=True, help_text=ONLY_PLATFORM)
    minViews = WholeNumberField(
        source="min_views", required=False, max_value=MAX_COUNT, help_text="Leave out creators with fewer views"
    )
    rank = serializers.ChoiceField(
        ["rate", "adjusted"],
        default="rate",
        help_text="By engagement rate, or by the rate adjusted towards the campaign's own"
        f" as by {SHRINKAGE_VIEWS:,} more views",
    )


class TopPerformerSerializer(serializers.Serializer):
    campaignId = serializers.CharField()
    influencerId = serializers.CharField()
    platform = serializers.CharField(allow_blank=True)
    engagementRate = serializers.FloatField(help_text="(likes + comments + shares) / views * 100, in per cent")
    views = serializers.IntegerField()
    likes = serializers.IntegerField()
    comments = serializers.IntegerField()
    shares = serializers.IntegerField()

    def to_representation(self, row: tuple[Any, ...]) -> dict[str, Any]:
        # PostgreSQL returns these fields with these types in this order: no field has to convert it. Converting
        # ten rows would add 0.35 ms of CPU to a request's 0.8 ms.
        return dict(zip(self._declared_fields, row, strict=True))


class AdjustedPerformerSerializer(TopPerformerSerializer):
    adjustedRate = serializers.FloatField(required=False, help_text="Only with rank=adjusted, in per cent")
