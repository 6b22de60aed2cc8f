"""What an idempotency key and an event cost: our views beside the same views without either, in alternating rounds."""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from uuid import uuid4

from benchmarks.running import free_port, production, server, token

ROUNDS = 9
REQUESTS = 80  # one after another, in each round of each server; an even number of turns of the creators
CREATORS = 20
AIM = 1.5

Ask = Callable[[str, str, dict, dict], None]


def web(port: int, settings: str) -> list[str]:
    options = ["--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    environment = ["env", "DATABASE_POOL=34", f"DJANGO_SETTINGS_MODULE={settings}", "PYTHONPATH=."]
    return [*environment, sys.executable, "-m", "granian", *options, "famekeeda.serving.rsgi:application"]


SERVERS = {"recorded": "famekeeda.settings", "unrecorded": "benchmarks.peers.unrecorded"}


def asking(port: int, key: str) -> Ask:
    """A function that sends a request over one connection and waits for the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(method: str, path: str, body: dict, headers: dict) -> None:
        given = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
        connection.request(method, path, json.dumps(body), given)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            sys.exit(f"bench: {method} {path} answered {answer.status} {content[:200]!r}")

    return ask


def create(ask: Ask, *, with_key: bool) -> float:
    """Seconds for one new campaign, one after another."""
    began = time.perf_counter()
    for _ in range(REQUESTS):
        name = f"Bench {uuid4().hex}"  # each gets its id at the first try
        body = {"name": name, "brand": "Nova", "budget": "1200.00", "currency": "EUR", "startsOn": "2027-05-01"}
        ask("POST", "/campaigns", body, {"Idempotency-Key": uuid4().hex} if with_key else {})
    return (time.perf_counter() - began) / REQUESTS


def move(ask: Ask, campaign: str) -> float:
    """Seconds for one change of a creator's state, one after another."""
    began = time.perf_counter()
    for number in range(REQUESTS):
        state = ("contacted", "shortlisted")[number // CREATORS % 2]
        ask("PUT", f"/campaigns/{campaign}/creators/creator_{number % CREATORS}", {"state": state}, {})
    return (time.perf_counter() - began) / REQUESTS


def measure() -> dict:
    """Milliseconds of each request, with and without, and the ratios of the rounds."""
    os.environ.update(production())
    key = token()
    seconds: dict[str, dict[str, list[float]]] = {name: {"create": [], "move": []} for name in SERVERS}
    with ExitStack() as stack:
        asks = {}
        for name, settings in SERVERS.items():
            port = free_port()
            stack.enter_context(server(web(port, settings), port=port, core=0))
            asks[name] = asking(port, key)
            asks[name]("POST", "/campaigns", {"name": name, "id": f"bench_{name}"}, {})
            create(asks[name], with_key=name == "recorded")  # warm-up
            move(asks[name], f"bench_{name}")
        for _ in range(ROUNDS):
            for name, ask in asks.items():
                seconds[name]["create"].append(create(ask, with_key=name == "recorded"))
                seconds[name]["move"].append(move(ask, f"bench_{name}"))
    for name in production():
        os.environ.pop(name)
    results: dict = {"rounds": ROUNDS}
    for what in ("create", "move"):
        pairs = zip(seconds["recorded"][what], seconds["unrecorded"][what], strict=True)
        results |= {
            f"{what}_ms": median(seconds["recorded"][what]) * 1_000,
            f"{what}_plain_ms": median(seconds["unrecorded"][what]) * 1_000,
            f"{what}_ratio": median(ours / plain for ours, plain in pairs),
        }
    return results
