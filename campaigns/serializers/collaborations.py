"""Creators of a campaign as the API takes and shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from campaigns.costs import costs
from campaigns.models import Collaboration
from campaigns.models.revised import MAX_NOTE
from campaigns.serializers.amounts import HidesAmounts
from campaigns.serializers.campaigns import NO_CURRENCY
from campaigns.serializers.fields import AmountField, CurrencyField, Line, Text
from famekeeda.api import PageQuery, StrictSerializer
from famekeeda.shared import CreatorName, Figures

COST_DIGITS, COST_PLACES = 20, 4
COST_HELP = "In the currency of the fee, with two places, or four below 1; null: not known"


class CollaborationsQuery(PageQuery):
    state = serializers.ChoiceField(Collaboration.State.choices, required=False)


class CollaborationFields(StrictSerializer):
    """A creator's part in a campaign. A field that is left out stays as it is; an empty text and null take away."""

    state = serializers.ChoiceField(
        Collaboration.State.choices, required=False, help_text="By default shortlisted, for a creator who joins"
    )
    fee = AmountField(required=False, help_text="For everything that the creator owes the campaign")
    currency = CurrencyField(required=False, help_text="Of the fee; by default the campaign's")
    promoCode = Line(required=False, allow_blank=True, max_length=60, source="promo_code")
    note = Text(required=False, allow_blank=True, max_length=MAX_NOTE)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Adds the campaign's currency to a fee for which none is known."""
        stored, in_campaign = self.instance or Collaboration(), self.context["campaign"].currency
        fee, currency = given.get("fee", stored.fee), given.get("currency", stored.currency or in_campaign)
        if fee is None:
            return given
        if not currency:
            raise ValidationError({"currency": [NO_CURRENCY]})
        return given | {"currency": currency}


class FiguresSerializer(serializers.Serializer):
    """The creator's results in the campaign, added up over platforms."""

    views = serializers.IntegerField()
    engagements = serializers.IntegerField(help_text="likes + comments + shares")
    engagementRate = serializers.FloatField(source="rate", help_text="engagements / views * 100, in per cent")


class CollaborationSerializer(HidesAmounts):
    """A creator of a campaign. Amounts are null for users without the right campaigns.view_fee."""

    amounts = ("fee", "currency", "costPerEngagement", "costPerThousandViews")

    influencerId = serializers.CharField(source="influencer_id")
    name = serializers.SerializerMethodField(help_text="Of the creator's profile; empty without one")
    handle = serializers.SerializerMethodField(help_text="Without @")
    state = serializers.ChoiceField(Collaboration.State.choices)
    fee = AmountField()
    currency = serializers.CharField(allow_null=True, help_text="Of the fee; empty: none is named")
    promoCode = serializers.CharField(source="promo_code")
    note = serializers.CharField()
    figures = serializers.SerializerMethodField(help_text="null: no results")
    costPerEngagement = serializers.SerializerMethodField(help_text=COST_HELP)
    costPerThousandViews = serializers.SerializerMethodField(help_text=COST_HELP)
    createdAt = serializers.DateTimeField(source="created_at")

    def get_name(self, creator: Collaboration) -> str:
        return self.known_as(creator).name

    def get_handle(self, creator: Collaboration) -> str:
        return self.known_as(creator).handle

    @extend_schema_field(FiguresSerializer(allow_null=True))
    def get_figures(self, creator: Collaboration) -> Any:
        figures = self.figures_of(creator)
        return FiguresSerializer(figures).data if figures else None

    @extend_schema_field(serializers.DecimalField(COST_DIGITS, COST_PLACES, allow_null=True))
    def get_costPerEngagement(self, creator: Collaboration) -> str | None:
        return text(costs(creator.fee, self.figures_of(creator)).per_engagement)

    @extend_schema_field(serializers.DecimalField(COST_DIGITS, COST_PLACES, allow_null=True))
    def get_costPerThousandViews(self, creator: Collaboration) -> str | None:
        return text(costs(creator.fee, self.figures_of(creator)).per_thousand_views)

    def known_as(self, creator: Collaboration) -> CreatorName:
        return self.context["names"].get(creator.influencer_id, CreatorName())

    def figures_of(self, creator: Collaboration) -> Figures | None:
        return self.context["figures"].get(creator.influencer_id)


def text(cost: Any) -> str | None:
    return None if cost is None else str(cost)
