"""The columns of an export of engagement counts, and the judge that accepts or rejects the rows of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.text import get_text_list

from famekeeda.ids import MAX_ID_CHARACTERS
from famekeeda.text import IN_A_LINE
from loads.columns import Column, Columns, Header
from loads.judge import Judge
from loads.numbers import Abbreviated, read_number

IDS = ("influencerId", "campaignId", "platform")
COUNTS = ("views", "likes", "comments", "shares")
MAX_COUNT = 2**53 - 1  # the largest whole number that every spreadsheet and every JSON reader still holds exactly

# Cells that need no further judging, per kind of column. A line with any other cell is read carefully. Errors of
# formulas begin with #, rounded numbers hold a +.
PLAIN_ID = r"([^\s{delimiter}\"'\\#+\ufeff\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]{{1,200}}+)"
PLAIN_PLATFORM = PLAIN_ID.replace("{{1,200}}", "{{0,200}}")
PLAIN_COUNT = r"([0-9]{{1,9}}+)"
MAX_PLAIN_COUNT = 10**9 - 1

# Names that hold a hint and mean something else: rates, averages, figures of a profile, the opposite of likes.
OTHER_FIGURES = ("profil", "perfil", "rate", "average", "avg", "%", "dislike", "nicht", "nomegusta", "pas")

COLUMNS: Columns = (
    Column(
        "influencerId",
        "influencer_id",
        "who, as your other systems call them",
        ("influencer", "creator", "handle", "username", "benutzername", "nutzername", "utilisateur", "usuario",
         "createur", "créateur", "creador"),
        plain=PLAIN_ID,
    ),
    Column(
        "campaignId",
        "campaign_id",
        "for which campaign",
        ("campaign", "kampagne", "campagne", "campaña"),
        plain=PLAIN_ID,
    ),
    Column(
        "views",
        "views",
        "a whole number above zero",
        ("views", "aufrufe", "vues", "visualizaciones", "reproducciones", "plays", "wiedergaben", "lectures",
         "impressions", "impressionen", "impresiones"),
        OTHER_FIGURES,
        plain=PLAIN_COUNT,
    ),
    Column(
        "likes",
        "likes",
        "a whole number, not above the views",
        ("likes", "gefällt", "gefaellt", "magich", "j'aime", "j’aime", "megusta", "reactions", "reaktionen",
         "réactions", "reacciones"),
        OTHER_FIGURES,
        plain=PLAIN_COUNT,
    ),
    Column(
        "comments",
        "comments",
        "a whole number",
        ("comments", "kommentare", "commentaires", "comentarios", "replies", "antworten", "réponses", "respuestas"),
        OTHER_FIGURES,
        plain=PLAIN_COUNT,
    ),
    Column(
        "shares",
        "shares",
        "a whole number",
        ("shares", "geteilt", "partages", "comparti", "reposts", "retweets"),
        OTHER_FIGURES,
        plain=PLAIN_COUNT,
    ),
    Column(
        "platform",
        "platform",
        "if you like",
        ("platform", "plattform", "plateforme", "plataforma", "network", "netzwerk", "channel"),
        is_required=False,
        plain=PLAIN_PLATFORM,
    ),
)  # fmt: skip

LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
# What is left of an id of many digits in a cell that a spreadsheet program took for a number.
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")


class PerformanceJudge(Judge):
    """Judges the rows of an export. No count of a good row is above `largest_count`."""

    def __init__(
        self, columns: Columns, header: Header, at: dict[str, int], *, reads_approximate: bool = False
    ) -> None:
        super().__init__(columns, header, at, reads_approximate=reads_approximate)
        self.largest_count = MAX_PLAIN_COUNT
        self._views, self._likes = self.ours.index("views"), self.ours.index("likes")

    def accepts(self, cells: tuple[str, ...]) -> bool:
        return 0 < int(cells[self._views]) >= int(cells[self._likes])

    def clean(self, name: str, text: str) -> str:
        return text if name in COUNTS else super().clean(name, text)

    def read_row(self, cells: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        complaints = list(_complaints_about_ids(cells))
        values, counts, approximate = dict(cells), {}, 0
        abbreviated: list[str] = []
        for name in COUNTS:
            try:
                number = read_number(cells[name], self.reads_approximate)
                values[name], counts[name] = number.digits, count(number.digits)
                approximate += number.is_approximate
            except Abbreviated as complaint:
                abbreviated.append(name)
                why = str(complaint)
            except ValueError as complaint:
                complaints.append(f"{name} is {complaint}")
        if abbreviated:  # one sentence, however many cells are
            complaints.append(f"{get_text_list(abbreviated, 'and')} {'is' if len(abbreviated) == 1 else 'are'} {why}")
        if counts.get("views") == 0:
            complaints.append("views is zero")
        elif counts.get("likes", 0) > counts.get("views", MAX_COUNT):
            complaints.append("likes are above views")
        if complaints:
            return {}, complaints
        self.largest_count = max(self.largest_count, *counts.values())
        self.approximate_numbers += approximate
        return values, []


def _complaints_about_ids(cells: dict[str, str]) -> Iterator[str]:
    for name in IDS:
        text = cells.get(name, "")
        if not text and name != "platform":
            yield f"{name} is missing"
        elif LINE_BREAK.search(text):
            yield f"{name} contains a line break"
        elif IN_A_LINE.search(text):
            yield f"{name} contains a control character"
        elif len(text) > MAX_ID_CHARACTERS:
            yield f"{name} is longer than {MAX_ID_CHARACTERS} characters"
        elif ROUNDED.fullmatch(text):
            yield f"{name} is a number that a spreadsheet program has rounded: export it from a column of text"


def count(digits: str) -> int:
    """Raises ValueError for a number above MAX_COUNT, however many digits it has."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > 16 or int(digits) > MAX_COUNT:
        raise ValueError(f"above {MAX_COUNT:,}")
    return int(digits)
