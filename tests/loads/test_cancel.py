"""A load is cancelled, whatever it is doing: nothing is changed, and its page says who did it."""

import threading
from contextlib import contextmanager

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection

from loads.models import Load
from loads.run import run, table_lock
from tests import factories
from tests.dev.processes import wait_until
from tests.loads.loading import HEADER, MARA, load_text, new_load, source, table

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = HEADER + "a,c,100,5,2,1\n"


@contextmanager
def running(load: Load, content: str = ROWS, on_progress=None):
    """The load runs in a thread of its own; afterwards the thread has ended."""

    def work():
        run(Load.objects.get(pk=load.pk), source(content), on_progress=on_progress)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join(20)
    assert not thread.is_alive()


def phase_of(load: Load) -> str:
    return Load.objects.get(pk=load.pk).phase


def test_a_queued_load_is_cancelled_at_once_and_never_runs():
    load = new_load()

    assert load.cancel(by=MARA)
    run(Load.objects.get(pk=load.pk), source(ROWS))

    load.refresh_from_db()
    assert (load.state, load.error, load.runs) == ("cancelled", "cancelled by mara; nothing was changed", 0)
    assert table() == set()


@pytest.mark.parametrize("phase", ["reading", "merging"])
def test_a_running_load_stops_when_it_next_looks(phase):
    load = new_load()

    def cancel(shown):
        if shown.phase == phase:
            Load.objects.get(pk=load.pk).cancel(by=MARA)

    run(load, source(ROWS), on_progress=cancel)

    assert (load.state, load.inserted, table()) == ("cancelled", 0, set())


def test_a_check_that_was_cancelled_is_not_shown_as_checked():
    load = new_load(check_only=True)

    run(load, source(ROWS), on_progress=lambda shown: Load.objects.get(pk=load.pk).cancel(by=MARA))

    assert (load.state, Load.objects.get(pk=load.pk).state) == ("cancelled", "cancelled")


def test_a_load_that_waits_for_another_load_is_cancelled():
    load = new_load()
    with connection.copy().cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", table_lock("performance"))
        with running(load):
            wait_until(lambda: phase_of(load).startswith("waiting"))
            assert load.cancel(by=MARA)
        other.connection.close()

    assert Load.objects.get(pk=load.pk).state == "cancelled"


def test_a_merge_that_waits_for_the_table_is_cancelled_in_the_middle_of_its_statement():
    load = new_load()
    with connection.copy().cursor() as other:
        other.execute("BEGIN; LOCK TABLE performance_engagement IN ROW EXCLUSIVE MODE")
        with running(load):
            wait_until(lambda: phase_of(load) == "merging")
            assert load.cancel(by=MARA)
        other.connection.close()

    assert (Load.objects.get(pk=load.pk).state, table()) == ("cancelled", set())


def test_what_was_cancelled_before_it_committed_commits_nothing(monkeypatch):
    load = new_load()

    def cancelled_after_the_merge(self):
        Load.objects.get(pk=load.pk).cancel(by=MARA)
        finish(self)

    from loads.run import LoadRun

    finish = LoadRun.finish
    monkeypatch.setattr(LoadRun, "finish", cancelled_after_the_merge)
    run(load, source(ROWS))

    assert (load.state, table()) == ("cancelled", set())


def test_a_load_that_has_ended_cannot_be_cancelled():
    load = load_text(ROWS)

    assert not load.cancel(by=MARA)
    assert (load.state, len(table())) == ("loaded", 1)


def test_the_page_of_a_load_has_a_button_that_cancels_and_the_history_says_who(client):
    load = new_load(upload="loads/m.csv")
    client.force_login(factories.user("mara", "loads.view_load", "loads.add_load", is_staff=True))
    address = f"/admin/loads/load/{load.pk}/cancel/"
    assert address in client.get(f"/admin/loads/load/{load.pk}/change/").content.decode()

    page = client.post(address, follow=True).content.decode()

    assert "Cancelled by mara; nothing was changed" in page
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id, entry.get_change_message()) == (
        "mara", str(load.pk), "Cancelled. Nothing was changed.",
    )  # fmt: skip
    assert "had ended already" in client.post(address, follow=True).content.decode()


@pytest.mark.parametrize(
    ("rights", "status"), [(["loads.add_load"], 403), (["loads.add_load", "briefs.add_trend"], 302)]
)
def test_a_load_of_trends_is_cancelled_only_by_users_who_may_add_trends(client, rights, status):
    load = new_load(kind="trends")
    client.force_login(factories.user("ken", *rights, is_staff=True))

    assert client.post(f"/admin/loads/load/{load.pk}/cancel/").status_code == status


def test_the_api_cancels_a_load_once(client):
    load = new_load()
    client.force_login(factories.user("mara", "loads.add_load"))

    first, again = (client.post(f"/loads/{load.pk}/cancel") for _ in range(2))

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert (again.status_code, again.json()["detail"]) == (409, f"Load {load.pk} is cancelled already.")


def test_cancelling_again_with_the_same_key_is_answered_as_it_was(client):
    load = new_load()
    client.force_login(factories.user("mara", "loads.add_load"))

    first, repeat = (client.post(f"/loads/{load.pk}/cancel", headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert first.status_code == repeat.status_code == 200
    assert first.content == repeat.content


def test_the_api_cancels_for_nobody_who_may_not_load(client):
    load = new_load()
    client.force_login(factories.user("ken"))

    assert client.post(f"/loads/{load.pk}/cancel").status_code == 403


def test_the_command_says_that_its_load_was_cancelled_and_exits_with_an_error(tmp_path, monkeypatch):
    (tmp_path / "may.csv").write_text(ROWS)
    monkeypatch.setattr("loads.commands.Display.show", lambda self, load: Load.objects.get().cancel(by=MARA))

    with pytest.raises(CommandError, match=r"load \d+ was cancelled by mara; nothing was changed"):
        call_command("load_performance", str(tmp_path / "may.csv"))
