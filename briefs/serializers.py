"""The input and output shapes of the API of briefs."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from briefs.content import FIELDS
from briefs.models import Brief, PlatformRule, Step
from briefs.request import BriefRequest
from famekeeda.api import PageQuery
from famekeeda.ids import PLATFORMS
from famekeeda.text import CONTROL_REFUSAL, IN_A_LINE, is_visible, one_form

MAX_REQUESTED_HASHTAGS = 30
MAX_UNKNOWN_NAMED = 10


class Text(serializers.CharField):
    """A line of text in one Unicode form, with single spaces; tabs and line breaks count as spaces."""

    def __init__(self, **options: Any) -> None:
        if not options.get("required", True):
            options |= {"allow_blank": True, "allow_null": True}
        super().__init__(validators=[no_control_characters, something_visible], **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return one_form(super().to_internal_value(data))


# The spellings of an earlier system, which are taken too.
SNAKE_CASE = {"creative_angle": "creativeAngle", "campaign_id": "campaignId", "influencer_id": "influencerId"}


def line(limit: int, help_text: str, **options: Any) -> Text:
    return Text(max_length=limit, help_text=help_text, **options)


def no_control_characters(text: str) -> None:
    if IN_A_LINE.search(text):
        raise ValidationError(CONTROL_REFUSAL)


def something_visible(text: str) -> None:
    if not is_visible(text):
        raise ValidationError("Holds nothing that can be seen.")


class BriefRequestSerializer(serializers.Serializer):
    """A request for a brief. A given persona, creativeAngle or hashtags replaces what a tool would look up."""

    brand = line(100, "Whose product it is")
    product = line(300, "What the post is about")
    goal = line(500, "What the post is to achieve")
    platform = line(40, f"Where it is posted, in any case: a platform of the catalogue, such as {PLATFORMS}")
    persona = line(300, "Whom to speak to, instead of a persona from the catalogue", required=False)
    creativeAngle = line(
        300,
        "How to approach the product, instead of an angle from the catalogue",
        source="creative_angle",
        required=False,
    )
    hashtags = serializers.ListField(
        child=line(100, "With or without #"),
        required=False,
        allow_null=True,
        max_length=MAX_REQUESTED_HASHTAGS,
        help_text="Instead of what is trending",
    )
    campaignId = line(200, "The campaign whose results become evidence", source="campaign_id", required=False)
    influencerId = line(200, "The creator who is briefed", source="influencer_id", required=False)
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z",
        max_length=35,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="Such as en, de or pt-BR; en by default",
        error_messages={"invalid": "Must be a language such as en, de or pt-BR."},
    )
    instructions = line(500, "What this version should do differently, such as: shorter, no emoji", required=False)

    def to_internal_value(self, data: Any) -> BriefRequest:
        """Raises ValidationError naming every field that is missing, malformed, unknown or given in both spellings."""
        errors: dict[str, list[str]] = {}
        unknown: list[str] = []
        given: dict[str, Any] = {}
        if isinstance(data, dict):
            for name, value in data.items():
                known = SNAKE_CASE[name] if name in SNAKE_CASE else str(name)
                if known not in self.fields:
                    unknown.append(str(name))
                elif known in given:
                    errors[name] = [f"Given already, as {known}."]
                else:
                    given[known] = value
        for name in unknown[:MAX_UNKNOWN_NAMED]:
            errors[name[:100]] = [f"There is no such field. There are: {', '.join(self.fields)}."]
        if len(unknown) > MAX_UNKNOWN_NAMED:
            errors["non_field_errors"] = [f"There are {len(unknown) - MAX_UNKNOWN_NAMED:,} more unknown fields."]
        try:
            fields = super().to_internal_value(given if isinstance(data, dict) else data)
        except ValidationError as error:
            raise ValidationError(error.detail | errors) from None  # type: ignore[operator]
        if errors:
            raise ValidationError(errors)
        return BriefRequest.normalised(**{name: value for name, value in fields.items() if value})

    def validate_platform(self, platform: str) -> str:
        """The platform's key. Keeps the platform's row as `rule`."""
        try:
            self.rule = PlatformRule.objects.get(pk=platform.lower())
        except PlatformRule.DoesNotExist:
            known = ", ".join(PlatformRule.objects.values_list("platform", flat=True))
            raise ValidationError(f"Unknown. Must be one of: {known}.") from None
        return self.rule.platform


class RefreshQuery(serializers.Serializer):
    refresh = serializers.ChoiceField(
        ["0", "1"], default="0", help_text="1: generate a new brief, whatever the cache has"
    )


class AnswerSerializer(serializers.Serializer):
    """A written brief. Its hashtags do not include the disclosure, which stands at the caption's beginning."""

    id = serializers.IntegerField()
    review = serializers.ChoiceField(Brief.Review.choices)
    model = serializers.CharField(help_text="demo: the built-in demo model, which is no language model")
    generatedAt = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:
        content = {
            name: serializers.ListField(child=serializers.CharField()) if field.is_list else serializers.CharField()
            for name, field in FIELDS.items()
        }
        return content | super().get_fields()

    def to_representation(self, brief: Brief) -> dict[str, Any]:
        content = brief.content
        return {name: content[name] for name in FIELDS} | {
            "id": brief.pk,
            "review": brief.review,
            "model": brief.model,
            "generatedAt": DATE_TIME.to_representation(brief.finished_at),  # type: ignore[arg-type]
        }


