"""What briefs cost, in words: an unknown price is unknown, never nothing."""

from __future__ import annotations

from decimal import Decimal


def money(amount: Decimal | None) -> str:
    """US dollars, to as many digits as say something."""
    if amount is None:
        return "unknown"
    if 0 < amount < Decimal("0.0001"):
        return "under $0.0001"
    return f"${amount:.4f}" if 0 < amount < 1 else f"${amount:,.2f}"


def total(known: Decimal | None, unknown: int) -> str:
    """The sum of what is known, and of how many briefs it is not."""
    if not unknown:
        return money(known or Decimal(0))
    briefs = f"{unknown:,} brief{'' if unknown == 1 else 's'} of unknown cost"
    return f"{money(known)} and {briefs}" if known else briefs
