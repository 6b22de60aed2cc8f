"""What is still open in a campaign, told before somebody completes or cancels it, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.models import Collaboration
from campaigns.story.creators import Row
from campaigns.story.head import Bar
from famekeeda.words import counted


def owed(bars: Sequence[Bar]) -> list[str]:
    """A phrase for each currency in which fees are owed: 2,950 EUR owed."""
    return [f"{bar.owed_words} owed" for bar in bars if bar.agreed > bar.paid]


def work(rows: Sequence[Row], *, with_deliverables: bool, is_cut_off: bool) -> list[str]:
    """Phrases about the creators and, `with_deliverables`, what they owe; none about what there is none of. Where the
    rows are cut off there may be more."""
    deliverables = sum(row.open for row in rows) if with_deliverables else 0
    drafts = sum(row.drafts for row in rows) if with_deliverables else 0
    at_work = sum(row.state in Collaboration.AT_WORK for row in rows)
    numbers = [
        (deliverables, "deliverable", "not live yet"),
        (drafts, "draft", "waiting for a decision"),
        (at_work, "creator", "agreed or briefed"),
    ]
    beginning = "at least " if is_cut_off else ""
    return [f"{beginning}{counted(number, noun)} {words}" for number, noun, words in numbers if number]
