"""Money as campaigns store it: a decimal amount beside its currency, which are never added across currencies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

MAX_DIGITS, DECIMAL_PLACES = 14, 2
WHOLE_DIGITS = MAX_DIGITS - DECIMAL_PLACES

CURRENCY = RegexValidator("^[A-Z]{3}$", "Must be the three letters of a currency, such as EUR.")


def amount_field(help_text: str = "") -> Any:
    """A field for an amount of money; empty where nobody named one."""
    return models.DecimalField(
        max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True, blank=True, help_text=help_text
    )


def currency_field(help_text: str = "") -> Any:
    """A field for a currency by its three letters (ISO 4217); empty where there is no amount."""
    return models.CharField(max_length=3, blank=True, validators=[CURRENCY], help_text=help_text)


def in_words(amount: Decimal | None, currency: str) -> str:
    """The amount as pages write it: 1,200 EUR, 1,200.50 EUR, 0.0975 EUR; empty without an amount."""
    if amount is None:
        return ""
    if amount == amount.to_integral_value():
        return f"{amount:,.0f} {currency}"
    return f"{amount:,.2f} {currency}" if amount == round(amount, 2) else f"{amount:,.4f} {currency}"


def amounts_are_sound(*names: str) -> Q:
    """A constraint: no amount is negative, and an amount has a currency."""
    sound = Q()
    for name in names:
        sound &= Q(**{f"{name}__isnull": True}) | (Q(**{f"{name}__gte": 0}) & ~Q(currency=""))
    return sound
