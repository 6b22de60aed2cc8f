"""What a creator's results in a campaign cost: the fee, divided by engagements and by thousands of views."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from famekeeda.shared import Figures

SMALL = Decimal(1)  # amounts below are told with four digits: a thousand of them make a difference


@dataclass(frozen=True)
class Costs:
    """Amounts in the fee's currency; None where there is nothing to divide by."""

    per_engagement: Decimal | None
    per_thousand_views: Decimal | None


def costs(fee: Decimal | None, figures: Figures | None) -> Costs:
    """Costs that are known where both the fee and the results are."""
    if fee is None or figures is None:
        return Costs(None, None)
    return Costs(divided(fee, figures.engagements), divided(fee * 1_000, figures.views))


def divided(amount: Decimal, number: int) -> Decimal | None:
    if not number:
        return None
    cost = amount / number
    return cost.quantize(Decimal("0.0001") if cost < SMALL else Decimal("0.01"))
