"""`make run`: starts the services, migrates, loads a sample, makes an admin user, then runs the Procfile's processes.

Each process holds a file lock. By that lock the next run finds and stops a process that a killed run left behind. Other
process runners leave processes behind when the terminal closes, when Ctrl-C comes early, or when they are killed.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import IO, NoReturn

import environ
from rich import box
from rich.console import Console
from rich.panel import Panel

from dev import locks, services

MAX_STOP_SECONDS = 10
SLOW_START_SECONDS = 30
MAX_EXITS, EXITS_SECONDS = 5, 60  # of a process that ends by itself
LAST_LINES = 5
KILLED = (signal.SIGKILL, signal.SIGTERM)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # under nohup, SIGHUP stays ignored
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    environ.Env.read_env(services.BASE_DIR / ".env")
    state, port = services.state_dir(), port_from_environment()
    try:
        state.mkdir(parents=True, exist_ok=True)
        with (state / "run.lock").open("a+") as lock:
            claim(lock, port)
            run(state, port)
    except PermissionError as error:
        fail(f"{error.filename}: {error.strerror}; LOCAL_STATE_DIR=… names another folder")


def run(state: Path, port: int) -> None:
    commands = procfile(services.BASE_DIR / "Procfile")
    for name in commands:
        locks.end_holder(state / f"{name}.lock")  # left by a killed run
    if os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL"):
        del commands["demo"]
    else:
        use_demo_model()
    check_free(port)
    os.environ |= {
        "PORT": str(port),
        "LOCAL_STATE_DIR": str(state),
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }
    if sys.stdout.isatty():
        os.environ.setdefault("FORCE_COLOR", "1")  # the processes write to pipes
    embedded = services.attach()
    manage("migrate", "--verbosity=0")
    if embedded:
        manage("local_admin")
        load_samples(state)
    processes: dict[str, Process] = {}
    try:
        for name, command in commands.items():
            processes[name] = Process(state, name, command)
        watch(processes, port, embedded)
    finally:
        stop(list(processes.values()))


def port_from_environment() -> int:
    value = os.environ.get("PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        fail(f"PORT={value} is no port: a number from 1 to 65535 is")
    return int(value)


def use_demo_model() -> None:
    """Make the demo model the language model."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    os.environ |= {"DEMO_PORT": port, "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_MODEL": "demo"}


def claim(lock: IO[str], port: int) -> None:
    """Allow one `make run` per state folder: two would send every periodic task twice."""
    if not locks.try_lock(lock):
        lock.seek(0)
        fail(f"`make run` is running here already, on port {lock.read()}; LOCAL_STATE_DIR=… starts another beside it")
    lock.truncate(0)
    lock.write(str(port))
    lock.flush()


def check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            fail(f"port {port} cannot be used ({os.strerror(error.errno or 0)}): `make run PORT=…` takes another")


def procfile(path: Path) -> dict[str, str]:
    lines = [line.partition(":") for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: command.strip() for name, _, command in lines}


def manage(*arguments: str) -> None:
    done = subprocess.run([sys.executable, services.BASE_DIR / "manage.py", *arguments])  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)  # the command has printed why


def load_samples(state: Path) -> None:
    """Load the samples, once: whoever removes the demo data does not find it there again after the next start."""
    loaded = state / "samples-loaded"
    if not loaded.exists():
        manage("load_sample")
        manage("load_sample_campaign")
        loaded.touch()


