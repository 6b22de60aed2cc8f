"""How fast GET /top-performers answers, one process on one core, beside FastAPI + asyncpg on uvicorn."""

from __future__ import annotations

import os
import statistics
import sys
from contextlib import AbstractContextManager

from benchmarks.exports import CAMPAIGNS
from benchmarks.offering import Answered, as_fast_as_answered, at_rate
from benchmarks.running import PEERS, free_port, production, server, token

SECONDS = 5
EQUAL_LOAD = 300  # requests a second, offered to both
PATHS = [f"/top-performers?campaignId=campaign_{number + 1}&limit=10" for number in range(CAMPAIGNS)]


def ours(port: int) -> AbstractContextManager[None]:
    # As the Procfile starts it.
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "32"]
    return server(
        ["env", "DATABASE_POOL=32", sys.executable, "-m", "granian", *options, "famekeeda.wsgi:application"],
        port=port,
        core=0,
    )


def fastapi(port: int) -> AbstractContextManager[None]:
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--app-dir", "benchmarks/peers"]
    return server([str(PEERS), "-m", "uvicorn", *options, "fastapi_app:app"], port=port, core=0)


def measure() -> dict:
    """Requests per second in rounds that alternate, then the 99th percentile of both at the same offered load."""
    os.environ.update(production())
    key, rounds, tails = token(), [], []
    for _ in range(3):
        found: dict[str, tuple[Answered, Answered]] = {}
        for name, start in (("ours", ours), ("fastapi", fastapi)):
            port = free_port()
            with start(port):
                as_fast_as_answered(port, PATHS, key, 1)  # warm-up
                fast = as_fast_as_answered(port, PATHS, key, SECONDS)
                found[name] = fast, at_rate(port, PATHS, key, SECONDS, EQUAL_LOAD)
        rounds.append((found["ours"][0].rate, found["fastapi"][0].rate))
        tails.append((found["ours"][1].percentile(0.99), found["fastapi"][1].percentile(0.99)))
    for name in production():
        os.environ.pop(name)
    median = statistics.median
    return {
        "ours_per_second": median(ours for ours, _ in rounds),
        "fastapi_per_second": median(theirs for _, theirs in rounds),
        "ours_to_fastapi": median(ours / theirs for ours, theirs in rounds),
        "equal_load": EQUAL_LOAD,
        "ours_p99_ms": median(ours for ours, _ in tails),
        "fastapi_p99_ms": median(theirs for _, theirs in tails),
    }


def read_p99_ms() -> float:
    """The 99th percentile of ours at a quarter of the equal load."""
    os.environ.update(production())
    key, port = token(), free_port()
    with ours(port):
        as_fast_as_answered(port, PATHS, key, 1)
        answered = at_rate(port, PATHS, key, 3, EQUAL_LOAD / 4)
    for name in production():
        os.environ.pop(name)
    return answered.percentile(0.99)
