"""The columns of an export of engagement counts, and the judge that accepts or rejects the rows of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator

from famekeeda.ids import MAX_ID_CHARACTERS
from loads.columns import Column, Columns, Header
from loads.judge import Judge

IDS = ("influencerId", "campaignId", "platform")
COUNTS = ("views", "likes", "comments", "shares")
MAX_COUNT = 2**53 - 1  # the largest whole number that every spreadsheet and every JSON reader still holds exactly

# Cells that need no further judging, per kind of column. A line with any other cell is read carefully.
PLAIN_ID = r"([^\s{delimiter}\"'\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]{{1,200}}+)"
PLAIN_PLATFORM = PLAIN_ID.replace("{{1,200}}", "{{0,200}}")
PLAIN_COUNT = r"([0-9]{{1,9}}+)"
MAX_PLAIN_COUNT = 10**9 - 1

COLUMNS: Columns = (
    Column(
        "influencerId",
        "influencer_id",
        "who, as your other systems call them",
        ("influencer", "creator"),
        plain=PLAIN_ID,
    ),
    Column("campaignId", "campaign_id", "for which campaign", ("campaign",), plain=PLAIN_ID),
    Column("views", "views", "a whole number above zero", ("views", "plays", "impressions"), plain=PLAIN_COUNT),
    Column("likes", "likes", "a whole number, not above the views", ("likes", "reactions"), plain=PLAIN_COUNT),
    Column("comments", "comments", "a whole number", ("comments", "replies"), plain=PLAIN_COUNT),
    Column("shares", "shares", "a whole number", ("shares", "reposts", "retweets"), plain=PLAIN_COUNT),
    Column(
        "platform",
        "platform",
        "if you like",
        ("platform", "network", "channel"),
        is_required=False,
        plain=PLAIN_PLATFORM,
    ),
)

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
DIGITS = re.compile(r"[0-9]+")


class PerformanceJudge(Judge):
    """Judges the rows of an export. No count of a good row is above `largest_count`."""

    def __init__(self, columns: Columns, header: Header, at: dict[str, int]) -> None:
        super().__init__(columns, header, at)
        self.largest_count = MAX_PLAIN_COUNT
        self._views, self._likes = self.ours.index("views"), self.ours.index("likes")

    def accepts(self, cells: tuple[str, ...]) -> bool:
        return 0 < int(cells[self._views]) >= int(cells[self._likes])

    def clean(self, name: str, text: str) -> str:
        return text if name in COUNTS else super().clean(name, text)

    def read_row(self, cells: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        return cells, list(self._complaints(cells))

    def _complaints(self, cells: dict[str, str]) -> Iterator[str]:
        for name in IDS:
            text = cells.get(name, "")
            if not text and name != "platform":
                yield f"{name} is missing"
            elif LINE_BREAK.search(text):
                yield f"{name} contains a line break"
            elif CONTROL.search(text):
                yield f"{name} contains a control character"
            elif len(text) > MAX_ID_CHARACTERS:
                yield f"{name} is longer than {MAX_ID_CHARACTERS} characters"
        counts = {}
        for name in COUNTS:
            text = cells[name]
            if not text.strip():
                yield f"{name} is missing"
            elif re.fullmatch(r"-[0-9]+", text):
                yield f"{name} is negative"
            elif not DIGITS.fullmatch(text):
                yield f"{name} is not a whole number"
            elif len(text.lstrip("0")) > 16 or int(text[-16:]) > MAX_COUNT:
                yield f"{name} is above {MAX_COUNT:,}"
            else:
                counts[name] = int(text[-16:])
        if counts.get("views") == 0:
            yield "views is zero"
        elif counts.get("likes", 0) > counts.get("views", MAX_COUNT):
            yield "likes are above views"
        if len(counts) == len(COUNTS):
            self.largest_count = max(self.largest_count, *counts.values())
