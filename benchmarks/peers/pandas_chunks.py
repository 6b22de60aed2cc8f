"""The way a data team loads a CSV by its tutorial: pandas in chunks, checked by masks, upserted through SQLAlchemy."""

import os
import sys

import pandas as pd
import psycopg
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, create_engine
from sqlalchemy.dialects.postgresql import insert

COUNTS = ["views", "likes", "comments", "shares"]
KEY = ["campaign_id", "influencer_id", "platform"]
table = Table(
    "performance_engagement",
    MetaData(),
    *(Column(name, Text) for name in KEY),
    *(Column(name, BigInteger) for name in COUNTS),
)


def add_up(table_, connection, columns, rows) -> int:
    statement = insert(table).values([dict(zip(columns, row, strict=True)) for row in rows])
    sums = {name: table.c[name] + statement.excluded[name] for name in COUNTS}
    return connection.execute(statement.on_conflict_do_update(index_elements=KEY, set_=sums)).rowcount


def main(path: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(os.environ["DATABASE_URL"]))
    with engine.begin() as connection:
        chunks = pd.read_csv(path, chunksize=50_000, dtype=str, keep_default_na=False, on_bad_lines="skip", quoting=3)
        for chunk in chunks:
            chunk = chunk.rename(columns={"influencerId": "influencer_id", "campaignId": "campaign_id"})
            for name in COUNTS:
                chunk[name] = pd.to_numeric(chunk[name], errors="coerce")
            good = (
                chunk.influencer_id.ne("") & ~chunk.influencer_id.str.startswith('"') & chunk.campaign_id.ne("")
                & chunk[COUNTS].notna().all(axis=1) & chunk[COUNTS].ge(0).all(axis=1)
                & chunk.views.gt(0) & chunk.likes.le(chunk.views)
            )  # fmt: skip
            folded = chunk[good].groupby(["campaign_id", "influencer_id"], as_index=False)[COUNTS].sum()
            folded[COUNTS] = folded[COUNTS].astype("int64")
            folded.insert(2, "platform", "")
            folded.to_sql(
                "performance_engagement", connection, if_exists="append", index=False, method=add_up, chunksize=1_000
            )


main(sys.argv[1])
