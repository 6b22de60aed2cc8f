"""The head of a campaign's page: what may follow on its status, how long it runs, and its budget against fees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from campaigns.models import Campaign
from campaigns.models.collaboration import Fees
from campaigns.models.money import in_words
from famekeeda.words import counted

BAR = 1_000  # units of a full bar's length


@dataclass(frozen=True)
class Step:
    """A button that sets the status. After a final one the status cannot change any more."""

    status: str
    title: str
    icon: str
    is_final: bool


STEPS = {
    Campaign.Status.ACTIVE: ("Start", "play_arrow"),
    Campaign.Status.PAUSED: ("Pause", "pause"),
    Campaign.Status.COMPLETED: ("Complete", "check"),
    Campaign.Status.CANCELLED: ("Cancel the campaign", "close"),
}


def steps(campaign: Campaign) -> list[Step]:
    """The statuses that may follow on the campaign's."""
    found = []
    for status in campaign.statuses_after:
        title, icon = STEPS[status]
        if campaign.status == Campaign.Status.PAUSED and status == Campaign.Status.ACTIVE:
            title = "Resume"
        found.append(Step(status.value, title, icon, is_final=not Campaign.STATUSES_AFTER[status]))
    return found


def running(campaign: Campaign, today: date) -> str:
    """How the dates stand to today: starts in 3 days, 12 days left, ended 2 days ago; empty where there is no date, or
    where the campaign is over."""
    starts, ends = campaign.starts_on, campaign.ends_on
    if campaign.status in Campaign.ENDED:
        return ""
    if starts and today < starts:
        return f"starts in {counted((starts - today).days, 'day')}"
    if ends and today > ends:
        return f"ended {counted((today - ends).days, 'day')} ago"
    if ends:
        return f"{counted((ends - today).days, 'day')} left" if today < ends else "ends today"
    return ""


@dataclass(frozen=True)
class Bar:
    """The fees in one currency as a bar. Lengths are in thousandths of the whole, which is the budget, or what was
    agreed where there is no budget or not enough."""

    currency: str
    budget: Decimal | None
    agreed: Decimal
    paid: Decimal

    @property
    def whole(self) -> Decimal:
        return max(self.budget or Decimal(0), self.agreed)

    def length(self, amount: Decimal) -> int:
        return round(amount / self.whole * BAR) if self.whole else 0

    @property
    def agreed_length(self) -> int:
        return self.length(self.agreed)

    @property
    def paid_length(self) -> int:
        return self.length(self.paid)

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.agreed > self.budget

    @property
    def agreed_words(self) -> str:
        return in_words(self.agreed, self.currency)

    @property
    def paid_words(self) -> str:
        return in_words(self.paid, self.currency)

    @property
    def owed_words(self) -> str:
        return in_words(self.agreed - self.paid, self.currency)

    @property
    def whole_budget(self) -> str:
        return in_words(self.budget, self.currency)

    @property
    def budget_words(self) -> str:
        """1,800 EUR left of 6,000 EUR, 200 EUR over the budget of 6,000 EUR; empty without a budget."""
        if self.budget is None:
            return ""
        difference = in_words(abs(self.budget - self.agreed), self.currency)
        return f"{difference} {'over the budget of' if self.is_over else 'left of'} {self.whole_budget}"


def bars(campaign: Campaign, fees: Sequence[Fees]) -> list[Bar]:
    """A bar per currency, that of the budget first. Without a budget and fees there is none."""
    by_currency = {fee.currency: fee for fee in fees}
    currencies = dict.fromkeys([campaign.currency] if campaign.budget is not None else []) | dict.fromkeys(by_currency)
    nothing = Fees("", Decimal(0), Decimal(0))
    return [
        Bar(
            currency,
            campaign.budget if currency == campaign.currency else None,
            by_currency.get(currency, nothing).agreed,
            by_currency.get(currency, nothing).paid,
        )
        for currency in currencies
    ]
