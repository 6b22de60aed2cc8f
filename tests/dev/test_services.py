"""The embedded services: how they start and stop, and what survives which accident."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dev import keeper, locks, services
from tests.dev.processes import folder_for_services, processes_of, wait_until

USER = (
    "import json, sys; from pathlib import Path; from dev import services;"
    "print(json.dumps(services.use(Path(sys.argv[1]), throwaway=len(sys.argv) > 2)), flush=True); sys.stdin.read()"
)


class User:
    """A process that uses the services of a state folder until it is told to leave."""

    def __init__(self, state: Path, *options: str) -> None:
        command = [sys.executable, "-c", USER, str(state), *options]
        self.process = subprocess.Popen(
            command, cwd=services.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def addresses(self) -> dict[str, str]:
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read().decode()
        return json.loads(line)

    def leave(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(30) == 0


@pytest.fixture
def state():
    with folder_for_services() as folder:
        yield folder / "state"


def query(addresses: dict[str, str], sql: str):
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def sockets(addresses: dict[str, str]) -> Path:
    return Path(addresses["DATABASE_URL"].partition("host=")[2].partition("&")[0])


def pid(state: Path, name: str) -> int:
    return int((state / f"{name}.lock").read_text())


def test_the_last_one_out_stops_the_services_and_the_data_stay(state):
    first, second = User(state), User(state)
    addresses = first.addresses()
    assert second.addresses() == addresses
    query(addresses, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.leave()
    assert query(addresses, "SELECT answer FROM kept") == 42
    second.leave()
    assert processes_of(state) == []

    third = User(state)
    assert query(third.addresses(), "SELECT answer FROM kept") == 42
    third.leave()


def test_users_who_start_at_once_share_one_keeper(state):
    users = [User(state) for _ in range(3)]
    assert len({json.dumps(user.addresses()) for user in users}) == 1
    assert len([line for line in processes_of(state) if "dev.keeper" in line]) == 1
    for user in users:
        user.leave()


def test_services_stop_when_their_last_user_is_killed(state):
    user = User(state)
    user.addresses()
    user.process.kill()
    user.process.wait()
    wait_until(lambda: not processes_of(state))


def test_throwaway_services_leave_nothing_behind_when_their_user_is_killed(state):
    user = User(state, "throwaway")
    folder = sockets(user.addresses())
    user.process.kill()
    user.process.wait()
    wait_until(lambda: not state.exists() and not folder.exists())


def test_everything_killed_and_process_ids_that_name_somebody_else_do_not_keep_a_start_from_working(state):
    user = User(state)
    query(user.addresses(), "CREATE TABLE kept AS SELECT 42 AS answer")
    user.process.kill()
    for name in ("keeper", "postgres", "valkey"):
        os.kill(pid(state, name), signal.SIGKILL)
    wait_until(lambda: not processes_of(state))
    stale = state / "postgres" / "data" / "postmaster.pid"
    stale.write_text(stale.read_text().replace(str(pid(state, "postgres")), str(os.getpid()), 1))

    user = User(state)
    assert query(user.addresses(), "SELECT answer FROM kept") == 42
    user.leave()


def test_services_left_behind_by_a_killed_keeper_are_replaced(state):
    user = User(state)
    user.addresses()
    orphan = pid(state, "postgres")
    os.kill(pid(state, "keeper"), signal.SIGKILL)
    wait_until(lambda: locks.is_free(state / "keeper.lock"))

    another = User(state)
    assert query(another.addresses(), "SELECT 1") == 1
    assert pid(state, "postgres") != orphan
    user.leave()
    another.leave()


def test_a_killed_postgresql_is_started_again_for_those_who_use_it(state):
    user = User(state)
    addresses = user.addresses()
    os.kill(pid(state, "postgres"), signal.SIGKILL)

    def answers():
        try:
            return query(addresses, "SELECT 1") == 1
        except psycopg.OperationalError:
            return False

    wait_until(lambda: not answers())
    wait_until(answers)
    user.leave()


def test_a_folder_too_deep_for_a_socket_or_with_a_space_in_its_name_works(state):
    deep = state / ("deeper " * 12) / ("and deeper" * 9)
    user = User(deep)
    addresses = user.addresses()
    assert addresses["DATABASE_URL"].startswith("postgres://famekeeda@/famekeeda?host=/tmp/famekeeda-")
    assert query(addresses, "SELECT 1") == 1
    user.leave()
    assert not sockets(addresses).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that only root may enter")
def test_root_may_work_in_a_folder_that_only_root_may_enter(state):
    state.mkdir(mode=0o700)
    user = User(state, "throwaway")
    addresses = user.addresses()
    assert addresses["DATABASE_URL"].startswith("postgres://famekeeda@/famekeeda?host=/var/tmp/famekeeda-")
    assert query(addresses, "SELECT 1") == 1
    home = sockets(addresses).parent
    assert home.stat().st_uid == 0
    assert (home / "postgres").stat().st_uid != 0
    user.leave()
    wait_until(lambda: not home.exists())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can copy programs for somebody else")
def test_programs_that_the_services_user_cannot_reach_are_copied_with_their_libraries(state, monkeypatch):
    state.mkdir()
    monkeypatch.setattr(keeper.Layout, "reaches", lambda self, path: path == state)
    places = keeper.Layout(state)
    assert places.postgres.is_relative_to(state)
    version = subprocess.run([places.postgres / "initdb", "--version"], capture_output=True, text=True, **places.user)
    assert version.stdout.startswith("initdb (PostgreSQL) 18")


def test_a_folder_that_somebody_else_made_where_ours_would_be_is_refused(tmp_path):
    theirs = tmp_path / "famekeeda-1"
    theirs.mkdir()
    with pytest.raises(SystemExit, match="famekeeda-1 is not a folder that only we can write to: remove it"):
        keeper.owned_folder(theirs, os.geteuid() + 1, os.getegid(), 0o700)
    (tmp_path / "famekeeda-2").symlink_to(theirs)
    with pytest.raises(SystemExit, match="famekeeda-2 is not a folder that only we can write to: remove it"):
        keeper.owned_folder(tmp_path / "famekeeda-2", os.geteuid(), os.getegid(), 0o700)


def test_why_the_services_do_not_start_is_said_in_one_line(state):
    broken = state / "postgres" / "data"
    broken.mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(state / "postgres", 65534, 65534)
    user = User(state)
    output, errors = user.process.communicate()
    assert (output, user.process.returncode) == (b"", 1)
    assert errors.decode().startswith("famekeeda: the embedded services do not start: postgres: ")
    assert errors.count(b"\n") == 1


def test_nothing_is_started_where_both_addresses_are_set(state, monkeypatch):
    monkeypatch.setenv("LOCAL_STATE_DIR", str(state))
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example.com/famekeeda")
    monkeypatch.setenv("REDIS_URL", "redis://db.example.com/0")
    assert services.attach() is False
    assert not state.exists()


def test_a_database_of_ones_own_beside_the_embedded_valkey_is_told_apart(state):
    own = "postgres://db.example.com/famekeeda"
    show = (
        "import os; from dev import services; print(services.attach(), *map(os.getenv, ('DATABASE_URL', 'REDIS_URL')))"
    )
    environment = os.environ | {"LOCAL_STATE_DIR": str(state), "DATABASE_URL": own, "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", show], cwd=services.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.stdout == f"False {own} unix://{state}/run/valkey.sock?db=0\n"


def test_nothing_is_started_in_production(state, monkeypatch):
    monkeypatch.setenv("LOCAL_STATE_DIR", str(state))
    monkeypatch.setenv("DEBUG", "0")
    monkeypatch.delenv("DATABASE_URL")
    assert services.attach() is False
    assert not state.exists()


def test_the_services_listen_on_sockets_only(state):
    user = User(state)
    addresses = user.addresses()
    assert query(addresses, "SHOW listen_addresses") == ""
    with socket.socket(socket.AF_UNIX) as valkey:
        valkey.connect(addresses["REDIS_URL"].removeprefix("unix://").removesuffix("?db=0"))
        valkey.sendall(b"CONFIG GET port\r\n")
        assert valkey.recv(100).endswith(b"$1\r\n0\r\n")
    user.leave()
