"""Fields of the API of campaigns: text, amounts of money, days, links, platforms, people."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from campaigns.models.deliverable import MAX_URL
from campaigns.models.money import DECIMAL_PLACES, MAX_DIGITS
from famekeeda import shared
from famekeeda.text import IN_A_LINE, tidy_line, tidy_lines

MAX_PLATFORMS = 20  # of a campaign


class Text(serializers.CharField):
    """Text of several lines in one form; what holds nothing visible is empty."""

    tidy = staticmethod(tidy_lines)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            text = self.tidy(data)
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from None
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class Line(Text):
    """Text of one line."""

    tidy = staticmethod(tidy_line)


class AmountField(serializers.DecimalField):
    """An amount of money: text such as "1200.00", or a number. A number with more digits than it can hold is refused,
    not rounded."""

    PATTERN = r"[0-9]{1,12}(\.[0-9]{1,2})?"
    default_error_messages = {
        "invalid": 'Must be an amount such as "1200.00": not negative, at most 12 digits before the point, 2 after it.'
    }

    def __init__(self, **options: Any) -> None:
        limits = {"max_digits": MAX_DIGITS, "decimal_places": DECIMAL_PLACES, "min_value": Decimal(0)}
        super().__init__(**options | limits, allow_null=True, coerce_to_string=True)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return serializers.Field.validate_empty_values(self, data)  # DecimalField takes "" for null

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not re.fullmatch(self.PATTERN, str(data)):  # 1e-400 comes as Decimal("1E-400")
            self.fail("invalid")
        return Decimal(str(data)).quantize(Decimal("0.01"))


class CurrencyField(serializers.RegexField):
    """A currency by its three letters, in any case (ISO 4217)."""

    default_error_messages = {"invalid": "Must be the three letters of a currency, such as EUR."}

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Za-z]{3}\Z", allow_blank=True, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not text.isascii():  # the capital of ſ is S
            self.fail("invalid")
        return text.upper()


class DayField(serializers.DateField):
    """A day such as 2027-05-31, without a time."""

    default_error_messages = {"invalid": "Must be a day such as 2027-05-31."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", data):
            self.fail("invalid")
        return super().to_internal_value(data)


class LinkField(serializers.URLField):
    """A link that people follow: http or https, without a user's name or password in it."""

    default_error_messages = {"invalid": "Must be a link that begins with https:// or http://, without a password."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_URL, allow_blank=True, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text and (IN_A_LINE.search(text) or not self.is_plain(text)):
            self.fail("invalid")
        return text

    @staticmethod
    def is_plain(text: str) -> bool:
        try:
            parts = urlsplit(text)
            return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        except ValueError:  # an address in brackets that is none
            return False


class PlatformsField(serializers.ListField):
    """Keys of platforms, in any case; each counts once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Line(max_length=40), max_length=MAX_PLATFORMS, **options)

    def run_validation(self, data: Any = empty) -> list[str]:
        given = dict.fromkeys(each.lower() for each in super().run_validation(data))
        return known_platforms(*given)


class PlatformField(Line):
    """The key of a platform, in any case."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data).lower()
        return known_platforms(text)[0] if text else ""


def known_platforms(*platforms: str) -> list[str]:
    """The platforms. Raises ValidationError with those there are for one that no catalogue has."""
    known = shared.platforms() if platforms else {}
    if unknown := [platform for platform in platforms if platform not in known]:
        raise ValidationError(f"Unknown: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return list(platforms)


class UserField(Line):
    """A user who can sign in, by name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise ValidationError(f"There is no active user {name}.")
        return user

    def to_representation(self, value: Any) -> str:
        return str(value.get_username())
