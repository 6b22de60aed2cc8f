"""The fields of a profile that are read as a list is: names of countries, fees with a sign, 85,5k followers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.admin.fields import Amount, Line
from campaigns.countries_and_languages import country_code, country_name, is_language, language_code, language_name
from campaigns.load_cells import Fee, read_fee, read_link
from campaigns.models.creator import HANDLE, LANGUAGE, MAX_FOLLOWERS
from loads.numbers import read_number

MAX_LINK_CHARACTERS = 500


class Named(Line):
    """What people know by a name and the profile keeps as a code. `kept` is the stored code, which may be no code."""

    kept = ""

    def __init__(self, **options: Any) -> None:
        attrs = {"list": options.pop("proposed"), "autocomplete": "off"} if "proposed" in options else {}
        super().__init__(required=False, max_length=100, widget=UnfoldAdminTextInputWidget(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text if text in ("", self.kept) else self.code(text)

    def code(self, text: str) -> str:
        raise NotImplementedError


class Country(Named):
    def prepare_value(self, value: Any) -> Any:
        return country_name(value) if value else value

    def code(self, text: str) -> str:
        code = country_code(text)
        if not code:
            raise ValidationError("Must be the name of a country or its two letters, such as Germany or DE.")
        return code


class Language(Named):
    def prepare_value(self, value: Any) -> Any:
        return language_name(value) if value else value

    def code(self, text: str) -> str:
        code = language_code(text)
        try:
            LANGUAGE(code)
        except ValidationError:
            code = ""
        if not is_language(code) or len(code) > 35:
            raise ValidationError("Must be the name of a language or its code, such as German, de or pt-BR.")
        return code


class UsualFee(Amount):
    """The fee of a profile: 1.200 € is 1200, as in a list, since nobody writes a fee with three decimals."""

    def to_python(self, value: Any) -> Any:
        fee = typed_fee(value)
        return forms.DecimalField.to_python(self, fee.amount if fee else value)


def typed_fee(value: Any) -> Fee | None:
    """The amount and the currency beside it; None for an empty field. Raises ValidationError."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        return read_fee(value.strip())
    except ValueError as complaint:
        raise ValidationError(f"This fee {complaint}.") from None


class Followers(forms.IntegerField):
    """A number of followers as people write it: 12,000 or 85,5k."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, min_value=0, max_value=MAX_FOLLOWERS,
            widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}), **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            try:
                value = read_number(value.strip(), reads_approximate=True).digits
            except ValueError as complaint:
                raise ValidationError(f"This number is {complaint}. Type one such as 12000 or 85,5k.") from None
        return super().to_python(value)


class Handle(Line):
    """A handle, with or without @, or a link to the profile on the platform."""

    def __init__(self, platform: str, **options: Any) -> None:
        self.platform = platform
        widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
        super().__init__(required=False, max_length=MAX_LINK_CHARACTERS, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        try:
            handle, linked = read_link(super().clean(value))
        except ValueError as complaint:
            raise ValidationError(f"This {complaint}.") from None
        if linked not in ("", self.platform):
            raise ValidationError(f"This is a link to {linked}.")
        handle = handle.removeprefix("@")
        HANDLE(handle)
        return handle
