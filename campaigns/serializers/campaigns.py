"""Campaigns as the API takes and shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from campaigns.models import Campaign
from campaigns.serializers.amounts import HidesAmounts
from campaigns.serializers.fields import AmountField, CurrencyField, DayField, Line, PlatformsField, UserField
from famekeeda.api import IdField, PageQuery, StrictSerializer
from famekeeda.ids import can_be_in_a_path

NO_CURRENCY = "An amount needs a currency, such as EUR."


class CampaignsQuery(PageQuery):
    q = Line(required=False, max_length=200, help_text="Only with this text in name, brand or id, in any case")
    status = serializers.ChoiceField(Campaign.Status.choices, required=False)
    owner = Line(required=False, max_length=150, help_text="Only of this user, by name")
    platform = Line(required=False, max_length=40, help_text="Only for this platform")
    brand = Line(required=False, max_length=100, help_text="Only of this brand, in any case")


class CampaignFields(StrictSerializer):
    """What a campaign may be changed to. An empty text, an empty list and null take away what was there."""

    name = Line(max_length=200)
    brand = Line(required=False, allow_blank=True, max_length=100, help_text="Whose campaign it is")
    product = Line(required=False, allow_blank=True, max_length=300, help_text="What the posts are about")
    goal = Line(required=False, allow_blank=True, max_length=500, help_text="What the posts are to achieve")
    platforms = PlatformsField(required=False, help_text="Such as instagram and tiktok, in any case")
    budget = AmountField(required=False, help_text="For the creators' fees")
    mediaBudget = AmountField(required=False, source="media_budget", help_text="For ads")
    currency = CurrencyField(required=False, help_text="Of both budgets, such as EUR")
    startsOn = DayField(required=False, allow_null=True, source="starts_on")
    endsOn = DayField(required=False, allow_null=True, source="ends_on", help_text="The last day")
    owner = UserField(required=False, help_text="The user who runs the campaign, by name")
    status = serializers.ChoiceField(Campaign.Status.choices, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuses fields that do not fit each other, or what is stored already."""
        stored = self.instance or Campaign()
        whole = {name: getattr(stored, name) for name in ("starts_on", "ends_on", "budget", "media_budget", "currency")}
        whole |= given
        if whole["starts_on"] and whole["ends_on"] and whole["ends_on"] < whole["starts_on"]:
            raise ValidationError({"endsOn": [f"May not be before startsOn, which is {whole['starts_on']}."]})
        has_amount = whole["budget"] is not None or whole["media_budget"] is not None
        if has_amount and not whole["currency"]:
            raise ValidationError({"currency": [NO_CURRENCY]})
        return given


class NewCampaign(CampaignFields):
    """A campaign to create."""

    id = IdField(
        required=False,
        help_text="The id that other systems use, without /; by default a short one is made of the name",
    )

    def validate_id(self, campaign_id: str) -> str:
        if "/" in campaign_id or not can_be_in_a_path(campaign_id):
            raise ValidationError("A new id may not hold a slash, nor be . or .. alone, which paths cannot carry.")
        return campaign_id


class FeesSerializer(serializers.Serializer):
    """Fees of a campaign's creators in one currency. `agreed` is what is owed or paid, `paid` what of it is paid."""

    currency = serializers.CharField()
    agreed = serializers.DecimalField(16, 2)
    paid = serializers.DecimalField(16, 2)


class CampaignSerializer(HidesAmounts):
    """A campaign. Amounts are null for users without the right campaigns.view_fee."""

    amounts = ("budget", "mediaBudget", "fees")

    id = serializers.CharField()
    name = serializers.CharField()
    brand = serializers.CharField()
    product = serializers.CharField()
    goal = serializers.CharField()
    platforms = serializers.ListField(child=serializers.CharField())
    budget = AmountField(help_text="For the creators' fees")
    mediaBudget = AmountField(source="media_budget", help_text="For ads")
    currency = serializers.CharField(help_text="Of both budgets; empty: none is named")
    fees = serializers.SerializerMethodField()
    startsOn = serializers.DateField(source="starts_on", allow_null=True)
    endsOn = serializers.DateField(source="ends_on", allow_null=True)
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None)
    status = serializers.ChoiceField(Campaign.Status.choices)
    createdAt = serializers.DateTimeField(source="created_at")
    createdBy = serializers.CharField(source="created_by.username", allow_null=True, default=None)

    @extend_schema_field(FeesSerializer(many=True, allow_null=True))
    def get_fees(self, campaign: Campaign) -> Any:
        return FeesSerializer(self.context["fees"].get(campaign.pk, []), many=True).data
