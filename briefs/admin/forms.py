"""The forms of the admin: a request, an edit, a decision. The API's serializer and the rules validate them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

from briefs.catalogues.models import PlatformRule
from briefs.content import (
    FIELDS,
    MAX_LINE_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    ContentField,
    Kind,
    as_line,
    as_text,
)
from briefs.request import BriefRequest, as_hashtag
from briefs.rules.violations import violations
from briefs.serializers import SNAKE_CASE, BriefRequestSerializer

MAX_TYPED_LINES = 20  # more than a model may write, since the rules add lines
MAX_HASHTAGS_CHARACTERS = 4_000  # of all hashtags together


class RequestForm(forms.Form):
    """A request, validated by the API's serializer. A valid form has it as `request`."""

    brand = forms.CharField(error_messages={"required": "Whose product is it?"})
    product = forms.CharField(error_messages={"required": "What is the post about?"})
    goal = forms.CharField(error_messages={"required": "What is the post to achieve?"})
    platform = forms.ChoiceField(error_messages={"required": "Choose a platform."})
    persona = forms.CharField(required=False)
    creative_angle = forms.CharField(required=False)
    hashtags = forms.CharField(required=False)
    campaign_id = forms.CharField(required=False)
    influencer_id = forms.CharField(required=False)
    language = forms.CharField(required=False)
    instructions = forms.CharField(required=False)

    request: BriefRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = PlatformRule.objects.values_list("platform", "label")
        self.fields["platform"].choices = [("", "Choose a platform"), *rules]  # type: ignore[attr-defined]

    @property
    def is_detailed(self) -> bool:
        """Whether an optional field has a value or an error."""
        return any(self[name].value() or self[name].errors for name in list(self.fields)[4:])

    def clean(self) -> None:
        data: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        data["hashtags"] = re.split(r"[\s,]+", data["hashtags"]) if "hashtags" in data else []
        serializer = BriefRequestSerializer(data=data)
        if serializer.is_valid():
            self.request = serializer.validated_data
            return
        names = {wire: name for name, wire in SNAKE_CASE.items()}
        for wire, errors in serializer.errors.items():
            name = names.get(wire, wire)
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, messages_of(errors))


class RegenerateForm(forms.Form):
    """A line that the next version should heed, validated as the API validates it."""

    instructions = forms.CharField(required=False)

    def clean_instructions(self) -> str:
        try:
            return BriefRequestSerializer().fields["instructions"].run_validation(self.cleaned_data["instructions"])
        except serializers.ValidationError as error:
            raise ValidationError(messages_of(error.detail)) from None


def messages_of(errors: Any) -> list[str]:
    """The messages of a serializer's errors about one field; those about a list's items are kept by position."""
    lists = errors.values() if isinstance(errors, dict) else [errors]
    return list(dict.fromkeys(str(error) for messages in lists for error in messages))


class TypedLine(forms.CharField):
    """A text whose line breaks become spaces."""

    def to_python(self, value: Any) -> Any:
        return " ".join((super().to_python(value) or "").split())


class TypedLines(forms.CharField):
    """A list, typed one item a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MAX_TYPED_LINES:
            raise ValidationError(f"{len(lines)} lines are too many: {MAX_TYPED_LINES} are the most.")
        if any(len(line) > MAX_LINE_CHARACTERS for line in lines):
            raise ValidationError(f"A line is too long: {MAX_LINE_CHARACTERS} characters are the most.")
        return [line for line in map(as_line, lines) if line]


class TypedHashtags(forms.CharField):
    """Hashtags, typed with spaces between them, with or without their #."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = re.split(r"[\s,]+", super().clean(value))
        return [hashtag for hashtag in map(as_hashtag, words) if hashtag]


def typed(field: ContentField) -> forms.CharField:
    """The form's field for a field of a brief."""
    options: dict[str, Any] = {"label": field.label, "required": not field.may_be_empty}
    match field.kind:
        case Kind.TEXT:
            return forms.CharField(max_length=MAX_TEXT_CHARACTERS, **options)
        case Kind.LINE:
            return TypedLine(max_length=MAX_LINE_CHARACTERS, **options)
        case Kind.LINES:
            return TypedLines(**options)
        case Kind.HASHTAGS:
            return TypedHashtags(max_length=MAX_HASHTAGS_CHARACTERS, **options)


class EditForm(forms.Form):
    """A brief's content as people edit it: every field but the disclosure.

    `content` is the current content with the typed values that are valid in their place; it also serves the preview.
    """

    revision = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, rule: PlatformRule, current: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.content = dict(current)
        self.fields |= {name: typed(field) for name, field in FIELDS.items() if name != "disclosure"}

    def clean(self) -> None:
        self.content |= {name: as_text(value) for name, value in self.cleaned_data.items() if name != "revision"}
        if not self.errors:
            for violation in violations(self.content, self.rule):
                self.add_error(None, violation)


class DecisionForm(forms.Form):
    action = forms.ChoiceField(choices=[(action, action) for action in ("approve", "reject", "reopen")])
    revision = forms.IntegerField(min_value=0)
    reason = forms.CharField(required=False, max_length=2_000)

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason and self.cleaned_data.get("action") == "reject":
            raise ValidationError("Say why: the next brief learns from it.")
        return reason
