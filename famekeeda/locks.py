"""Who is alive, asked of the kernel: a process holds a file's lock, and however it ends, the lock is free again.

Process ids in files cannot say that: after a crash or a reboot they name somebody else.
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

SECONDS_TO_END = 10


def try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(path: Path) -> IO[str]:
    """The file, with a lock that others may share until it is closed; waits for whoever has it alone."""
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock and have it alone."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_free(lock: Path) -> bool:
    """Whether no live process holds the lock; a file that is gone is held by none."""
    try:
        with lock.open() as file:
            return try_lock(file)
    except FileNotFoundError:
        return True


def start_holding(lock: Path, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that holds the lock for as long as it or a child of it lives.

    It gets a session of its own: Ctrl-C in a terminal does not reach it, whoever started it decides.
    """
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process = subprocess.Popen(command, pass_fds=[file.fileno()], start_new_session=True, **options)  # noqa: S603
        file.write(str(process.pid))
    return process


def end_holder(lock: Path, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Stop whoever holds the lock, with its children if it comes to that; exits with one line if it does not stop."""
    if is_free(lock):
        return
    pid = int(lock.read_text())
    for end in (lambda: os.kill(pid, stop_signal), lambda: os.killpg(pid, signal.SIGKILL)):
        with suppress(ProcessLookupError):
            end()
        deadline = time.monotonic() + SECONDS_TO_END
        while time.monotonic() < deadline:
            if is_free(lock):
                return
            time.sleep(0.02)
    sys.exit(f"famekeeda: process {pid} of a previous run does not stop: kill it")
