"""Upload fields and answers of the API of loads."""

from __future__ import annotations

from rest_framework import serializers

from famekeeda.api import IdField, StrictSerializer
from loads.kinds import default_kind, kinds
from loads.models import Load, Reject


class UploadSerializer(StrictSerializer):
    """The fields of an upload form."""

    file = serializers.FileField(help_text="The export: CSV, plain or gzipped")
    kind = serializers.ChoiceField(
        [(kind.name, kind.title) for kind in kinds().values()], default=default_kind(), help_text="What its rows are"
    )
    platform = IdField(allow_blank=True, default="", help_text="Platform of rows that name none")
    check = serializers.BooleanField(
        source="check_only", default=False, help_text="Dry run: validates, merges, rolls back"
    )
    maxRejects = serializers.RegexField(
        r"^([0-9]{1,12}|[0-9]{1,3}(\.[0-9]{1,6})?%)\Z", source="max_rejects", allow_blank=True, default="",
        help_text="Give up, changing nothing, at more rejects than this share (5%) or number",
        error_messages={"invalid": "Must be a share such as 5%% or a number such as 20."},
    )  # fmt: skip


class LoadSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(Load.State.choices, source="status")
    phase = serializers.CharField()
    progress = serializers.FloatField(allow_null=True, help_text="Share of the file read, 0 to 1; null while unknown")
    seconds = serializers.FloatField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    check = serializers.BooleanField(source="check_only", help_text="A dry run: nothing was changed")
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
            "id", "kind", "file", "state", "phase", "progress",
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
