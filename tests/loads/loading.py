"""Text in, load out: how the loading tests call what they test."""

import contextlib
import io

from django.contrib.auth.models import User

from loads.columns import match_columns, read_header
from loads.files.sources import Source
from loads.models import Load
from loads.run import run
from performance.judge import COLUMNS, PerformanceJudge
from performance.models import Engagement

MARA = User(username="mara")  # who cancels loads
HEADER = "influencerId,campaignId,views,likes,comments,shares\n"


def source(content: str | bytes, name: str = "export.csv", **fields) -> Source:
    data = content if isinstance(content, bytes) else content.encode()
    return Source(name, lambda: contextlib.nullcontext(io.BytesIO(data)), len(data), **fields)


def new_load(kind="performance", **fields) -> Load:
    return Load.objects.create(kind=kind, file="export.csv", **fields)


def load_text(content: str | bytes, **fields) -> Load:
    """The load of a file with this content, after it was run."""
    load = new_load(**fields)
    return run(load, source(content, encoding=load.encoding, sheet=load.sheet))


def judge(content: str | bytes) -> tuple[list[str], dict[int, str]]:
    """The records of a file with this content, as they are copied, and line → reason of what was rejected."""
    records, reasons = [], {}
    with source(content) as opened:
        blocks = opened.blocks()
        header, rest = read_header(opened, blocks, COLUMNS)
        judging = PerformanceJudge(COLUMNS, header, match_columns(COLUMNS, header.names, {}))
        for judged in judging.judge((lines for lines in [rest, *blocks]), first_line=header.line + 1):
            records += judged.records
            reasons |= {rejection.line: rejection.reason for rejection in judged.rejections}
    return records, reasons


def table() -> set[tuple]:
    """What the table holds: (creator, campaign, platform, views, likes, comments, shares)."""
    return set(
        Engagement.objects.values_list(
            "influencer_id", "campaign_id", "platform", "views", "likes", "comments", "shares"
        )
    )


def counts(load: Load) -> dict[str, int]:
    names = ("rows", "inserted", "updated", "lowered", "unchanged", "merged", "rejected")
    return {name: getattr(load, name) for name in names}
