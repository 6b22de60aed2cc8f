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

from benchmarks import loading, serving
from benchmarks.exports import write_export
from benchmarks.running import PEERS, ROOT, empty, manage, services

HERE = ROOT / "benchmarks"
GROWTH = (10_000, 100_000, 1_000_000, 5_000_000)
console = Console(width=110)


def make_peers() -> None:
    """The peers' venv, made again when their requirements change."""
    wanted, installed = HERE / "requirements.txt", HERE / ".venv" / "installed"
    if installed.exists() and installed.read_text() == wanted.read_text():
        return
    venv.create(HERE / ".venv", with_pip=True, clear=True)
    subprocess.run([PEERS, "-m", "pip", "install", "-qq", "-r", wanted], check=True)
    installed.write_text(wanted.read_text())


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
    make_peers()
    results: dict = {"machine": machine()}
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
    (ROOT / "docs").mkdir(exist_ok=True)
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    subprocess.run([PEERS, HERE / "peers" / "plot.py", HERE / "results.json", ROOT / "docs" / "growth.svg"], check=True)
    report(results)


def report(results: dict) -> None:
    load, small, peers, api = (results[name] for name in ("load", "small", "peers", "api"))
    five = results["growth"][-1]
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
