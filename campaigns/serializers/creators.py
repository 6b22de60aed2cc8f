"""Creators' profiles as the API takes and shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError

from campaigns.countries_and_languages import coded_country
from campaigns.event_types import FEE
from campaigns.models import Creator
from campaigns.models.creator import (
    CONFIDENTIAL,
    COUNTRY,
    HANDLE,
    LANGUAGE,
    MAX_ACCOUNTS,
    MAX_FOLLOWERS,
    MAX_TOPIC_CHARACTERS,
    MAX_TOPICS,
)
from campaigns.models.revised import MAX_NOTE
from campaigns.serializers.amounts import HidesAmounts
from campaigns.serializers.campaigns import NO_CURRENCY
from campaigns.serializers.fields import AmountField, CurrencyField, Line, PlatformField, Text
from famekeeda.accounts.access import may
from famekeeda.api import IdField, PageQuery, StrictSerializer, WholeNumberField


class CountryField(Line):
    """A country by its two letters, in any case (ISO 3166). UK is read as GB."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2, error_messages={"max_length": COUNTRY.message}, **options)

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        code = coded_country(text)
        if text and not code:
            raise ValidationError(COUNTRY.message)
        return code


class LanguageField(Line):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=35, validators=[LANGUAGE], **options)


class CreatorsQuery(PageQuery):
    q = Line(
        required=False,
        max_length=200,
        help_text="Only with this text in name, handle or id, in any case; one or two letters must begin a word",
    )
    platform = Line(required=False, max_length=40, help_text="Only with an account on this platform")
    country = CountryField(required=False, help_text="Only from this country, such as PT")
    language = LanguageField(required=False, help_text="Only in this language, such as pt")
    topic = Line(required=False, max_length=MAX_TOPIC_CHARACTERS, help_text="Only about this topic, in any case")
    minFollowers = WholeNumberField(
        source="least_followers",
        required=False,
        max_value=MAX_FOLLOWERS,
        help_text="Only with so many followers on one platform",
    )


class AccountFields(StrictSerializer):
    """Where the creator posts: what is left out stays as it is. A handle is kept without @."""

    platform = PlatformField(max_length=40)
    handle = Line(required=False, allow_blank=True, max_length=101, help_text="With or without @")
    followers = WholeNumberField(required=False, allow_null=True, max_value=MAX_FOLLOWERS)

    def validate_handle(self, handle: str) -> str:
        handle = handle.removeprefix("@")
        HANDLE(handle)
        return handle


class CreatorFields(StrictSerializer):
    """What a profile may be changed to: what is left out stays as it is. An empty text, an empty list and null take
    away what was there, but for users without the right campaigns.view_fee, who read null for contact and fee."""

    influencerId = IdField(required=False, help_text="The id of the path, if it is named here at all")
    name = Line(required=False, allow_blank=True, max_length=200)
    accounts = AccountFields(  # type: ignore[call-arg]
        many=True, required=False, max_length=MAX_ACCOUNTS, help_text="All of them: a platform that is not named goes"
    )
    country = CountryField(required=False, allow_blank=True, help_text="Such as PT")
    language = LanguageField(required=False, allow_blank=True, help_text="Such as pt-BR")
    topics = serializers.ListField(child=Line(max_length=MAX_TOPIC_CHARACTERS), required=False, max_length=MAX_TOPICS)
    contact = Line(required=False, allow_blank=True, allow_null=True, max_length=200)
    manager = Line(required=False, allow_blank=True, max_length=200, help_text="Who negotiates")
    usualFee = AmountField(required=False, source="usual_fee")
    currency = CurrencyField(required=False, allow_null=True, help_text="Of the usual fee, such as EUR")
    note = Text(required=False, allow_blank=True, max_length=MAX_NOTE)

    def validate_topics(self, topics: list[str]) -> list[str]:
        return list(dict.fromkeys(topic.lower() for topic in topics))

    def validate_accounts(self, accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        platforms = [account["platform"] for account in accounts]
        if len(set(platforms)) < len(platforms):
            raise ValidationError("May name each platform once.")
        return accounts

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.pop("influencerId", self.context["influencer_id"]) != self.context["influencer_id"]:
            raise ValidationError({"influencerId": ["Must be the id of the path."]})
        confidential = {name: given.pop(name) for name in CONFIDENTIAL if name in given}
        if not may(self.context["request"].user, FEE):
            if any(confidential.values()):
                raise PermissionDenied(f"Contact and fee need the right {FEE}, which none of your groups has.")
            return given
        confidential |= {name: confidential[name] or "" for name in ("contact", "currency") if name in confidential}
        stored = self.context["stored"] or Creator()
        whole = {"usual_fee": stored.usual_fee, "currency": stored.currency} | confidential
        if whole["usual_fee"] is not None and not whole["currency"]:
            raise ValidationError({"currency": [NO_CURRENCY]})
        return given | confidential


class AccountSerializer(serializers.Serializer):
    """Where the creator posts."""

    platform = serializers.CharField()
    handle = serializers.CharField(help_text="Without @; empty: not known")
    followers = serializers.IntegerField(allow_null=True)


class CreatorSerializer(HidesAmounts):
    """A creator's profile. Contact, usual fee and currency are null for users without the right campaigns.view_fee."""

    amounts = ("contact", "usualFee", "currency")

    influencerId = serializers.CharField(source="pk")
    name = serializers.CharField(help_text="Empty: not known")
    accounts = serializers.SerializerMethodField()
    country = serializers.CharField()
    language = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    contact = serializers.CharField(allow_null=True, help_text="E-mail address or phone number")
    manager = serializers.CharField()
    usualFee = AmountField(source="usual_fee")
    currency = serializers.CharField(allow_null=True, help_text="Of the usual fee")
    note = serializers.CharField()

    @extend_schema_field(AccountSerializer(many=True))
    def get_accounts(self, creator: Any) -> Any:
        return AccountSerializer(creator.by_followers, many=True).data
