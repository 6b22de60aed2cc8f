"""Identical requests become one brief, over HTTP, with the web server and the worker of the Procfile as processes."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from django.db import connection
from django_redis import get_redis_connection

from briefs.models import Brief
from dev import services
from tests.dev.processes import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]

TRIALS = 8
REQUESTS, SECONDS_BETWEEN = 30, 0.002
WORDS = {"product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def process(name: str, environment: dict[str, str]) -> Iterator[None]:
    """The process of that name in the Procfile, on the test's database."""
    lines = dict(line.split(": ", 1) for line in (services.BASE_DIR / "Procfile").read_text().splitlines())
    command = ["env", f"PATH={Path(sys.executable).parent}:{os.environ['PATH']}", *shlex.split(lines[name])]
    command = [environment["PORT"] if word == "$PORT" else word for word in command]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    running = subprocess.Popen(
        command, cwd=services.BASE_DIR, env=os.environ | {"DATABASE_URL": database.geturl()} | environment,
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@pytest.fixture
def url(fake_llm) -> Iterator[str]:
    """Where a web server answers, behind which a worker writes."""
    get_redis_connection("default").flushdb()
    port = free_port()
    environment = {"PORT": str(port), "OPENAI_BASE_URL": fake_llm.url, "OPENAI_MODEL": "demo", "DEBUG": "1"}
    with process("web", environment), process("io", environment):
        wait_until(lambda: answers(port), 60)
        url = f"http://127.0.0.1:{port}/generate-brief"
        ask(url, "Warm up")
        yield url
    get_redis_connection("default").flushdb()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(url: str, brand: str) -> int:
    """The brief's id."""
    body = json.dumps(WORDS | {"brand": brand}).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60) as answer:
        return json.load(answer)["id"]


def test_thirty_identical_requests_two_milliseconds_apart_are_one_brief(url, fake_llm):
    def ask_in_turn(number: int, brand: str) -> int:
        time.sleep(number * SECONDS_BETWEEN)
        return ask(url, brand)

    asked = len(fake_llm.requests)
    briefs = []
    with ThreadPoolExecutor(REQUESTS) as pool:
        for trial in range(TRIALS):
            brands = [f"Trial {trial}"] * REQUESTS
            briefs.append(len(set(pool.map(ask_in_turn, range(REQUESTS), brands))))
    assert briefs == [1] * TRIALS
    assert Brief.objects.count() == 1 + TRIALS
    assert len(fake_llm.requests) - asked == 2 * TRIALS
