"""Briefs: repeats, our own share of a miss beside pydantic-ai, a hundred at once, memory; against the demo model."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.offering import at_rate, post
from benchmarks.running import ROOT, Finished, connect, finished, free_port, peer, production, server, token, wait_for
from briefs.apps import BriefsConfig
from dev.demo.server import Server

OFFERED = 200  # requests a second
SECONDS = 10
REPEATED = 20  # different requests among them
MISSES = 60
ROUNDS = 3
AT_ONCE = 100
ANSWERS_AFTER = 2  # seconds a call
CALLS = 2  # a brief
MANY = 500

PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
MAX_RUNNING = sum(BriefsConfig.queues.values())


def words(brand: str) -> dict[str, str]:
    return {"brand": brand, "product": "Air Max Running Shoes", "goal": "Reach young athletes", "platform": "instagram"}


def measure() -> dict:
    os.environ.update(production())
    key = token()
    try:
        return {"hit": hits(key), "miss": misses(key), "alone": alone()} | {"at_once": at_once(key)} | memory(key)
    finally:
        for name in (*production(), "OPENAI_BASE_URL", "OPENAI_MODEL"):
            os.environ.pop(name, None)


@contextmanager
def system(delay: float = 0) -> Iterator[tuple[int, int]]:
    """Model, web server and the worker `io` as the Procfile has them: the server's port, the worker's process id."""
    model, port = free_port(), free_port()
    os.environ |= {"OPENAI_BASE_URL": f"http://127.0.0.1:{model}/v1", "OPENAI_MODEL": "demo", "PORT": str(port)}
    with ExitStack() as stack:
        command = [sys.executable, "-m", "dev.demo", "--port", str(model), "--delay", str(delay)]
        stack.enter_context(running(command, f"http://127.0.0.1:{model}/healthz"))
        worker = stack.enter_context(running(as_in_procfile("io")))
        stack.enter_context(server(as_in_procfile("web"), port=port, core=0))
        time.sleep(3)  # the worker says nothing when it is ready
        yield port, worker.pid


def as_in_procfile(name: str) -> list[str]:
    arguments = [os.path.expandvars(argument) for argument in PROCFILE[name].split()]
    return [sys.executable if argument == "python" else argument for argument in arguments]


@contextmanager
def running(command: list[str], url: str = "") -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if url:
            wait_for(url, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def generate(port: int, key: str, brand: str, prefer: str = "") -> int:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"} | (
        {"Prefer": prefer} if prefer else {}
    )
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/generate-brief", json.dumps(words(brand)).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=90) as answer:
        answer.read()
        return answer.status


def hits(key: str) -> dict:
    """The same twenty requests again and again, as they come; a latency counts from when its request was due."""
    with system() as (port, _):
        brands = [f"Repeated {number}" for number in range(REPEATED)]
        for brand in brands:
            assert generate(port, key, brand) == 200
        requests = [post("/generate-brief", words(brand), key) for brand in brands]
        at_rate(port, requests, key, 2, OFFERED)  # warm-up
        answered = at_rate(port, requests, key, SECONDS, OFFERED)
    return {"offered": OFFERED} | {f"p{share}_ms": answered.percentile(share / 100) for share in (50, 95, 99)}


def misses(key: str) -> dict:
    """One after the other, each with a brand of its own: from request to answer, queue, worker and model included."""
    with system() as (port, _):
        generate(port, key, "Warm-up")
        seconds = []
        for number in range(MISSES):
            began = time.perf_counter()
            assert generate(port, key, f"Missed {number}") == 200
            seconds.append(time.perf_counter() - began)
    return {"median_ms": statistics.median(seconds) * 1000, "worst_ms": max(seconds) * 1000}


def alone() -> dict:
    """Without the queue, in rounds that alternate with pydantic-ai doing the same against the same server."""
    ours: list[Finished] = []
    theirs: list[Finished] = []
    requests = {"ours": 0, "pydantic_ai": 0}
    with Counting() as model:
        os.environ |= {"OPENAI_BASE_URL": model.url, "OPENAI_MODEL": "demo"}
        for number in range(ROUNDS):
            before = model.count
            script = str(ROOT / "benchmarks" / "chain_alone.py")
            ours.append(finished([sys.executable, script, str(MISSES), str(number)]))
            requests["ours"] += model.count - before
            before = model.count
            theirs.append(peer("pydantic_ai_chain.py", model.url, str(MISSES)))
            requests["pydantic_ai"] += model.count - before
    briefs = ROUNDS * (MISSES + 1)  # with a warm-up in each
    return {
        "ours_ms": statistics.median(each.output["median_ms"] for each in ours),
        "pydantic_ai_ms": statistics.median(each.output["median_ms"] for each in theirs),
        "ours_to_pydantic_ai": statistics.median(
            our.output["median_ms"] / their.output["median_ms"] for our, their in zip(ours, theirs, strict=True)
        ),
        "ours_mb": max(each.peak_mb for each in ours),
        "pydantic_ai_mb": max(each.peak_mb for each in theirs),
        "ours_requests": requests["ours"] / briefs,
        "pydantic_ai_requests": requests["pydantic_ai"] / briefs,
    }


class Counting(Server):
    count = 0

    def meet(self, exchange) -> None:
        self.count += 1
        super().meet(exchange)


def at_once(key: str) -> dict:
    """A hundred different requests in one moment, to a model that takes its time."""
    with system(ANSWERS_AFTER) as (port, worker):
        generate(port, key, "Warm-up")
        idle = resident_mb(worker)
        began = time.perf_counter()
        ask_all(port, key, [f"At once {number}" for number in range(AT_ONCE)])
        wait_until_finished()
        seconds = time.perf_counter() - began
        peak = resident_mb(worker, "VmHWM")
    with connect() as connection:
        [ready] = connection.execute(
            "SELECT count(*) FROM briefs_brief WHERE brand LIKE 'At once %' AND state = 'ready'"
        ).fetchone() or [0]
    floor = CALLS * ANSWERS_AFTER * -(-AT_ONCE // MAX_RUNNING)
    return {"seconds": seconds, "floor_seconds": floor, "ready": ready, "idle_mb": idle, "peak_mb": peak}


def memory(key: str) -> dict:
    """What the worker holds after the first fifth of many briefs, and after all of them."""
    with system() as (port, worker):
        brands = [f"Many {number}" for number in range(MANY)]
        ask_all(port, key, brands[: MANY // 5])
        wait_until_finished()
        early = resident_mb(worker)
        ask_all(port, key, brands[MANY // 5 :])
        wait_until_finished()
        late = resident_mb(worker)
    return {"memory": {"briefs": MANY, "early_mb": early, "late_mb": late}}


def ask_all(port: int, key: str, brands: list[str]) -> None:
    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(lambda brand: generate(port, key, brand, "respond-async"), brands))
    assert statuses <= {200, 202}, statuses


def wait_until_finished() -> None:
    with connect() as connection:
        while connection.execute("SELECT 1 FROM briefs_brief WHERE state IN ('queued', 'running') LIMIT 1").fetchone():
            time.sleep(0.02)


def resident_mb(pid: int, what: str = "VmRSS") -> float:
    status = Path(f"/proc/{pid}/status")
    if not shutil.which("taskset") or not status.exists():  # not Linux
        return float("nan")
    return int(re.findall(rf"{what}:\s+(\d+)", status.read_text())[0]) / 1024
