"""The action that sets the fee of several creators of a campaign: the same for all, or each one's usual fee."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from campaigns.actions import NOT_ONE, left_out, named
from campaigns.admin.fields import Amount, Currency, refuse_other_currency
from campaigns.cautions import over_budget
from campaigns.currencies import CURRENCIES
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration, Creator
from campaigns.refusals import CampaignEnded
from famekeeda import shared
from famekeeda.actions import CreatorAction, Refused
from famekeeda.events.recording import recording
from famekeeda.words import counted, was


class FeeForm(forms.Form):
    """An amount for all creators, or the wish for each one's usual fee; one of the two."""

    fee = Amount(label="Fee of each creator")
    currency = Currency(help_text="Empty: the campaign's")
    usual = forms.BooleanField(required=False, label="Each one's usual fee, as the profile has it")

    proposals = {"currencies": CURRENCIES}
    campaign_currency = ""

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if not currency and self.cleaned_data.get("fee") is not None:
            if not self.campaign_currency:
                raise ValidationError("Say in which currency, such as EUR: the campaign has none.")
            currency = self.campaign_currency
        return currency

    def clean(self) -> None:
        refuse_other_currency(self, "fee")
        has_fee = self.cleaned_data.get("fee") is not None
        if has_fee and self.cleaned_data["usual"]:
            self.add_error("fee", "Type an amount or tick the usual fee, not both.")
        elif not has_fee and not self.cleaned_data["usual"] and "fee" not in self.errors:
            self.add_error("fee", "Type an amount, or tick the usual fee.")


class SetFees(CreatorAction):
    """Sets fees, and names the creators who keep theirs: those without a usual fee, and those to whom a campaign that
    has ended would pay more."""

    name = "set-fee"
    title = "Set fee"
    icon = "payments"
    permission = "campaigns.change_collaboration"
    form_class = FeeForm
    note = "Replaces the fees that these creators have in the campaign."

    def may(self, user: Any) -> bool:
        return super().may(user) and user.has_perm(FEE)

    def form(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], data: Any = None
    ) -> forms.Form | None:
        form = super().form(request, campaign_id, influencer_ids, data)
        campaign = Campaign.objects.filter(pk=campaign_id).first()
        cast(FeeForm, form).campaign_currency = campaign.currency if campaign else ""
        return form

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        names = shared.creator_names(influencer_ids)
        same = (cleaned_data["fee"], cleaned_data["currency"])
        fees = usual_fees(influencer_ids) if cleaned_data["usual"] else dict.fromkeys(influencer_ids, same)
        with recording(by=request.user):
            found = Collaboration.objects.locked_together(campaign_id, influencer_ids)
            unknown = [each for each in found if each.influencer_id not in fees]
            changed, refused = set_fees([each for each in found if each.influencer_id in fees], fees, by=request.user)
        left = [f"Without a usual fee, and so left as they are: {named(unknown, names)}."] if unknown else []
        if refused:
            campaign = refused[0].campaign
            because = f"{campaign} is {campaign.status} and takes no new or higher fees"
            left.append(f"Left as they are, since {because}: {named(refused, names)}.")
        left += left_out(influencer_ids, found, names)
        there = len(found) - len(changed) - len(unknown) - len(refused)
        if not changed and not there:
            raise Refused(" ".join(left if found else [NOT_ONE]))
        first = f"{counted(len(changed), 'fee')} {was(len(changed))} set." if changed else "Nothing was changed."
        already = [f"{there:,} {was(there)} so already."] if there else []
        return " ".join(filter(None, [first, over_budget(changed, request.user), *already, *left]))


def set_fees(
    found: list[Collaboration], fees: dict[str, tuple[Decimal | None, str]], *, by: Any
) -> tuple[list[Collaboration], list[Collaboration]]:
    """The creators whose fee changed, and those to whom a campaign that has ended would pay more."""
    changed: list[Collaboration] = []
    refused: list[Collaboration] = []
    for each in found:
        fee, currency = fees[each.influencer_id]
        try:
            changed += [each] if each.change(by=by, fee=fee, currency=currency) else []
        except CampaignEnded:
            refused.append(each)
    return changed, refused


def usual_fees(influencer_ids: list[str]) -> dict[str, tuple[Decimal | None, str]]:
    """The usual fee of each creator whose profile has one, with its currency."""
    known = Creator.objects.filter(pk__in=influencer_ids, usual_fee__isnull=False)
    return {pk: (fee, currency) for pk, fee, currency in known.values_list("pk", "usual_fee", "currency")}
