"""The cost of briefs in words: an unknown cost is called unknown, not zero."""

from __future__ import annotations

from decimal import Decimal


def money(amount: Decimal | None) -> str:
    """US dollars; amounts below a dollar with four decimals."""
    if amount is None:
        return "unknown"
    if 0 < amount < Decimal("0.0001"):
        return "under $0.0001"
    return f"${amount:.4f}" if 0 < amount < 1 else f"${amount:,.2f}"
