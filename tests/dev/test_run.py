"""`make run`: what starts, what it prints, and that it leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dev import locks, run, services
from tests.dev.processes import folder_for_services, processes_of, wait_until


@pytest.fixture
def state():
    with folder_for_services() as folder:
        yield folder / "state"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(state: Path, port: object, **others: str) -> dict:
    """What starts `make run` there, for subprocess; on embedded services unless others are named."""
    ours = {"LOCAL_STATE_DIR": str(state), "PORT": str(port), "DATABASE_URL": "", "REDIS_URL": ""}
    return {
        "args": [sys.executable, "-m", "dev.run"],
        "cwd": services.BASE_DIR,
        "env": os.environ | ours | others,
        "stdin": subprocess.DEVNULL,
    }


@contextmanager
def running(state: Path, **others: str):
    """A `make run` that is ready: its port and what it has printed; afterwards Ctrl-C in its terminal."""
    port, output = free_port(), state.parent / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            **command(state, port, **others), stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    wait_until(lambda: "is ready" in output.read_text() or process.poll() is not None, 180)
    try:
        assert process.poll() is None, output.read_text()
        yield port, output.read_text()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        assert processes_of(state) == []


def refusal(state: Path, port: object) -> str:
    """The one line of a `make run` that refuses to start."""
    done = subprocess.run(**command(state, port), capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    return done.stderr.strip()


def test_a_bare_checkout_is_welcomed_with_a_sample_an_admin_a_demo_model_and_curl_lines_that_work(state):
    with running(state) as (port, output):
        curls = re.findall(r"^ *(curl .*?) *$", output, re.MULTILINE)
        answers = [subprocess.run(["sh", "-c", f"{curl} -s"], capture_output=True, check=True).stdout for curl in curls]
        ranking, token, brief = map(json.loads, answers)
        assert (brief["model"], brief["caption"][:4]) == ("demo", "#ad ")
        assert "Model   demo: a small built-in one" in output
        assert (ranking[0]["campaignId"], ranking[0]["influencerId"]) == ("campaign_1", "influencer_221")
        assert set(token) == {"access", "refresh"}
        assert f"http://127.0.0.1:{port}/admin/" in output
        # A second one here would send the periodic tasks twice.
        assert f"`make run` is running here already, on port {port}" in refusal(state, free_port())


def test_samples_are_loaded_once_so_that_they_stay_removed(state, monkeypatch):
    state.mkdir()
    asked = []
    monkeypatch.setattr(run, "manage", asked.append)
    run.load_samples(state)
    run.load_samples(state)
    assert asked == ["load_sample", "load_sample_campaign"]


def test_samples_whose_loading_was_interrupted_are_loaded_by_the_next_run(state, monkeypatch):
    state.mkdir()
    monkeypatch.setattr(run, "manage", lambda command: sys.exit(1))
    with pytest.raises(SystemExit):
        run.load_samples(state)
    asked = []
    monkeypatch.setattr(run, "manage", asked.append)
    run.load_samples(state)
    assert asked == ["load_sample", "load_sample_campaign"]


def test_services_and_a_model_of_ones_own_get_tables_but_neither_sample_nor_admin_nor_demo(state):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS of_ones_own")
        connection.execute("CREATE DATABASE of_ones_own")
    own = os.environ["DATABASE_URL"].replace("/famekeeda?", "/of_ones_own?")
    own_model = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_MODEL": "own"}
    with running(state, DATABASE_URL=own, REDIS_URL=os.environ["REDIS_URL"], **own_model) as (port, output):
        assert "password" not in output
        assert "demo" not in output
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/top-performers?campaignId=campaign_1") as answer:
            assert answer.read() == b"[]"
        with psycopg.connect(own) as connection:
            assert connection.execute("SELECT count(*) FROM auth_user").fetchone() == (0,)
        assert not (state / "postgres").exists()
        assert not (state / "admin-password").exists()


def test_a_busy_port_is_said_before_anything_starts(state):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refusal(state, port)
    assert line == f"famekeeda: port {port} cannot be used (Address already in use): `make run PORT=…` takes another"
    assert sorted(path.name for path in state.iterdir()) == ["run.lock"]


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٨٠٠٠"])
def test_nonsense_for_a_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match=f"^famekeeda: PORT={port} is no port: a number from 1 to 65535 is$"):
        run.port_from_environment()


def test_a_process_that_keeps_on_ending_is_named_with_its_last_lines_and_the_rest_is_stopped(state, capfd):
    state.mkdir()
    processes = {
        "web": run.Process(state, "web", "sleep 60"),
        "worker": run.Process(state, "worker", "sh -c 'echo out of luck; exit 3'"),
    }
    gave_up = (
        r"^famekeeda: worker ended with exit code 3, 5 times in a minute, so the rest stops too. Its last lines:\n"
    )
    with pytest.raises(SystemExit, match=gave_up + "(out of luck\n?){5}$"):
        run.watch(processes, 1, embedded=True)
    with ignoring_signals_again():
        run.stop(list(processes.values()))
    assert processes["web"].popen.returncode == -signal.SIGTERM
    once = "worker | out of luck\nfamekeeda: worker ended with exit code 3 and is started again\n"
    assert capfd.readouterr().out == once * 4 + "worker | out of luck\n"


def test_whatever_is_killed_is_started_again_without_its_orphans(state):
    with running(state) as (port, _):
        for name in ("web", "worker", "io", "beat", "demo"):
            killed = pid(state, name)
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda name=name, killed=killed: pid(state, name) not in (0, killed))
            assert (
                f"famekeeda: {name} was killed (SIGKILL) and is started again" in (state.parent / "output").read_text()
            )
            assert alive_in_group(killed) == []
        wait_until(lambda: run.ask(port) == "200")
        brief = {"brand": "Nova", "product": "Bottle", "goal": "More sales", "platform": "instagram"}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/generate-brief", json.dumps(brief).encode(), {"Content-Type": "application/json"}
        )
        assert json.load(urllib.request.urlopen(request, timeout=60))["model"] == "demo"


def alive_in_group(group: int) -> list[str]:
    listing = subprocess.run(["ps", "axo", "pgid=,stat=,command="], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if re.match(rf" *{group} +[^Z ]", line)]


def pid(state: Path, name: str) -> int:
    return int((state / f"{name}.lock").read_text() or 0)


def test_a_process_that_will_not_stop_is_killed_with_its_children(state, monkeypatch):
    monkeypatch.setattr(run, "MAX_STOP_SECONDS", 0.2)
    state.mkdir()
    process = run.Process(state, "web", "sh -c 'trap \"\" TERM; sleep 60; echo'")
    time.sleep(0.1)
    with ignoring_signals_again():
        run.stop([process])
    assert process.popen.returncode == -signal.SIGKILL
    wait_until(lambda: locks.is_free(state / "web.lock"))


def test_what_a_killed_run_left_behind_is_stopped_by_the_next(state):
    state.mkdir()
    script = (
        "import time; from pathlib import Path; from dev.run import Process;"
        f"Process(Path({str(state)!r}), 'web', 'sleep 60'); print('up', flush=True); time.sleep(60)"
    )
    killed = subprocess.Popen([sys.executable, "-c", script], cwd=services.BASE_DIR, stdout=subprocess.PIPE)
    assert killed.stdout.readline() == b"up\n"
    killed.kill()
    killed.wait()
    assert not locks.is_free(state / "web.lock")
    locks.end_holder(state / "web.lock")
    assert locks.is_free(state / "web.lock")


@contextmanager
def ignoring_signals_again():
    """`stop` makes the process ignore signals: restores the handlers, since the process is the tests' own."""
    before = {number: signal.getsignal(number) for number in run.STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
