"""The forms that add and edit a campaign. Of two people who edit one, the later is told what the earlier changed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.admin.fields import Amount, Currency, Line, Owner, copy_of_sent, offer_choices, refuse_other_currency
from campaigns.admin.meanwhile import Change, changes_since
from campaigns.creators_field import CreatorsField
from campaigns.event_types import FEE
from campaigns.models import Campaign
from campaigns.models.campaign import CONFIDENTIAL
from campaigns.models.revised import in_json, wire_name
from campaigns.refusals import NotAllowed
from famekeeda import shared
from famekeeda.ids import MAX_ID_CHARACTERS, can_be_in_a_path, checked_id

MAX_REVISION = 2**31 - 1
AMOUNTS = ("budget", "media_budget")
ADD_CREATORS = "campaigns.add_collaboration"
START_STATUSES = (Campaign.Status.DRAFT, Campaign.Status.ACTIVE)


class CampaignForm(forms.ModelForm):
    """The form of a campaign that is there. `user` is who fills it in."""

    user: Any = None

    platforms = forms.MultipleChoiceField(
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Where the creators are to post",
        error_messages={"invalid_choice": "%(value)s is none of the platforms of the catalogue."},
    )
    budget = Amount(label="Budget for creators", help_text="What all creators together may cost")
    media_budget = Amount(label="Budget for ads", help_text="What is spent on ads beside the creators' fees")
    currency = Currency(help_text="Of both budgets: three letters, such as EUR")
    owner = Owner(help_text="Who answers for the campaign")
    # The campaign's revision when the form was opened.
    opened = forms.IntegerField(required=False, min_value=0, max_value=MAX_REVISION, widget=forms.HiddenInput)

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = (
            "name", "brand", "product", "goal", "platforms", "starts_on", "ends_on", "owner", "status", "budget",
            "currency", "media_budget",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.user.has_perm(FEE):
            self.fields = {name: field for name, field in self.fields.items() if name not in CONFIDENTIAL}
        self.fields["name"].error_messages["required"] = "Give the campaign a name."
        known = shared.platforms()
        others = {platform: platform for platform in self.instance.platforms if platform not in known}
        offer_choices(self, "platforms", [*known.items(), *others.items()])
        cast(Owner, self.fields["owner"]).offer(self.instance.owner_id)
        self.offer_statuses()

    def offer_statuses(self) -> None:
        """Shows the statuses that follow; the others are known, so that `clean` can say what follows."""
        self.fields["opened"].initial = self.instance.revision
        offered = (Campaign.Status(self.instance.status), *self.instance.statuses_after)
        self.fields["status"].widget = UnfoldAdminSelectWidget(
            choices=[(s.value, s.label.capitalize()) for s in offered]
        )
        if len(offered) == 1:
            self.fields["status"].help_text = f"A campaign that is {self.instance.status} stays so."

    def clean_platforms(self) -> list[str]:
        """In the order in which they are stored, if they are the same."""
        ticked: list[str] = self.cleaned_data["platforms"]
        return self.instance.platforms if sorted(ticked) == sorted(self.instance.platforms) else ticked

    def clean(self) -> None:
        self.check_dates()
        self.check_money()
        self.check_against(self.instance.locked())

    def check_dates(self) -> None:
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The campaign ends before it starts.")

    def check_money(self) -> None:
        amounts = [self.cleaned_data.get(name) for name in AMOUNTS]
        if any(amount is not None for amount in amounts) and self.cleaned_data.get("currency") == "":
            self.add_error("currency", "Say in which currency the budget is, such as EUR.")
        refuse_other_currency(self, *AMOUNTS)

    def check_against(self, stored: Campaign) -> None:
        """Compares the form with the campaign, which is locked until it is saved."""
        if self.cleaned_data.get("opened") != stored.revision:
            self.take_over(stored, changes_since(stored, self.cleaned_data.get("opened") or stored.revision))
        elif wanted := self.cleaned_data.get("status"):
            try:
                stored.require_step(wanted, field="status", after=Campaign.STATUSES_AFTER)
            except NotAllowed as refusal:
                self.add_error("status", str(refusal))

    def take_over(self, stored: Campaign, changes: dict[str, Change]) -> None:
        """Puts what others changed into the fields that this person left alone, and asks about the rest.

        Without this, whoever saves a form a second time would undo changes that nobody looked at."""
        who = ", ".join(dict.fromkeys(change.who for change in changes.values())) or "Somebody"
        self.add_error(None, f"{who} changed this campaign while you had it open. What you typed is still here, and"
                             " nothing is saved yet: look it over, and save again.")  # fmt: skip
        data = copy_of_sent(self)
        data[self.add_prefix("opened")] = str(stored.revision)
        for name in self._meta.fields or ():
            change = changes.get(wire_name(name))
            if change is None or name not in self.fields or name in self.errors:
                continue
            typed = in_json(self.cleaned_data.get(name))
            if same(typed, change.before):
                data.setlist(self.add_prefix(name), as_typed(getattr(stored, name)))
            elif not same(typed, change.after):
                self.add_error(name, f"{change.who} {change.in_words} meanwhile. Save again to keep what you typed.")
        self.data = data


class NewCampaignForm(CampaignForm):
    """The form that adds a campaign."""

    id = Line(
        required=False,
        max_length=MAX_ID_CHARACTERS,
        widget=UnfoldAdminTextInputWidget(),
        label="Id in other systems",
        help_text="Empty: a short one is made from the name. It can never be changed",
    )

    creators = CreatorsField(
        required=False,
        label="Creators",
        help_text="Whom you think of so far. They join shortlisted; more can join at any time",
    )

    class Meta(CampaignForm.Meta):
        fields = ("id", *CampaignForm.Meta.fields)

    def offer_statuses(self) -> None:
        if not self.user.has_perm(ADD_CREATORS):
            del self.fields["creators"]
        choices = [(status.value, status.label.capitalize()) for status in START_STATUSES]
        offer_choices(self, "status", choices)
        self.fields["status"].widget = UnfoldAdminSelectWidget(choices=choices)

    def clean_id(self) -> str:
        id: str = self.cleaned_data["id"]
        try:
            id = checked_id(id) if id else id
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if id and ("/" in id or not can_be_in_a_path(id)):
            raise forms.ValidationError(
                "A new id may not hold a slash, nor be . or .. alone, which paths cannot carry."
            )
        if Campaign.objects.filter(pk=id).exists():
            raise forms.ValidationError(f"There is a campaign {id} already.")
        return id

    def clean(self) -> None:
        self.check_dates()
        self.check_money()


def same(one: Any, other: Any) -> bool:
    """Whether two values, as events tell them, are the same; lists without regard to their order."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return (one or None) == (other or None)


def as_typed(value: Any) -> list[str]:
    """The value of a field as a browser posts it."""
    if isinstance(value, list):
        return value
    if isinstance(value, User):
        return [str(value.pk)]
    return ["" if value is None else str(value)]
