"""What the API of rankings and loads asks for, and what it answers."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from famekeeda.api import PageQuery, WholeNumberField
from performance.etl.transform import LONGEST_ID, MOST
from performance.models import SHRINKAGE_VIEWS, Load, Reject

# What the loader refuses in an id. Its first and last character are no space either.
REFUSED = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd"
ID = rf"^[^\s{REFUSED}]([^{REFUSED}]*[^\s{REFUSED}])?\Z"


class IdField(serializers.RegexField):
    """An id as the loader lets it into the table; whatever else is asked for cannot be there."""

    default_error_messages = {"invalid": "May not hold control characters, nor begin or end with a space."}

    def __init__(self, **options: Any) -> None:
        super().__init__(ID, max_length=LONGEST_ID, trim_whitespace=False, **options)


class TopPerformersQuery(PageQuery):
    campaignId = IdField(source="campaign_id", help_text="The campaign whose creators are ranked")
    platform = IdField(required=False, allow_blank=True, help_text="Only this platform; empty: where none was named")
    minViews = WholeNumberField(
        source="min_views", required=False, max_value=MOST, help_text="Leave out creators with fewer views"
    )
    rank = serializers.ChoiceField(
        ["rate", "adjusted"],
        default="rate",
        help_text=f"By engagement rate, or by it shrunk towards the campaign's as by {SHRINKAGE_VIEWS:,} more views",
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
        # PostgreSQL answered these fields, of these types and in this order: asking each field again only takes time.
        return dict(zip(self._declared_fields, row, strict=True))


class AdjustedPerformerSerializer(TopPerformerSerializer):
    adjustedRate = serializers.FloatField(required=False, help_text="Only with rank=adjusted, in per cent")


class UploadSerializer(serializers.Serializer):
    """The fields of an upload form; one that is unknown or given twice is refused rather than ignored."""

    file = serializers.FileField(help_text="The export: CSV, plain or gzipped")
    platform = IdField(allow_blank=True, default="", help_text="Platform of rows that name none")
    check = serializers.BooleanField(source="check_only", default=False, help_text="Do everything, then undo it")
    maxRejects = serializers.RegexField(
        r"^([0-9]{1,12}|[0-9]{1,3}(\.[0-9]{1,6})?%)\Z", source="max_rejects", allow_blank=True, default="",
        help_text="Give up, changing nothing, at more rejects than this share (5%) or number",
        error_messages={"invalid": "Must be a share such as 5%% or a number such as 20."},
    )  # fmt: skip

    def to_internal_value(self, data: Any) -> Any:
        errors = {}
        for name, several in data.lists() if isinstance(data, QueryDict) else ():  # a request without a body is a dict
            if name not in self.fields and name != "csrfmiddlewaretoken":
                errors[name] = ["There is no such field."]
            elif len(several) > 1:
                errors[name] = ["May be given only once."]
        if errors:
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


class LoadSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(Load.State.choices, source="status")
    phase = serializers.CharField()
    progress = serializers.FloatField(allow_null=True, help_text="Share of the file read, 0 to 1; null while unknown")
    seconds = serializers.FloatField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    check = serializers.BooleanField(source="check_only", help_text="Everything was done, then undone")
    maxRejects = serializers.CharField(source="max_rejects")
    isSample = serializers.BooleanField(source="is_sample")
    by = serializers.CharField(source="who")
    createdAt = serializers.DateTimeField(source="created_at")
    startedAt = serializers.DateTimeField(source="started_at", allow_null=True)
    finishedAt = serializers.DateTimeField(source="finished_at", allow_null=True)
    rejects = serializers.HyperlinkedIdentityField(view_name="api:load-rejects")

    class Meta:
        model = Load
        fields = (
            "id", "file", "state", "phase", "progress",
            "rows", "inserted", "updated", "lowered", "unchanged", "merged", "rejected",
            "platform", "check", "maxRejects", "isSample", "sha256", "size", "seconds", "error", "notes",
            "by", "createdAt", "startedAt", "finishedAt", "rejects",
        )  # fmt: skip
        read_only_fields = fields


class RejectSerializer(serializers.ModelSerializer):
    class Meta:
        model = Reject
        fields = ("line", "raw", "reason")
        read_only_fields = fields
