"""How fast GET /top-performers answers, one process on one core, beside FastAPI + asyncpg on uvicorn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from statistics import median

from benchmarks.exports import CAMPAIGNS
from benchmarks.offering import as_fast_as_answered, at_rate
from benchmarks.running import PEERS, free_port, production, server, token

ROUNDS = 15
SECONDS = 1
EQUAL_LOAD = 300  # requests a second, offered to both
PATHS = [f"/top-performers?campaignId=campaign_{number + 1}&limit=10" for number in range(CAMPAIGNS)]


def ours(port: int) -> AbstractContextManager[None]:
    # As the Procfile starts it.
    options = ["--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    return server(
        ["env", "DATABASE_POOL=34", sys.executable, "-m", "granian", *options, "famekeeda.serving.rsgi:application"],
        port=port,
        core=0,
    )


def fastapi(port: int, middleware: str) -> AbstractContextManager[None]:
    """`middleware` is "http", as FastAPI's documentation writes one, or "asgi", a plain ASGI one, which is faster."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--app-dir", "benchmarks/peers"]
    environment = ["env", f"MIDDLEWARE={middleware}"]
    return server([*environment, str(PEERS), "-m", "uvicorn", *options, "fastapi_app:app"], port=port, core=0)


SERVERS: dict[str, Callable[[int], AbstractContextManager[None]]] = {
    "ours": ours,
    "fastapi": partial(fastapi, middleware="http"),
    "fastapi_asgi": partial(fastapi, middleware="asgi"),
}


def measure() -> dict:
    """Requests per second in short rounds that alternate, and the 99th percentile of each at the same offered load.

    All servers run all the time, the idle ones at no cost: what else the machine does then hits all of them alike.
    """
    os.environ.update(production())
    key = token()
    rates: dict[str, list[float]] = {name: [] for name in SERVERS}
    with ExitStack() as stack:
        ports = {name: free_port() for name in SERVERS}
        for name, start in SERVERS.items():
            stack.enter_context(start(ports[name]))
            as_fast_as_answered(ports[name], PATHS, key, 1)  # warm-up
        for _ in range(ROUNDS):
            for name, port in ports.items():
                rates[name].append(as_fast_as_answered(port, PATHS, key, SECONDS).rate)
        tails = {name: at_rate(port, PATHS, key, 5, EQUAL_LOAD).percentile(0.99) for name, port in ports.items()}
    for name in production():
        os.environ.pop(name)
    results: dict = {"equal_load": EQUAL_LOAD, "rounds": ROUNDS}
    for name in SERVERS:
        results |= {f"{name}_per_second": median(rates[name]), f"{name}_p99_ms": tails[name]}
    for name in ("fastapi", "fastapi_asgi"):
        ratios = sorted(ours / theirs for ours, theirs in zip(rates["ours"], rates[name], strict=True))
        results |= {f"ours_to_{name}": median(ratios), f"ours_to_{name}_range": [ratios[0], ratios[-1]]}
    return results


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
