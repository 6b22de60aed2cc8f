"""The month's tokens (BRIEF_MONTHLY_TOKENS): whether they suffice for another brief."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings

from briefs.models import Brief


class OverBudget(Exception):
    """This month's tokens do not suffice for another brief. `seconds_left` until there may be enough: when briefs in
    flight have been written for less than they usually take, or at the beginning of the next month (UTC)."""

    def __init__(self, *, used: int, in_flight: int, usual: int) -> None:
        now = datetime.now(UTC)
        resets_at = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
        reset = f"it resets on {resets_at:%Y-%m-%d at %H:%M} UTC"
        budget = settings.BRIEF_MONTHLY_TOKENS or 0
        if used >= budget:
            why = f"The {budget:,} tokens of this month are used up; {reset}."
        else:
            kept = f", {in_flight:,} are kept for the briefs being written" if in_flight else ""
            why = (
                f"Of the {budget:,} tokens of this month {used:,} are used{kept}, and a brief usually takes {usual:,}; "
                f"{reset}."
            )
        super().__init__(why)
        may_be_released = used + usual <= budget
        self.seconds_left = settings.LLM_DEADLINE if may_be_released else (resets_at - now).total_seconds()


def check_budget() -> None:
    """Raises OverBudget. Of callers who ask at once, the next sees what the one before has created."""
    if not settings.BRIEF_MONTHLY_TOKENS:
        return
    Brief.objects.wait_for_budget()
    used, in_flight = Brief.objects.tokens_this_month(), Brief.objects.tokens_in_flight()
    usual = Brief.objects.usual_tokens()
    if used + in_flight + usual > settings.BRIEF_MONTHLY_TOKENS:
        raise OverBudget(used=used, in_flight=in_flight, usual=usual)
