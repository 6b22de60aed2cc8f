"""The action that adds what each of several creators of a campaign owes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from campaigns.actions import NOT_ONE, left_out, named
from campaigns.admin.deal_forms import FORMATS
from campaigns.admin.fields import Line, offer_choices
from campaigns.models import Collaboration, Deliverable
from campaigns.own_platform import accounts_of, is_elsewhere, own_platform
from campaigns.refusals import CampaignEnded
from famekeeda import shared
from famekeeda.actions import CreatorAction, Refused
from famekeeda.events.recording import recording
from famekeeda.words import counted, was

MAX_OF_EACH = 10  # deliverables that one action adds to a creator
OWN = "*"  # the choice of each creator's own platform: no key of a platform


class OwedForm(forms.Form):
    format = Line(
        max_length=60,
        help_text="Choose one, or type another",
        widget=forms.TextInput({"list": "formats", "autocomplete": "off"}),
        error_messages={"required": "What is it: a reel, a story, a post?"},
    )
    platform = forms.ChoiceField(
        required=False, initial=OWN, help_text="Each one's own: where the creator posts and the campaign runs"
    )
    due_on = forms.DateField(
        label="Due on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Must be a day, such as 2027-05-14."},
    )
    number = forms.IntegerField(label="How many of each creator", min_value=1, max_value=MAX_OF_EACH, initial=1)

    proposals = {"formats": FORMATS}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "platform", [(OWN, "Each one's own"), ("", "Not said"), *shared.platforms().items()])


class AddDeliverables(CreatorAction):
    """Adds the same deliverable to each creator; who declined or is not in the campaign is left out, and named."""

    name = "add-deliverable"
    title = "Add a deliverable"
    icon = "add_task"
    permission = "campaigns.add_deliverable"
    form_class = OwedForm
    note = "Creators who declined, or are not in the campaign, are left out."

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        fields = dict(cleaned_data)
        number, platform = fields.pop("number"), fields.pop("platform")
        names = shared.creator_names(influencer_ids)
        with recording(by=request.user):
            found = Collaboration.objects.locked_together(campaign_id, influencer_ids)
            wanted = [each for each in found if each.state not in Collaboration.OUT]
            declined = [each for each in found if each.state in Collaboration.OUT]
            absent = left_out(influencer_ids, found, names)
            left = [*([f"Declined, and so left out: {named(declined, names)}."] if declined else []), *absent]
            if not wanted:
                raise Refused(" ".join(left if found else [NOT_ONE]))
            runs_on = wanted[0].campaign.platforms
            owed = []
            for each in wanted:
                own = own_platform(accounts_of(each.influencer_id, names), runs_on)
                one = fields | {"platform": own if platform == OWN else platform}
                owed += [Deliverable(collaboration=each, **one) for _ in range(number)]
            try:
                Deliverable.objects.add_all(wanted[0].campaign, owed, by=request.user)
            except CampaignEnded as refusal:
                raise Refused(str(refusal)) from None
        elsewhere = [each for each in wanted if platform == OWN and is_elsewhere(each.influencer_id, names, runs_on)]
        doubts = [f"On none of the campaign's platforms: {named(elsewhere, names)}."] if elsewhere else []
        first = f"{counted(len(owed), 'deliverable')} {was(len(owed))} added for {counted(len(wanted), 'creator')}."
        return " ".join([first, *doubts, *left])
