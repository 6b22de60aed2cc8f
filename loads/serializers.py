"""Upload fields and answers of the API of loads."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from famekeeda.api import IdField, StrictSerializer
from famekeeda.ids import PLATFORMS
from loads.columns import sniff
from loads.files.encodings import named_encoding
from loads.files.sources import Source
from loads.files.unreadable import Unreadable
from loads.kinds import default_kind, kinds
from loads.limits import MAX_REJECTS_PATTERN
from loads.models import Load, Reject


class UploadSerializer(StrictSerializer):
    """The fields of an upload form."""

    file = serializers.FileField(help_text="The export: CSV, plain or gzipped, or an Excel workbook (.xlsx)")
    kind = serializers.ChoiceField(
        [(kind.name, kind.title) for kind in kinds().values()], default=default_kind(), help_text="What its rows are"
    )
    platform = IdField(allow_blank=True, default="", help_text=f"Platform of rows that name none: {PLATFORMS}, …")
    sheet = serializers.CharField(
        allow_blank=True, default="", max_length=255, help_text="The sheet to read of a workbook; else the first"
    )
    encoding = serializers.CharField(
        allow_blank=True, default="", max_length=40,
        help_text="Encoding of a file that is neither UTF-8 nor UTF-16, such as cp1252",
    )  # fmt: skip
    approximate = serializers.BooleanField(default=False, help_text="Read abbreviated numbers: 1.2M as 1,200,000")
    check = serializers.BooleanField(
        source="check_only", default=False, help_text="Dry run: validates, merges, rolls back"
    )
    maxRejects = serializers.RegexField(
        MAX_REJECTS_PATTERN, source="max_rejects", allow_blank=True, default="",
        help_text="Give up, changing nothing, at more rejects than this share (5%) or number",
        error_messages={"invalid": "Must be a share such as 5%% or a number such as 20."},
    )  # fmt: skip

    def validate_encoding(self, name: str) -> str:
        try:
            return named_encoding(name)
        except ValueError as error:
            raise serializers.ValidationError(f"{error}.") from error

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Refuses a file that no load could read, before it is stored."""
        kind = kinds()[asked["kind"]]
        if asked["platform"] and not kind.takes_platform:
            raise serializers.ValidationError({"platform": [f"Files of the kind {kind.name} name it in each row."]})
        source = Source.from_request(asked["file"], sheet=asked["sheet"], encoding=asked["encoding"])
        try:
            sniff(source, kind.columns)
        except Unreadable as error:
            raise serializers.ValidationError({"file": [f"{error}{source.advice}."]}) from error
        return asked


class LoadSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(Load.State.choices, source="status")
    phase = serializers.CharField()
    progress = serializers.FloatField(allow_null=True, help_text="Share of the file read, 0 to 1; null while unknown")
    seconds = serializers.FloatField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    approximate = serializers.BooleanField(help_text="Abbreviated numbers were read: 1.2M as 1,200,000")
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
            "platform", "sheet", "encoding", "approximate", "check", "maxRejects", "isSample", "sha256",
            "size", "seconds", "error", "notes",
            "by", "createdAt", "startedAt", "finishedAt", "rejects",
        )  # fmt: skip
        read_only_fields = fields


class RejectSerializer(serializers.ModelSerializer):
    mendedBy = serializers.IntegerField(
        source="mended_by", allow_null=True, help_text="The load that brought the mended row in; null: not mended"
    )

    class Meta:
        model = Reject
        fields = ("line", "raw", "reason", "mendedBy")
        read_only_fields = fields
