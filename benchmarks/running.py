"""What the figures run on: fresh services, commands timed from outside, a server on one core."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from dev import services as embedded

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / ".venv" / "bin" / "python"
TABLE = "performance_engagement"


@dataclass
class Finished:
    seconds: float
    peak_mb: float  # resident, of the largest process
    output: dict


@contextmanager
def services() -> Iterator[Path]:
    """A PostgreSQL and a Valkey of our own, as durable as a laptop's, and a folder for files; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="famekeeda-bench-"))
    folder.chmod(0o755)
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "DEBUG",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ):
        os.environ.pop(name, None)
    os.environ["LOCAL_STATE_DIR"] = str(folder)
    os.environ |= embedded.use(folder)
    try:
        manage("migrate", "--verbosity=0")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def manage(*arguments: str) -> Finished:
    """Runs manage.py and waits; the output is its last line, if that is JSON."""
    return finished([sys.executable, str(ROOT / "manage.py"), *arguments])


def peer(script: str, *arguments: str) -> Finished:
    return finished([str(PEERS), str(ROOT / "benchmarks" / "peers" / script), *arguments])


def finished(command: list[str]) -> Finished:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        sys.exit(f"bench: {' '.join(command)} failed")
    lines = output.strip().splitlines()
    parsed = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Finished(seconds, usage.ru_maxrss / 1024, parsed)


def connect() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def empty() -> None:
    """An empty table and nothing left to do for PostgreSQL, so that every measurement begins alike."""
    with connect() as connection:
        connection.execute(f"TRUNCATE {TABLE}")
        connection.execute("CHECKPOINT")


def token() -> str:
    """A JWT of a superuser, valid for the length of a run."""
    code = (
        "from datetime import timedelta; from django.contrib.auth.models import User;"
        "from rest_framework_simplejwt.tokens import AccessToken;"
        "user, _ = User.objects.get_or_create(username='bench');"
        "User.objects.filter(pk=user.pk).update(is_superuser=True); token = AccessToken.for_user(user);"
        "token.set_exp(lifetime=timedelta(hours=6)); print(token)"
    )
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()[-1]


def production() -> dict[str, str]:
    """The environment of a production process that listens here."""
    secret = "bench-" + "s3cr3t-" * 8
    return {"DEBUG": "0", "SECRET_KEY": secret, "ALLOWED_HOSTS": "127.0.0.1,localhost", "HTTPS": "0"}


@contextmanager
def server(command: list[str], *, port: int, core: int) -> Iterator[None]:
    """Runs a web server on one core until the block ends."""
    pin = ["taskset", "-c", str(core)] if shutil.which("taskset") else []
    process = subprocess.Popen([*pin, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    sys.exit(f"bench: nothing answers at {url}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