class Process:
    """A line of the Procfile, running; its output is passed on under its name."""

    def __init__(self, state: Path, name: str, command: str) -> None:
        self.name, self.command, self.lock = name, command, state / f"{name}.lock"
        self.exits: deque[float] = deque(maxlen=MAX_EXITS)  # when the process ended by itself
        self.last_lines: deque[bytes] = deque(maxlen=LAST_LINES)
        self.start()

    def start(self) -> None:
        self.popen = locks.start_holding(
            self.lock,
            ["sh", "-c", f"exec {self.command}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=services.BASE_DIR,
        )
        self.relay = Thread(target=self.pass_on, args=[self.popen.stdout], daemon=True)
        self.relay.start()

    def start_again(self, code: int) -> None:
        """Starts the process that ended, after the children that a killed one left; exits if it keeps on ending."""
        self.kill_group()  # its children hold the lock, the port, or tasks of a queue
        self.relay.join(1)
        if -code in KILLED:
            what = f"was killed ({signal.Signals(-code).name})"
        else:
            what = f"ended with exit code {code}"
            self.exits.append(time.monotonic())
            if len(self.exits) == MAX_EXITS and self.exits[-1] - self.exits[0] < EXITS_SECONDS:
                lines = b"".join(self.last_lines).decode(errors="replace").rstrip()
                often = f"{MAX_EXITS} times in a minute"
                fail(f"{self.name} {what}, {often}, so the rest stops too. Its last lines:\n{lines}")
        say(f"famekeeda: {self.name} {what} and is started again")
        self.start()

    def kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        deadline = time.monotonic() + MAX_STOP_SECONDS
        while not locks.is_free(self.lock) and time.monotonic() < deadline:
            time.sleep(0.02)

    def pass_on(self, output: IO[bytes]) -> None:
        for line in output:
            self.last_lines.append(line)
            with suppress(OSError):  # the terminal is gone: reading goes on, or the process would block
                os.write(1, f"{self.name:>6} | ".encode() + line)

    def wait(self, deadline: float) -> None:
        """Wait until the deadline, then kill the process with all its children."""
        try:
            self.popen.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()
        self.relay.join(1)


def watch(processes: dict[str, Process], port: int, embedded: bool) -> NoReturn:
    """Welcome the user once the web server answers; start a process again that ends.

    A system without one of its processes must not look alive: without a worker, uploads would wait for ever.
    """
    welcomed, said_slow, began = False, False, time.monotonic()
    while True:
        for process in processes.values():
            if (code := process.popen.poll()) is not None:
                process.start_again(code)
        if not welcomed:
            answer = ask(port)
            if welcomed := answer == "200":
                welcome(f"http://127.0.0.1:{port}", embedded)
            elif not said_slow and time.monotonic() - began > SLOW_START_SECONDS:
                said_slow = True
                say(f"famekeeda: still not ready: /readyz says {answer}")
        time.sleep(1 if welcomed else 0.2)


def ask(port: int) -> str:
    """The status of /readyz, with the body unless it is 200; or why there is no answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(500).decode(errors="replace")
    except (OSError, HTTPException) as error:
        return str(error)
    finally:
        connection.close()
    return "200" if answer.status == 200 else f"{answer.status} {' '.join(body.split())}"


def welcome(url: str, embedded: bool) -> None:
    lines = [f"Admin   {url}/admin/", f"API     {url}/docs"]
    curls = [f"curl '{url}/top-performers?campaignId=campaign_1&limit=5'", f"curl {url}/readyz"]
    if embedded:
        password = services.admin_password_file().read_text().strip()
        lines.append(f"User    admin, password {password}")
        curls[1] = f"curl -d username=admin -d password={password} {url}/token"
    if os.environ.get("OPENAI_MODEL") == "demo":
        lines.append("Model   demo: a small built-in one; OPENAI_API_KEY or OPENAI_BASE_URL names a real one")
    body = '{"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "Instagram"}'
    curls.append(f"curl -H 'Content-Type: application/json' -d '{body}' {url}/generate-brief")
    lines += ["", *curls, "", "Ctrl-C stops everything."]
    # The panel has no sides, so that its lines can be copied, and is so wide that no line wraps.
    panel = Panel("\n".join(lines), box.HORIZONTALS, title="Fame Keeda is ready", highlight=False)
    Console(width=max(map(len, lines)) + 4).print(panel)


def stop(processes: list[Process]) -> None:
    """Ask every process to finish, and kill those that do not; no signal interrupts this."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        process.popen.terminate()
    deadline = time.monotonic() + MAX_STOP_SECONDS
    for process in processes:
        process.wait(deadline)


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def fail(why: str) -> NoReturn:
    sys.exit(f"famekeeda: {why}")


if __name__ == "__main__":
    main()
