"""What people type into the admin about briefs: a request, an edit. Both are judged by what judges everybody's."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from briefs.catalogues import PlatformRule
from briefs.content import LONGEST_LINE, LONGEST_TEXT, as_line, as_text
from briefs.request import BriefRequest, as_hashtag
from briefs.rules import violations
from briefs.serializers import SNAKE_CASE, BriefRequestSerializer

MOST_LINES = 20
LABELS = {
    "caption": "Caption",
    "hookIdeas": "Hook ideas",
    "hashtags": "Hashtags",
    "CTA": "Call to action",
    "tone": "Tone",
    "deliverables": "Deliverables",
    "dos": "Do",
    "donts": "Do not",
    "disclosure": "Disclosure",
    "usageRights": "Usage rights",
}


class RequestForm(forms.Form):
    """The API's request, typed. Valid, it has the `request` that the API would have had."""

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

    request: BriefRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = PlatformRule.objects.values_list("platform", "label")
        self.fields["platform"].choices = [("", "Choose a platform"), *rules]  # type: ignore[attr-defined]

    @property
    def is_detailed(self) -> bool:
        """Something beyond the four fields was given, or is wrong."""
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
                self.add_error(name if name in self.fields else None, said(errors))


def said(errors: Any) -> list[str]:
    """A serializer's errors of one field, in which a list's may be kept by position."""
    lists = errors.values() if isinstance(errors, dict) else [errors]
    return list(dict.fromkeys(str(error) for one in lists for error in one))


class Line(forms.CharField):
    """One line of text, however it was broken."""

    def to_python(self, value: Any) -> Any:
        return as_line(super().to_python(value))


class Lines(forms.CharField):
    """A line of text for each item."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(f"{len(lines)} lines are too many: {MOST_LINES} are the most.")
        if any(len(line) > LONGEST_LINE for line in lines):
            raise ValidationError(f"A line is too long: {LONGEST_LINE} characters are the most.")
        return [line for line in map(as_line, lines) if line]


class Hashtags(forms.CharField):
    """Hashtags with spaces between them, with or without their #."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = re.split(r"[\s,]+", super().clean(value))
        return [tag for tag in map(as_hashtag, words) if tag]


class EditForm(forms.Form):
    """A brief's content in people's words. The disclosure is not theirs to change."""

    caption = forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea)
    hookIdeas = Lines()  # noqa: N815
    hashtags = Hashtags(required=False, max_length=4_000)
    CTA = Line(max_length=LONGEST_LINE, widget=forms.Textarea)
    tone = forms.CharField(max_length=LONGEST_LINE)
    deliverables = Lines(required=False)
    dos = Lines(required=False)
    donts = Lines(required=False)
    usageRights = Line(max_length=LONGEST_LINE, widget=forms.Textarea)  # noqa: N815
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rule: PlatformRule, current: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        for name, field in self.fields.items():
            field.label = LABELS.get(name)
        self.content = dict(current)  # with what was typed in place of what it replaces, as far as that is sound

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
            raise ValidationError("Say why: whoever writes the next one learns from it.")
        return reason
