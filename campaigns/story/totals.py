"""What the results of a campaign cost on the whole, per currency, as far as fees and results are both known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaigns.costs import Costs, costs
from campaigns.models import Collaboration
from campaigns.models.money import in_words
from campaigns.story.creators import Row
from famekeeda.shared import Figures
from famekeeda.words import counted


@dataclass(frozen=True)
class Total:
    """The costs in one currency. `creators` are those with a fee that counts and with results, which alone are added
    up, `with_fee` those with a fee that counts."""

    currency: str
    creators: int
    with_fee: int
    costs: Costs

    @property
    def per_engagement(self) -> str:
        return in_words(self.costs.per_engagement, self.currency)

    @property
    def per_thousand_views(self) -> str:
        return in_words(self.costs.per_thousand_views, self.currency)

    @property
    def over(self) -> str:
        """The number of creators in words: over all 3 creators with a fee, over 2 of 3 creators with a fee."""
        if self.creators == self.with_fee:
            return f"over {'all ' if self.creators > 1 else ''}{counted(self.creators, 'creator')} with a fee"
        return f"over {self.creators:,} of {counted(self.with_fee, 'creator')} with a fee"


def totals(rows: Sequence[Row]) -> list[Total]:
    """A total for each currency in which a creator has both a fee that counts and results.

    Fees, engagements and views are added up before they are divided: nothing is averaged."""
    by_currency: dict[str, list[Row]] = {}
    for row in rows:
        if row.fee is not None and row.state in Collaboration.FEE_COUNTS:
            by_currency.setdefault(row.currency, []).append(row)
    found = [total(currency, with_fee) for currency, with_fee in sorted(by_currency.items())]
    return [each for each in found if each.creators]


def total(currency: str, with_fee: Sequence[Row]) -> Total:
    known = [(row.fee, row.figures) for row in with_fee if row.fee is not None and row.figures is not None]
    fees = sum((fee for fee, _ in known), Decimal(0))
    results = Figures(sum(each.views for _, each in known), sum(each.engagements for _, each in known))
    return Total(currency, len(known), len(with_fee), costs(fees, results))
