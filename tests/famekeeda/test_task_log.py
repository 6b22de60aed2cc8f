"""What a real worker logs about its tasks."""

import subprocess
import sys

import pytest

from dev.services import BASE_DIR
from famekeeda.celery import app
from tests.dev.processes import wait_until
from tests.famekeeda.web_server import environment

WORKER = ["-m", "celery", "--quiet", "-A", "famekeeda", "worker", "--queues", "celery", "--concurrency", "1"]


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_every_line_of_a_task_names_it_and_healthy_periodic_tasks_have_none(transactional_db, tmp_path, pool):
    log = tmp_path / "log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, *WORKER, "--pool", pool],
            cwd=BASE_DIR,
            env=environment(),
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: "ready." in log.read_text())
        for name in ("loads.tasks.resume_uploads", "loads.tasks.run_upload", "famekeeda.tasks.prune_daily"):
            app.send_task(name, [99_999] if name == "loads.tasks.run_upload" else [], ignore_result=True)
        app.send_task("loads.tasks.run_upload", ["nonsense"])
        wait_until(lambda: log.read_text().count("task_failed") == 2)
    finally:
        worker.terminate()
        worker.wait(20)
    lines = [line for line in log.read_text().splitlines() if "task_id=" in line]
    assert all("task=" in line for line in lines)
    assert [line for line in lines if "resume_uploads" in line] == []
    assert len([line for line in lines if "task_failed" in line and "task=loads.tasks.run_upload" in line]) == 2
