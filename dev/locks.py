"""File locks that tell which processes run: the kernel frees a process's lock in whatever way the process ends.

A pid file cannot tell: after a crash or a reboot its number may be another process's.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

MAX_STOP_SECONDS = 10  # after each signal


def try_lock(file: IO[str]) -> bool:
    """Take the exclusive lock unless another process holds a lock on the file. Returns whether the lock was taken."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(path: Path) -> IO[str]:
    """Open the file with a shared lock, held until the file is closed; waits for an exclusive lock to go."""
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the exclusive lock during the block; waits for other locks to go."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_free(lock: Path) -> bool:
    """Whether no live process holds the lock; True for a file that does not exist."""
    try:
        with lock.open() as file:
            return try_lock(file)
    except FileNotFoundError:
        return True


def start_holding(lock: Path, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that holds the lock for as long as it or a child of it lives.

    The process gets a session of its own: Ctrl-C in a terminal reaches only its parent, which decides.
    """
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process = subprocess.Popen(command, pass_fds=[file.fileno()], start_new_session=True, **options)  # noqa: S603
        file.write(str(process.pid))
    return process


def end_holder(lock: Path, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Stop the process that holds the lock, first by `stop_signal`, then by SIGKILL to its process group.

    Exits with one line if the process still runs.
    """
    if is_free(lock):
        return
    pid = int(lock.read_text())
    for end in (lambda: os.kill(pid, stop_signal), lambda: os.killpg(pid, signal.SIGKILL)):
        with suppress(ProcessLookupError):
            end()
        deadline = time.monotonic() + MAX_STOP_SECONDS
        while time.monotonic() < deadline:
            if is_free(lock):
                return
            time.sleep(0.02)
    sys.exit(f"famekeeda: process {pid} of a previous run does not stop: kill it")
