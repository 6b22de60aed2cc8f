"""How fast a workbook is read, to its end and to its first row, beside openpyxl; how much memory a huge cell takes."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from benchmarks.exports import write_export
from benchmarks.running import PEERS, ROOT, Finished, finished

ROWS = 100_000
PAIRS = 3
HUGE_CELL_BYTES = 30_000_000
READERS = {
    "ours": [sys.executable, "-m", "benchmarks.read_workbook"],
    "openpyxl": [str(PEERS), str(ROOT / "benchmarks" / "peers" / "openpyxl_rows.py")],
}


def measure(folder: Path) -> dict:
    """Each reader counts the rows of the same workbooks, in a process of its own; medians of pairs that alternate."""
    export, workbook, huge = folder / "workbook.csv", folder / "export.xlsx", folder / "huge.xlsx"
    write_export(export, ROWS)
    write = [str(PEERS), str(ROOT / "benchmarks" / "peers" / "write_workbooks.py")]
    finished([*write, str(export), str(workbook), str(huge), str(HUGE_CELL_BYTES)])
    runs: dict[str, list[Finished]] = {name: [] for name in READERS}
    for _ in range(PAIRS):
        for name, command in READERS.items():
            runs[name].append(finished([*command, str(workbook)]))
    assert {run.output["rows"] for found in runs.values() for run in found} == {ROWS + 1}
    results: dict = {"rows": ROWS, "huge_cell_mb": HUGE_CELL_BYTES / 1e6}
    for name, command in READERS.items():
        results[f"{name}_seconds"] = statistics.median(run.output["seconds"] for run in runs[name])
        results[f"{name}_first_row_seconds"] = statistics.median(run.output["first_row_seconds"] for run in runs[name])
        small = max(run.peak_mb for run in runs[name])
        results |= {f"{name}_mb": small, f"{name}_huge_cell_mb": finished([*command, str(huge)]).peak_mb}
    return results
