"""How fast a file is loaded: beside COPY of the same rows already clean, beside pandas, beside bulk_create."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

from benchmarks.exports import HEADER, write_export
from benchmarks.running import TABLE, connect, empty, manage, peer

ROWS = 1_000_000
PEER_ROWS = 200_000
PAIRS = 3
CLEAN_COLUMNS = "influencer_id, campaign_id, views, likes, comments, shares"


def copy_seconds(clean: Path) -> float:
    """COPY of clean rows, in file order, into the table with all its indexes: what the database itself takes."""
    empty()
    began = time.perf_counter()
    copying = f"COPY {TABLE} ({CLEAN_COLUMNS}) FROM STDIN"
    with connect() as connection, connection.cursor().copy(copying) as copy, clean.open("rb") as file:
        while block := file.read(1 << 17):
            copy.write(block)
    return time.perf_counter() - began


def measure(folder: Path) -> dict:
    """Medians over pairs that alternate, whole commands, start-up included."""
    export, clean = folder / "export.csv", folder / "clean.tsv"
    write_export(export, ROWS, clean=clean)
    pairs = []
    for _ in range(PAIRS):
        copied = copy_seconds(clean)
        empty()
        first = manage("load_performance", str(export), "--json")
        again = manage("load_performance", str(export), "--json")
        assert again.output["unchanged"] == first.output["inserted"]
        pairs.append((copied, first, again))
    median = statistics.median
    return {
        "rows": ROWS,
        "accounting": {name: first.output[name] for name in ("inserted", "merged", "rejected")},
        "copy_seconds": median(copied for copied, _, _ in pairs),
        "load_seconds": median(first.seconds for _, first, _ in pairs),
        "load_to_copy": median(first.seconds / copied for copied, first, _ in pairs),
        "again_seconds": median(again.seconds for _, _, again in pairs),
        "again_to_copy": median(again.seconds / copied for copied, _, again in pairs),
        "idle_mb": idle_mb(folder),
        "peak_mb": max(first.peak_mb for _, first, _ in pairs),
    }


def idle_mb(folder: Path) -> float:
    """Peak memory of the command on a file of one row."""
    one = folder / "one.csv"
    one.write_text(HEADER + "influencer_1,campaign_1,100,5,2,1\n")
    return manage("load_performance", str(one), "--json").peak_mb


def measure_small(folder: Path) -> dict:
    """A file of 10,010 rows, ten of them broken."""
    export = folder / "small.csv"
    write_export(export, 10_010)
    empty()
    runs = [manage("load_performance", str(export), "--json") for _ in range(3)]
    return {"rows": runs[0].output["rows"], "seconds": statistics.median(run.seconds for run in runs)}


def measure_peers(folder: Path) -> dict:
    """The same file by three ways; each must end with the same rows in the table. Ours is the median of three runs."""
    export = folder / "peers.csv"
    write_export(export, PEER_ROWS)
    runs = []
    for _ in range(3):
        empty()
        runs.append(manage("load_performance", str(export), "--json").seconds)
    found, ours = fingerprint(), statistics.median(runs)
    results = {"rows": PEER_ROWS, "load_seconds": ours}
    empty()
    pandas = peer("pandas_chunks.py", str(export))
    assert fingerprint() == found, "pandas loaded something else"
    empty()
    bulk = manage("shell", "--no-imports", "-c", BULK.format(path=json.dumps(str(export))))
    assert fingerprint() == found, "bulk_create loaded something else"
    results["pandas_to_load"] = pandas.seconds / ours
    results["bulk_create_to_load"] = bulk.seconds / ours
    return results


BULK = "from benchmarks.peers.bulk_create import load; load({path})"


def fingerprint() -> tuple:
    with connect() as connection:
        sums = "count(*), sum(views), sum(likes), sum(comments), sum(shares), sum(engagement_rate)::int"
        row = connection.execute(f"SELECT {sums} FROM {TABLE}").fetchone()
    assert row
    return row
