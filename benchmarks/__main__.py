"""`make bench`: measures on services of its own; writes results.json, the plot and the tables of docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks import briefs, campaigns, loading, pages, serving, tables, workbooks
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
    """Measures all, or the parts that are named, of PARTS; the others keep their last figures."""
    parts = sys.argv[1:] or ["performance", "workbooks", "briefs", "campaigns"]
    make_peers()
    results = tables.published() | {"machine": machine()}
    for part in parts:
        results |= PARTS[part]()
    tables.RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    subprocess.run([PEERS, HERE / "peers" / "plot.py", tables.RESULTS, ROOT / "docs" / "growth.svg"], check=True)
    tables.write_page(results)
    report(results)


def write_briefs() -> dict:
    with services():
        console.print("Writing briefs, beside pydantic-ai …")
        return {"briefs": briefs.measure()}


def run_campaigns() -> dict:
    with services():
        console.print("Writing campaigns, with and without key and event …")
        writing = campaigns.measure()
    with services():
        console.print("Showing a campaign, and picking among a million creators …")
        return {"campaigns": writing | pages.measure()}


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


def read_workbooks() -> dict:
    with TemporaryDirectory() as folder:
        console.print("Reading a workbook, beside openpyxl …")
        return {"workbooks": workbooks.measure(Path(folder))}


def serve() -> dict:
    """What `performance` serves, alone."""
    with services() as folder:
        export = folder / "export.csv"
        write_export(export, loading.ROWS)
        manage("load_performance", str(export), "--json")
        console.print("Serving, beside FastAPI …")
        return {"api": serving.measure()}


PARTS = {
    "performance": performance,
    "serving": serve,
    "workbooks": read_workbooks,
    "briefs": write_briefs,
    "campaigns": run_campaigns,
}


def report(results: dict) -> None:
    print_table(
        "figure", "measured", "aim", rows=[(row.what, row.measured, row.aim) for row in tables.figures(results)]
    )
    print_table("rows", "seconds", "seconds per million", "peak MB", "read p99", rows=tables.growth(results))


def print_table(*header: str, rows: list[tuple[str, ...]]) -> None:
    table = Table(*header)
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
