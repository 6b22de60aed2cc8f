"""Exports of any size, the same ones at every run: posts in no order, one row in a thousand broken."""

from __future__ import annotations

import multiprocessing
import random
from pathlib import Path

HEADER = "influencerId,campaignId,views,likes,comments,shares\n"
CAMPAIGNS = 100
BROKEN = (
    "{creator},{campaign},{views},many,{comments},{shares}\n",
    ",{campaign},{views},{likes},{comments},{shares}\n",
    "{creator},{campaign},-{views},{likes},{comments},{shares}\n",
    "{creator},{campaign},{views},{likes},{comments}\n",
    '"{creator},{campaign},{views},{likes},{comments},{shares}\n',
)


def write_export(path: Path, rows: int, *, clean: Path | None = None) -> None:
    """Writes `rows` rows to `path`; to `clean`, tab-separated, what the table should hold of them, in file order.

    Creators are drawn from five times as many as there are rows, so that some have several posts in a campaign. A
    process of its own does it: what it needs would count as memory of every command started from here."""
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(path, rows, clean))
    writer.start()
    writer.join()


def _write(path: Path, rows: int, clean: Path | None) -> None:
    chance = random.Random(rows)
    folded: dict[tuple[str, str], list[int]] = {}
    with path.open("w") as export:
        export.write(HEADER)
        for number in range(rows):
            creator = f"influencer_{chance.randrange(rows * 5)}"
            campaign = f"campaign_{chance.randrange(CAMPAIGNS) + 1}"
            views = chance.randrange(1_000, 100_000)
            likes = int(views * chance.random() * 0.06)
            counts = [views, likes, int(likes * chance.random() * 0.3), int(likes * chance.random() * 0.3)]
            if number % 1_000 == 999:
                broken = BROKEN[number // 1_000 % len(BROKEN)]
                named = dict(zip(("views", "likes", "comments", "shares"), counts, strict=True))
                export.write(broken.format(creator=creator, campaign=campaign, **named))
                continue
            export.write(f"{creator},{campaign},{','.join(map(str, counts))}\n")
            if clean:
                known = folded.setdefault((creator, campaign), [0, 0, 0, 0])
                folded[creator, campaign] = [a + b for a, b in zip(known, counts, strict=True)]
    if clean:
        with clean.open("w") as out:
            for (creator, campaign), counts in folded.items():
                out.write(f"{creator}\t{campaign}\t" + "\t".join(map(str, counts)) + "\n")
