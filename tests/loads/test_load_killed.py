"""A load killed at any moment: the table is as before or as after, never between."""

import os
import random
import signal
import time

import pytest
from django.db import connection

from famekeeda.events.models import Event
from loads.models import Load
from loads.run import run
from performance.models import Engagement
from tests.loads.loading import HEADER, new_load, source

pytestmark = pytest.mark.django_db(transaction=True)
CREATORS = 20_000


def export(version: int) -> str:
    """Each version changes every creator and adds one; which it is can be read off the views."""
    rows = (f"creator_{number},campaign_1,{1_000 + version},5,2,1\n" for number in range(CREATORS + version))
    return HEADER + "broken\n" + "".join(rows)


def versions() -> set[tuple[int, int]]:
    """(views - 1,000, how many rows) of the table."""
    rows = Engagement.objects.order_by().values_list("views").distinct()
    return {(views - 1_000, Engagement.objects.filter(views=views).count()) for (views,) in rows}


def loads_with_events() -> set[int]:
    return {event.data["loadId"] for event in Event.objects.filter(type="LoadFinished")}


def run_and_be_killed(load: Load, content: str, after: float) -> None:
    """Runs the load in a process of its own, which gets SIGKILL after that many seconds."""
    connection.close()  # a forked connection would be shared with this process
    child = os.fork()
    if child == 0:
        run(load, source(content))
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_load_killed_at_twenty_random_moments_never_leaves_half_of_it():
    seed = random.randrange(10**6)
    print("seed", seed)
    moments = random.Random(seed)
    began = time.monotonic()
    run(new_load(), source(export(0)))
    whole = time.monotonic() - began
    assert versions() == {(0, CREATORS)}
    standing = 0
    for version in range(1, 21):
        load = new_load()
        run_and_be_killed(load, export(version), moments.uniform(0, whole * 1.2))
        found = versions()
        assert found in ({(standing, CREATORS + standing)}, {(version, CREATORS + version)})
        load.refresh_from_db()
        done = found == {(version, CREATORS + version)}
        # Killed before it began, while it ran (its server process may take a moment to notice), or after its commit.
        assert load.state == "loaded" if done else load.state in ("queued", "running")
        assert loads_with_events() == set(Load.objects.filter(state="loaded").values_list("pk", flat=True))
        standing = version if done else standing
    last = run(new_load(), source(export(21)))
    assert (last.state, versions()) == ("loaded", {(21, CREATORS + 21)})


def test_a_killed_load_shows_as_interrupted_and_runs_again_to_its_end():
    load = new_load()
    content = export(0)
    connection.close()
    child = os.fork()
    if child == 0:
        run(load, source(content), on_progress=lambda load: load.phase == "merging" and time.sleep(60))
        os._exit(0)
    while Load.objects.get(pk=load.pk).phase != "merging":
        time.sleep(0.02)
    assert Load.objects.get(pk=load.pk).status == "running"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while Load.objects.get(pk=load.pk).status == "running":  # until PostgreSQL notices that nobody is there
        time.sleep(0.02)
    assert Load.objects.get(pk=load.pk).status == "interrupted"
    run(load, source(content))
    assert (load.state, load.runs, load.rejected) == ("loaded", 2, 1)
    assert load.rejects.count() == 1