DATE_TIME = serializers.DateTimeField()  # a serializer copies all of its fields for every instance; this one is shared


class AcceptedSerializer(serializers.ModelSerializer):
    """A brief that is not written yet. GET its Location to follow it."""

    class Meta:
        model = Brief
        fields = ["id", "state"]


class StepSerializer(serializers.ModelSerializer):
    """A step of the trace. `sent` and `received` are hashes (SHA-256, 16 digits); the words are shown in the admin."""

    askedBy = serializers.CharField(source="asked_by")
    sent = serializers.SerializerMethodField()
    received = serializers.SerializerMethodField()
    failed = serializers.SerializerMethodField()
    attempts = serializers.SerializerMethodField()
    promptTokens = serializers.IntegerField(source="prompt_tokens")
    completionTokens = serializers.IntegerField(source="completion_tokens")
    startedAt = serializers.DateTimeField(source="started_at")

    class Meta:
        model = Step
        fields = [
            "kind", "name", "askedBy", "sent", "received", "failed", "attempts", "startedAt", "milliseconds",
            "promptTokens", "completionTokens",
        ]  # fmt: skip

    def get_sent(self, step: Step) -> str:
        return digest(step.sent)

    def get_received(self, step: Step) -> str:
        return digest(step.received)

    def get_failed(self, step: Step) -> bool:
        return bool(step.error)

    def get_attempts(self, step: Step) -> int:
        return len(step.attempts)


def digest(value: Any) -> str:
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16] if value else ""


class BriefSerializer(serializers.ModelSerializer):
    """A brief: the request, its state, its content, people's decision."""

    creativeAngle = serializers.CharField(source="creative_angle")
    campaignId = serializers.CharField(source="campaign_id")
    influencerId = serializers.CharField(source="influencer_id")
    hashtags = serializers.ListField(child=serializers.CharField())
    content = serializers.SerializerMethodField()
    decidedBy = serializers.SerializerMethodField()
    decidedAt = serializers.DateTimeField(source="decided_at", allow_null=True, help_text="null: not decided")
    promptTokens = serializers.IntegerField(source="prompt_tokens")
    completionTokens = serializers.IntegerField(source="completion_tokens")
    costUSD = serializers.DecimalField(
        12, 6, source="cost", allow_null=True, coerce_to_string=True, help_text="null: the model's price is not known"
    )
    createdAt = serializers.DateTimeField(source="created_at")
    startedAt = serializers.DateTimeField(source="started_at", allow_null=True)
    finishedAt = serializers.DateTimeField(source="finished_at", allow_null=True)

    class Meta:
        model = Brief
        fields = [
            "id", "state", "review", "brand", "product", "goal", "platform", "persona", "creativeAngle", "hashtags",
            "campaignId", "influencerId", "language", "instructions", "content", "failure", "decidedBy", "decidedAt",
            "model", "attempts", "promptTokens", "completionTokens", "costUSD", "createdAt", "startedAt", "finishedAt",
        ]  # fmt: skip

    @extend_schema_field(AnswerSerializer(allow_null=True))
    def get_content(self, brief: Brief) -> dict[str, Any] | None:
        return AnswerSerializer().to_representation(brief) if brief.state == Brief.State.READY else None

    def get_decidedBy(self, brief: Brief) -> str | None:
        return brief.decided_by.get_username() if brief.decided_by else None


class BriefDetailSerializer(BriefSerializer):
    """A brief with its trace: requests to the model, tools, and what the rules mended."""

    trace = StepSerializer(source="steps", many=True)

    class Meta(BriefSerializer.Meta):
        fields = [*BriefSerializer.Meta.fields, "trace"]


class BriefsQuery(PageQuery):
    state = serializers.ChoiceField(Brief.State.choices, required=False)
    review = serializers.ChoiceField(Brief.Review.choices, required=False)
    platform = serializers.SlugField(required=False, max_length=40, help_text=f"Only for this platform: {PLATFORMS}")
    campaignId = line(200, "Only this campaign's", source="campaign_id", required=False)
    influencerId = line(200, "Only this creator's", source="influencer_id", required=False)
