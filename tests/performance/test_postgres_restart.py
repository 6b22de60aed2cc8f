"""PostgreSQL restarted while requests come in: 503 meanwhile, then everything as before."""

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
from pathlib import Path

from tests.dev.processes import folder_for_services, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


def ask(url: str) -> tuple[int, dict | list]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except (urllib.error.URLError, ConnectionError):
        return 0, {}


def test_a_restarted_postgresql_is_503_and_then_as_before():
    with folder_for_services() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        environment = os.environ | {"LOCAL_STATE_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": "", "DEBUG": "1"}
        script = (
            "import subprocess, sys; from dev import services; services.attach();"
            "subprocess.run([sys.executable, 'manage.py', 'migrate', '--verbosity=0'], check=True);"
            "sys.exit(subprocess.run([sys.executable, '-m', 'granian', '--interface', 'wsgi', '--host', '127.0.0.1',"
            f"'--port', '{port}', '--blocking-threads', '4', 'famekeeda.wsgi:application']).returncode)"
        )
        server = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}/top-performers?campaignId=campaign_1"
        try:
            wait_until(lambda: ask(url)[0] == 200, 120)
            seen: list[tuple[int, dict | list]] = []
            done = threading.Event()

            def keep_asking() -> None:
                while not done.is_set():
                    seen.append(ask(url))

            askers = [threading.Thread(target=keep_asking) for _ in range(4)]
            for asker in askers:
                asker.start()
            time.sleep(0.3)
            os.kill(int((folder / "postgres.lock").read_text()), signal.SIGINT)  # "fast": ends sessions, then stops
            wait_until(lambda: any(status == 503 for status, _ in seen))
            wait_until(lambda: [status for status, _ in seen[-8:]] == [200] * 8)
            done.set()
            for asker in askers:
                asker.join()
            assert {status for status, _ in seen} == {200, 503}
            refusal = next(body for status, body in seen if status == 503)
            assert isinstance(refusal, dict)
            assert refusal["detail"] == "The database does not answer. Try again in a moment."
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)
