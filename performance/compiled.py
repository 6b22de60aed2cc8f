"""The API's ranking as SQL compiled once: Django takes longer to build the query than PostgreSQL to answer it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from performance.models import Engagement

COLUMNS = (
    "campaign_id", "influencer_id", "platform", "engagement_rate", "views", "likes", "comments", "shares",
)  # fmt: skip


class Ranking:
    """A campaign's creators, best first; a slice of it asks the database and is a list of rows of COLUMNS.

    `asked` has campaign_id and may have rank ("adjusted": by adjusted_rate, which then is the last column), platform
    and min_views."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked

    def __getitem__(self, part: slice) -> list[tuple[Any, ...]]:
        asked = {**self.asked, "limit": part.stop - part.start, "offset": part.start}
        sql, parameters = compiled(asked.get("rank") == "adjusted", "platform" in asked, "min_views" in asked)
        with connection.cursor() as cursor:
            cursor.execute(sql, [asked[each] if isinstance(each, Asked) else each for each in parameters])
            return cursor.fetchall()


class Asked(str):
    """Stands among a query's parameters for a value that comes with each request."""


def asked(name: str) -> Any:
    return RawSQL("%s", [Asked(name)])


@cache
def compiled(adjusted: bool, by_platform: bool, by_views: bool) -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of one kind of question, as the QuerySet writes it."""
    ranking = Engagement.objects.top_adjusted if adjusted else Engagement.objects.top
    rows = ranking(asked("campaign_id"))
    if by_platform:
        rows = rows.filter(platform=asked("platform"))
    if by_views:
        rows = rows.filter(views__gte=asked("min_views"))
    columns = (*COLUMNS, "adjusted_rate") if adjusted else COLUMNS
    sql, parameters = rows.values_list(*columns).query.sql_with_params()
    return f"{sql} LIMIT %s OFFSET %s", (*parameters, Asked("limit"), Asked("offset"))
