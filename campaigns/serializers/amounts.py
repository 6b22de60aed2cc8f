"""Amounts of money are seen, and set, by users with the right campaigns.view_fee alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from campaigns.event_types import FEE
from famekeeda.accounts.access import may


class HidesAmounts(serializers.Serializer):
    """A serializer that shows null instead of its `amounts` to users who may not see them."""

    amounts: tuple[str, ...] = ()

    def to_representation(self, row: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(row)
        user = self.context["request"].user
        return shown if may(user, FEE) else shown | dict.fromkeys(self.amounts)


def check_may_set(request: Request, given: Iterable[str], amounts: Iterable[str]) -> None:
    """Raises PermissionDenied if one of the given fields is an amount that the user may not see."""
    if set(given) & set(amounts) and not may(request.user, FEE):
        raise PermissionDenied(f"Fees and budgets need the right {FEE}, which none of your groups has.")
