"""A campaign's ranking on its page and as CSV: ordered by either rate, filtered by platform and by views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery

from famekeeda.csv_safety import BYTE_ORDER_MARK, csv_lines
from performance.models import Engagement, EngagementQuerySet, Verdict

CSV_COLUMNS = {
    "campaignId": "campaign_id",
    "influencerId": "influencer_id",
    "platform": "platform",
    "engagementRate": "engagement_rate",
    "adjustedRate": "adjusted_rate",
    "views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "verdict": "verdict",
    "note": "note",
}


class RankingForm(forms.Form):
    """The order and filters of a ranking, named as the API names its query parameters."""

    rank = forms.ChoiceField(choices=[("rate", "Rate"), ("adjusted", "Adjusted rate")], required=False)
    platform = forms.CharField(required=False)
    minViews = forms.IntegerField(min_value=0, max_value=2**53 - 1, required=False, label="Views from")  # noqa: N815

    @property
    def asked(self) -> dict[str, Any]:
        """The valid fields that were filled in; `errors` has the invalid ones."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def is_adjusted(self) -> bool:
        return self.asked.get("rank") == "adjusted"

    def ranked(self, campaign_id: str) -> EngagementQuerySet:
        """The campaign's results, best first, each with the team's `verdict` and `note`, or None."""
        asked = self.asked
        ranked = Engagement.objects.ranked(
            campaign_id,
            by=asked.get("rank", "rate"),
            platform=asked.get("platform"),
            min_views=asked.get("minViews"),
        )
        return with_verdicts(ranked)


def with_verdicts(results: EngagementQuerySet) -> EngagementQuerySet:
    verdicts = Verdict.objects.filter(influencer_id=OuterRef("influencer_id"))
    return results.annotate(verdict=Subquery(verdicts.values("verdict")), note=Subquery(verdicts.values("note")))


def as_csv(campaign_id: str, form: RankingForm) -> Iterator[str]:
    """The whole ranking for a spreadsheet, line by line; memory stays flat however long the ranking is.

    Such a file loads again: rank, rates and verdicts are columns that a load ignores.
    """
    results = form.ranked(campaign_id).with_adjusted_rate(campaign_id)
    yield BYTE_ORDER_MARK
    yield from csv_lines([("rank", *CSV_COLUMNS)])
    rows = results.values_list(*CSV_COLUMNS.values()).iterator(chunk_size=2_000)
    yield from csv_lines((rank, *map(to_four_places, row)) for rank, row in enumerate(rows, start=1))


def to_four_places(value: Any) -> Any:
    """A rate as people read it; anything else as it is."""
    return round(value, 4) if isinstance(value, float) else value


def csv_name(campaign_id: str) -> str:
    """A name of a file that every system takes."""
    plain = "".join(char if char.isalnum() or char in "-_. " else "-" for char in campaign_id)
    return f"ranking-{plain}.csv"
