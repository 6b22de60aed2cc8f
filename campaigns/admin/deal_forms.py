"""The forms of a creator's part in a campaign: the terms, a deliverable, and what a step of a deliverable asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.admin.fields import (
    Address,
    Amount,
    Currency,
    Line,
    Note,
    copy_of_sent,
    offer_choices,
    refuse_other_currency,
)
from campaigns.admin.steps import Step
from campaigns.models import Campaign, Collaboration, Creator, Deliverable
from campaigns.models.revised import Revised
from famekeeda import shared

FORMATS = ("reel", "story", "post", "carousel", "video", "short", "livestream", "blog post", "newsletter", "podcast")


class RevisedForm(forms.Form):
    """A form for a row that may have changed since the page was opened. Beside the row's revision, 0 where there is no
    row yet, the form carries what its fields held then, which tells what this person typed from what was left alone."""

    revision = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": "The page is older than its form: open it again.", "invalid": "Open it again."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "revision"

    @property
    def given(self) -> dict[str, Any]:
        """The checked values of the row's fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def yield_to(self, row: Revised) -> list[tuple[str, Any]]:
        """Takes the row's present revision, and its values for the fields that this person left alone; sending the form
        once more then replaces nothing that nobody has looked at. Returns the fields in which both have typed, by their
        labels, with the row's values."""
        data, contested = copy_of_sent(self), []
        for name in self.given:
            value, bound = getattr(row, name), self[name]
            shown = bound.field.widget.format_value(bound.field.prepare_value(value)) or ""
            data[bound.html_initial_name] = stands = str(shown[0] if isinstance(shown, list) else shown)
            if name not in self.changed_data:
                data[bound.html_name] = stands
            elif value != self.cleaned_data[name]:
                contested.append((str(bound.label), value))
        data[self.add_prefix("revision")] = str(row.revision)
        self.data = data
        return contested


class TermsForm(RevisedForm):
    """What was agreed with the creator. Fee and currency are there for users who may see fees."""

    fee = Amount()
    currency = Currency()
    promo_code = Line(label="Promo code", required=False, max_length=60, widget=UnfoldAdminTextInputWidget)
    note = Note()

    def __init__(self, *args: Any, campaign: Campaign, profile: Creator | None, sees_fees: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual_currency = campaign.currency or (profile.currency if profile else "")
        if not sees_fees:
            del self.fields["fee"], self.fields["currency"]

    def clean_currency(self) -> str:
        """The three letters; those of the campaign, or else of the usual fee, for a fee without any."""
        currency: str = self.cleaned_data["currency"]
        if not currency and self.cleaned_data.get("fee") is not None:
            if not self.usual_currency:
                raise ValidationError("Say in which currency, such as EUR: the campaign has none.")
            currency = self.usual_currency
        return currency

    def clean(self) -> None:
        refuse_other_currency(self, "fee")

    @classmethod
    def fields_of(cls, collaboration: Collaboration) -> dict[str, Any]:
        return {name: getattr(collaboration, name) for name in cls.base_fields}


class DeliverableForm(RevisedForm):
    """A deliverable: what, where and until when, and its links."""

    format = Line(
        max_length=60,
        help_text="Choose one, or type another",
        widget=UnfoldAdminTextInputWidget({"list": "formats", "autocomplete": "off"}),
        error_messages={"required": "What is it: a reel, a story, a post?"},
    )
    platform = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)
    due_on = forms.DateField(
        label="Due on",
        required=False,
        widget=UnfoldAdminDateWidget({"placeholder": "YYYY-MM-DD"}),
        error_messages={"invalid": "Must be a day, such as 2027-05-14."},
    )
    draft_url = Address(label="Link to the draft")
    post_url = Address(label="Link to the post")
    note = Note()

    def __init__(self, *args: Any, platforms: list[str], is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = shared.platforms()
        others = {name: name for name in platforms if name and name not in known}
        offer_choices(self, "platform", [("", "Not said"), *known.items(), *others.items()])
        if is_new:
            for name in ("revision", "draft_url", "post_url"):
                del self.fields[name]

    @classmethod
    def fields_of(cls, deliverable: Deliverable) -> dict[str, Any]:
        return {name: getattr(deliverable, name) for name in cls.base_fields}


ASKED: dict[str, Any] = {
    "draft_url": lambda: Address(label="Link to the draft", help_text="Empty if there is none"),
    "post_url": lambda: Address(label="Link to the post", help_text="Empty if there is none, as for a story"),
    "note": lambda: Note(
        label="What has to change?",
        required=True,
        help_text="Becomes the deliverable's note",
        error_messages={"required": "Say what has to change: the creator has to know."},
    ),
}


class StepForm(RevisedForm):
    """What a step of a deliverable asks."""

    def __init__(self, data: Any = None, *, step: Step, deliverable: Deliverable) -> None:
        initial = {"revision": deliverable.revision}
        if step.asks:
            initial[step.asks] = getattr(deliverable, step.asks)
        super().__init__(data, initial=initial, auto_id=f"{step.name}-{deliverable.pk}-%s")
        self.step, self.deliverable = step, deliverable
        if step.asks:
            self.fields[step.asks] = ASKED[step.asks]()

    @property
    def asked(self) -> forms.BoundField | None:
        return self[self.step.asks] if self.step.asks else None

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if note == self.deliverable.note:
            raise ValidationError("Add what has to change: this is the note as it stands.")
        return note
