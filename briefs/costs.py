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
