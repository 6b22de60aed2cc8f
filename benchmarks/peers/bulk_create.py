"""The way a Django project loads a CSV by its tutorial: csv.DictReader, checks, bulk_create with update_conflicts."""

import csv
from pathlib import Path

from performance.models import Engagement

COUNTS = ("views", "likes", "comments", "shares")


def load(path: str, batch: int = 5_000) -> None:
    # With quoting, an unterminated quote in one row would take the following rows, or the whole file, with it.
    rows: dict[tuple[str, str], Engagement] = {}
    with Path(path).open(newline="") as file:
        for row in csv.DictReader(file, quoting=csv.QUOTE_NONE):
            try:
                counts = {name: int(row[name]) for name in COUNTS}
            except (TypeError, ValueError):
                continue
            if row["influencerId"][:1] in ("", '"') or not row["campaignId"] or min(counts.values()) < 0:
                continue
            if counts["views"] <= 0 or counts["likes"] > counts["views"]:
                continue
            key = row["campaignId"], row["influencerId"]
            if known := rows.get(key):
                for name, count in counts.items():
                    setattr(known, name, getattr(known, name) + count)
            else:
                rows[key] = Engagement(campaign_id=key[0], influencer_id=key[1], **counts)
    Engagement.objects.bulk_create(
        rows.values(),
        batch_size=batch,
        update_conflicts=True,
        unique_fields=["campaign_id", "influencer_id", "platform"],
        update_fields=COUNTS,
    )
