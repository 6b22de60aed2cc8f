"""Helpers for tests of processes: which ones live, and waiting for a condition."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder_for_services() -> Iterator[Path]:
    """A folder that the user of root's services may enter; fails if a process outlives its test."""
    with tempfile.TemporaryDirectory(prefix="famekeeda-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        wait_until(lambda: not processes_of(Path(folder)))


def processes_of(folder: Path) -> list[str]:
    """The command lines, with environment, of every process that names the folder in either."""
    listing = subprocess.run(["ps", "axeww", "-o", "pid=,stat=,command="], capture_output=True, text=True, check=True)
    return [line for line in listing.stdout.splitlines() if str(folder) in line and "ps axeww" not in line]


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never became true"
        time.sleep(0.02)
