"""Draws the growth figures of results.json: seconds per million rows, and the read's 99th percentile."""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "famekeeda"
import matplotlib.pyplot as plt  # noqa: E402

source, target = sys.argv[1:]
points = json.loads(Path(source).read_text())["growth"]
rows = [point["rows"] for point in points]
figure, (load, read) = plt.subplots(1, 2, figsize=(9, 3))
load.plot(rows, [point["seconds_per_million"] for point in points], marker="o")
load.set(title="load, whole command", ylabel="seconds per million rows", yscale="log")
read.plot(rows, [point["read_p99_ms"] for point in points], marker="o", color="tab:orange")
read.set(title="GET /top-performers", ylabel="p99, milliseconds", ylim=0)
for axes in (load, read):
    axes.set(xlabel="rows", xscale="log")
    axes.grid(alpha=0.3)
figure.tight_layout()
figure.savefig(target, metadata={"Date": None})
