"""What can be done with several creators of campaigns at once: add them to one, set their state, take them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import HttpRequest

from campaigns.cautions import cautions, newly_agreed, over_budget
from campaigns.models import Campaign, Collaboration
from campaigns.refusals import CampaignEnded, IdUnfit, NotAllowed, StaysOnRecord
from famekeeda import shared
from famekeeda.actions import CreatorAction, Refused
from famekeeda.events.recording import recording
from famekeeda.shared import CreatorName
from famekeeda.words import counted, listed, was

MAX_NAMED = 10  # creators in a message, of those who were left as they are

NOT_ONE = "None of them is in the campaign."


class CampaignForm(forms.Form):
    campaign = forms.ModelChoiceField(Campaign.objects.running().order_by("name"), empty_label="Choose a campaign")


class AddToCampaign(CreatorAction):
    """Adds the creators as shortlisted; who is in the campaign stays as far as they were."""

    name = "add-to-campaign"
    title = "Add to a campaign"
    icon = "playlist_add"
    permission = "campaigns.add_collaboration"
    needs_campaign = False
    form_class = CampaignForm
    note = "They join as shortlisted. Whoever is in the campaign already stays as they are."

    def initial(self, request: HttpRequest, campaign_id: str, influencer_ids: list[str]) -> dict[str, Any]:
        return {"campaign": campaign_id}

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        campaign: Campaign = cleaned_data["campaign"]
        try:
            added = Collaboration.objects.engage_all(campaign, influencer_ids, by=request.user)
        except (CampaignEnded, IdUnfit) as refusal:
            raise Refused(str(refusal)) from None
        return added_words(campaign, added, len(influencer_ids) - added)


def added_words(campaign: Campaign, added: int, there: int) -> str:
    """3 creators were added to Spring. 1 was in it already."""
    sentences = [f"{counted(added, 'creator')} {was(added)} added to {campaign}." if added else "Nobody was added."]
    if there:
        sentences.append(f"{there:,} {was(there)} in {'it' if added else campaign} already.")
    return " ".join(sentences)


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=[(state.value, state.label.capitalize()) for state in Collaboration.State])


class SetState(CreatorAction):
    """Takes the creators to a state; those to whom it does not follow stay as they are, and are named."""

    name = "set-state"
    title = "Set state"
    icon = "flag"
    permission = "campaigns.change_collaboration"
    form_class = StateForm
    note = "Creators to whom the state does not follow stay as they are."

    def form(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], data: Any = None
    ) -> forms.Form | None:
        """Without data, offers the states that follow for at least one of the creators."""
        form = super().form(request, campaign_id, influencer_ids, data)
        found = Collaboration.objects.filter(campaign_id=campaign_id, influencer_id__in=influencer_ids)
        found = found.select_related("campaign")
        follow = (
            {after: each.words_for(after, each.campaign.status) for each in found for after in each.states_after}
            if data is None
            else {}
        )
        if form and follow:
            cast(forms.ChoiceField, form.fields["state"]).choices = [
                (each.value, follow[each]) for each in Collaboration.State if each in follow
            ]
        return form

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        state = cleaned_data["state"]
        with recording(by=request.user):
            found = Collaboration.objects.locked_together(campaign_id, influencer_ids)
            changed, refused = set_states(found, state, by=request.user)
        names = shared.creator_names(influencer_ids)
        left = [f"Left as they are, since {why}: {named(those, names)}." for why, those in refused.items()]
        there = len(found) - len(changed) - sum(map(len, refused.values()))
        if not changed and not there:
            raise Refused(" ".join(left or [NOT_ONE]))
        are = "is" if len(changed) == 1 else "are"
        first = f"{counted(len(changed), 'creator')} {are} {state} now." if changed else "Nobody changed."
        doubts = [f"{doubt}: {named(those, names)}." for doubt, those in cautions(changed, request.user).items()]
        doubts += filter(None, [over_budget(newly_agreed(changed), request.user)])
        already = [f"{there:,} {was(there)} already."] if there else []
        return " ".join([first, *doubts, *already, *left, *outside(len(influencer_ids) - len(found))])


def set_states(
    found: list[Collaboration], state: str, *, by: Any
) -> tuple[list[Collaboration], dict[str, list[Collaboration]]]:
    """The creators who changed; and by the reason, those to whom the state does not follow."""
    changed: list[Collaboration] = []
    refused: dict[str, list[Collaboration]] = {}
    for each in found:
        try:
            changed += [each] if each.change(by=by, state=state) else []
        except NotAllowed as refusal:
            refused.setdefault(reason(refusal), []).append(each)
    return changed, refused


def reason(refusal: NotAllowed) -> str:
    """Why the state does not follow: after paid comes posted."""
    because = f"{refusal.because} and " if refusal.because else ""
    return f"{because}after {refusal.present} comes {' or '.join(refusal.allowed) or 'nothing'}"


class RemoveFromCampaign(CreatorAction):
    """Takes the creators and what they owe out of the campaign; who was paid stays on record."""

    name = "remove-from-campaign"
    title = "Remove from the campaign"
    icon = "person_remove"
    permission = "campaigns.delete_collaboration"
    note = "Their fees, notes and deliverables in this campaign go too. Whoever was paid stays on record."

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        stay = []
        with recording(by=request.user):
            found = Collaboration.objects.locked_together(campaign_id, influencer_ids)
            for each in found:
                try:
                    each.remove(by=request.user)
                except StaysOnRecord:
                    stay.append(each)
        names = shared.creator_names([each.influencer_id for each in stay])
        left = [f"Paid, and so left on record: {named(stay, names)}."] if stay else []
        removed = len(found) - len(stay)
        if not removed:
            raise Refused(" ".join(left or [NOT_ONE]))
        strangers = outside(len(influencer_ids) - len(found))
        return " ".join([f"{counted(removed, 'creator')} {was(removed)} removed.", *left, *strangers])


def named(collaborations: list[Collaboration], names: dict[str, CreatorName]) -> str:
    """The creators as people call them: Ana, Ben and 3 more."""
    return listed([shared.called(each.influencer_id, names) for each in collaborations], MAX_NAMED)


def outside(number: int) -> list[str]:
    """A sentence about the number of creators who are not in the campaign; none for 0."""
    return [f"{number:,} {was(number)} not in the campaign."] if number else []


def left_out(influencer_ids: Iterable[str], found: Iterable[Collaboration], names: dict[str, CreatorName]) -> list[str]:
    """A sentence with the names of the creators who are not in the campaign; none where all are."""
    there = {each.influencer_id for each in found}
    absent = [shared.called(pk, names) for pk in influencer_ids if pk not in there]
    return [f"Not in the campaign, and so left out: {listed(absent, MAX_NAMED)}."] if absent else []
