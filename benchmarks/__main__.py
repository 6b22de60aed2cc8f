"""`make bench`: measures what the README claims, on services of its own; tables, results.json and a plot."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import briefs, loading, serving
from benchmarks.exports import write_export
from benchmarks.running import PEERS, ROOT, empty, manage, services

HERE = ROOT / "benchmarks"
GROWTH = (10_000, 100_000, 1_000_000, 5_000_000)
console = Console(width=110)


def make_peers() -> None:
    """The peers' venv, made again when their requirements or ours change."""
    wanted, installed = HERE / "requirements.txt", HERE / ".venv" / "installed"
    pins = wanted.read_text() + (ROOT / "requirements.txt").read_text()
    if installed.exists() and installed.read_text() == pins:
        return
    venv.create(HERE / ".venv", with_pip=True, clear=True)
    subprocess.run([PEERS, "-m", "pip", "install", "-qq", "-r", wanted], check=True)
    installed.write_text(pins)


def growth(folder: Path) -> list[dict]:
    """Each size into an empty table: seconds per million rows, peak memory, and the read's 99th percentile after it."""
    points = []
    for rows in GROWTH:
        export = folder / "growth.csv"
        write_export(export, rows)
        empty()
        load = manage("load_performance", str(export), "--json")
        export.unlink()
        point = {"rows": rows, "seconds": load.seconds, "seconds_per_million": load.seconds / rows * 1e6}
        points.append(point | {"peak_mb": load.peak_mb, "read_p99_ms": serving.read_p99_ms()})
        console.print(f"  {rows:>9,} rows: {load.seconds:.1f} s", highlight=False)
    return points


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def main() -> None:
    """All of it, or with `briefs` or `performance` that part; what the other part measured last stays."""
    parts = sys.argv[1:] or ["performance", "briefs"]
    make_peers()
    published = HERE / "results.json"
    results: dict = json.loads(published.read_text()) | {"machine": machine()}
    for part in parts:
        results |= {"performance": performance, "briefs": write_briefs}[part]()
    (ROOT / "docs").mkdir(exist_ok=True)
    published.write_text(json.dumps(results, indent=1) + "\n")
    subprocess.run([PEERS, HERE / "peers" / "plot.py", published, ROOT / "docs" / "growth.svg"], check=True)
    report(results)


def write_briefs() -> dict:
    with services():
        console.print("Writing briefs, beside pydantic-ai …")
        return {"briefs": briefs.measure()}


def performance() -> dict:
    results: dict = {}
    with services() as folder:
        console.print("Loading a million rows …")
        results["load"] = loading.measure(folder)
        console.print("Serving from them, beside FastAPI …")
        results["api"] = serving.measure()
        console.print("Loading a small file, and beside pandas and bulk_create …")
        results["small"] = loading.measure_small(folder)
        results["peers"] = loading.measure_peers(folder)
        console.print("Growing …")
        results["growth"] = growth(folder)
    return results


def report(results: dict) -> None:
    load, small, peers, api = (results[name] for name in ("load", "small", "peers", "api"))
    five = results["growth"][-1]
    written = results["briefs"]
    hit, miss, alone, at_once, memory = (written[name] for name in ("hit", "miss", "alone", "at_once", "memory"))
    table = Table("figure", "measured", "aim", title=results["machine"], title_justify="left")
    rows = [
        ("load 1 M rows / COPY of them, clean", f"{load['load_to_copy']:.2f} ({load['load_seconds']:.1f} s / "
         f"{load['copy_seconds']:.1f} s)", "≤ 1.0"),
        ("the same file again / COPY", f"{load['again_to_copy']:.2f} ({load['again_seconds']:.1f} s)", "≤ 0.6"),
        ("pandas in chunks / ours, 200 k rows", f"{peers['pandas_to_load']:.1f}", "≥ 10"),
        ("bulk_create / ours, 200 k rows", f"{peers['bulk_create_to_load']:.1f}", "≥ 4"),
        ("memory over the idle command, 1 M", f"{load['peak_mb'] - load['idle_mb']:.0f} MB", "< 64 MB"),
        ("memory over the idle command, 5 M", f"{five['peak_mb'] - load['idle_mb']:.0f} MB", "< 64 MB"),
        ("10,010 rows, whole command", f"{small['seconds']:.2f} s", "< 1.5 s"),
        ("API, ours / FastAPI", f"{api['ours_to_fastapi']:.2f} ({api['ours_per_second']:.0f} / "
         f"{api['fastapi_per_second']:.0f} requests/s)", "1.0"),
        (f"API, p99 at {api['equal_load']} requests/s", f"{api['ours_p99_ms']:.1f} ms / "
         f"{api['fastapi_p99_ms']:.1f} ms", ""),
        (f"repeated brief at {hit['offered']} requests/s, p50, p95, p99", f"{hit['p50_ms']:.1f}, {hit['p95_ms']:.1f}, "
         f"{hit['p99_ms']:.1f} ms", "p95 < 10 ms"),
        ("new brief, queue and demo model included, median", f"{miss['median_ms']:.0f} ms", "< 50 ms"),
        ("chain without queue / pydantic-ai", f"{alone['ours_to_pydantic_ai']:.2f} ({alone['ours_ms']:.1f} / "
         f"{alone['pydantic_ai_ms']:.1f} ms)", "≤ 1.0"),
        ("requests to the model a brief, ours, pydantic-ai", f"{alone['ours_requests']:.2f}, "
         f"{alone['pydantic_ai_requests']:.2f}", "no more"),
        ("peak memory of that process, ours, pydantic-ai", f"{alone['ours_mb']:.0f}, "
         f"{alone['pydantic_ai_mb']:.0f} MB", ""),
        (f"{briefs.AT_ONCE} at once, a model that takes {briefs.ANSWERS_AFTER} s a call",
         f"{at_once['seconds']:.1f} s, {at_once['ready']} ready", f"near {at_once['floor_seconds']} s"),
        ("the worker's memory meanwhile, over idle", f"{at_once['peak_mb'] - at_once['idle_mb']:.0f} MB", ""),
        (f"the worker's memory after {memory['briefs'] // 5} and {memory['briefs']} briefs",
         f"{memory['early_mb']:.0f}, {memory['late_mb']:.0f} MB", "flat"),
    ]  # fmt: skip
    for row in rows:
        table.add_row(*row)
    console.print(table)
    table = Table(
        "rows", "seconds", "seconds per million", "peak MB", "read p99 ms", title="growth", title_justify="left"
    )
    for point in results["growth"]:
        table.add_row(f"{point['rows']:,}", f"{point['seconds']:.1f}", f"{point['seconds_per_million']:.1f}",
                      f"{point['peak_mb']:.0f}", f"{point['read_p99_ms']:.1f}")  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
