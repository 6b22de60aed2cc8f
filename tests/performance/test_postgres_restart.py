"""PostgreSQL restarts, or ends connections, while requests come in."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.dev.processes import folder_for_services, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


def ask(url: str, **request) -> tuple[int, dict | list]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, **request), timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except (urllib.error.URLError, ConnectionError):
        return 0, {}


@contextmanager
def web_server(folder: Path, pool: str) -> Iterator[str]:
    """The web server and embedded services of its own; the server's URL. `pool` is DATABASE_POOL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = os.environ | {"LOCAL_STATE_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": "", "DEBUG": "1"}
    script = (
        "import subprocess, sys; from dev import services; services.attach();"
        "subprocess.run([sys.executable, 'manage.py', 'migrate', '--verbosity=0'], check=True);"
        "sys.exit(subprocess.run([sys.executable, '-m', 'granian', '--interface', 'wsgi', '--host', '127.0.0.1',"
        f"'--port', '{port}', '--blocking-threads', '4', 'famekeeda.wsgi:application']).returncode)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment | {"DATABASE_POOL": pool}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: ask(f"{url}/top-performers?campaignId=campaign_1")[0] == 200, 120)
        yield url
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def manage(folder: Path, *arguments: str, **environment: str) -> str:
    addresses = json.loads((folder / "services.json").read_text())
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | addresses | environment,
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip


@contextmanager
def asking_all_the_time(url: str) -> Iterator[list[tuple[int, dict | list]]]:
    """Four threads that ask again and again; what they were answered so far."""
    seen: list[tuple[int, dict | list]] = []
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            seen.append(ask(url))

    askers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    try:
        yield seen
    finally:
        done.set()
        for asker in askers:
            asker.join()


def restart_postgresql(folder: Path) -> None:
    lock = folder / "postgres.lock"
    before = lock.read_text()
    os.kill(int(before), signal.SIGINT)  # "fast": ends sessions, then stops; the keeper starts it again
    wait_until(lambda: lock.read_text().strip() not in ("", before.strip()))


def test_a_restarted_postgresql_is_503_and_then_as_before():
    with folder_for_services() as folder, web_server(folder, pool="") as server:
        with asking_all_the_time(f"{server}/top-performers?campaignId=campaign_1") as seen:
            time.sleep(0.3)
            restart_postgresql(folder)
            wait_until(lambda: any(status == 503 for status, _ in seen))
            wait_until(lambda: [status for status, _ in seen[-8:]] == [200] * 8)
        assert {status for status, _ in seen} == {200, 503}
        refusal = next(body for status, body in seen if status == 503)
        assert isinstance(refusal, dict)
        assert refusal["detail"] == "The database does not answer. Try again in a moment."


def test_with_a_pool_a_restart_of_postgresql_is_at_most_503_too():
    with folder_for_services() as folder, web_server(folder, pool="4") as server:
        with asking_all_the_time(f"{server}/top-performers?campaignId=campaign_1") as seen:
            wait_until(lambda: len(seen) > 20)
            restart_postgresql(folder)
            restarted = len(seen)
            wait_until(lambda: [status for status, _ in seen[restarted:][-8:]] == [200] * 8)
        assert {status for status, _ in seen} <= {200, 503}


def test_connections_that_postgresql_ended_cost_no_request_and_repeat_no_write():
    with folder_for_services() as folder, web_server(folder, pool="4") as server:
        password = {f"DJANGO_SUPERUSER_{name}": "admin" for name in ("USERNAME", "PASSWORD")}
        manage(folder, "createsuperuser", "--noinput", "--email=", **password)
        headers = {
            "Authorization": f"Token {manage(folder, 'create_token', 'admin')}",
            "Content-Type": "application/json",
        }
        database = json.loads((folder / "services.json").read_text())["DATABASE_URL"]
        with psycopg.connect(database, autocommit=True) as connection:

            def ended() -> bool:
                """Asks PostgreSQL to end all connections of others, and says whether none was left."""
                others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                return not connection.execute(f"SELECT pg_terminate_backend(pid) {others}").fetchall()

            for _ in range(3):
                for asker in [threading.Thread(target=ask, args=[f"{server}/loads"]) for _ in range(8)]:
                    asker.start()
                wait_until(ended)
                assert [ask(f"{server}/loads")[0] for _ in range(8)] == [200] * 8
                wait_until(ended)
                assert ask(f"{server}/tokens", data=b"{}", headers=headers)[0] == 201
            assert connection.execute("SELECT count(*) FROM knox_authtoken").fetchone() == (4,)
