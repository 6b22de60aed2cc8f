"""The events of loads: each load that ends says so once, in the transaction in which it ends; checks say nothing."""

import pytest
from django.db import DataError, transaction

from famekeeda.events.models import Event
from loads.models import Load
from loads.run import LoadRun, run
from performance.models import Engagement
from tests import factories
from tests.loads.loading import HEADER, MARA, load_text, new_load, source

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = HEADER + "ana,spring,100,5,2,1\nbea,spring,0,0,0,0\n"


def events() -> list[tuple]:
    return list(Event.objects.order_by("id").values_list("type", "campaign_id", "data__loadId", "data__error"))


def test_a_load_says_what_it_brought_in():
    mara = factories.user("mara")

    load = load_text(ROWS, by=mara)

    event = Event.objects.get()
    assert (event.type, event.campaign_id, event.sequence, event.by) == ("LoadFinished", "", None, mara)
    assert event.data == {
        "loadId": load.pk,
        "kind": "performance",
        "file": "export.csv",
        "rows": 2,
        "inserted": 1,
        "updated": 0,
        "rejected": 1,
        "error": "",
    }


def test_a_load_that_fails_says_why():
    load = load_text(HEADER)

    assert events() == [("LoadFailed", "", load.pk, "export.csv has a header and no rows")]


def test_a_load_that_is_cancelled_says_by_whom():
    mara = factories.user("mara")
    load = new_load()

    load.cancel(by=mara)
    load.cancel(by=mara)

    assert events() == [("LoadFailed", "", load.pk, "cancelled by mara; nothing was changed")]
    assert Event.objects.get().by == mara


def test_a_load_that_is_cancelled_while_it_merges_says_so_once():
    load = new_load()

    run(load, source(ROWS), on_progress=lambda shown: shown.phase == "merging" and cancel(load))

    assert [error for *_, error in events()] == ["cancelled by mara; nothing was changed"]


def cancel(load: Load) -> None:
    Load.objects.get(pk=load.pk).cancel(by=MARA)


@pytest.mark.parametrize("content", [ROWS, HEADER])
def test_a_check_says_nothing(content):
    load_text(content, check_only=True)
    new_load(check_only=True).cancel(by=MARA)

    assert events() == []


def test_a_load_whose_event_cannot_be_stored_changes_nothing(monkeypatch):
    monkeypatch.setattr("loads.run.store_events", lambda cursor, events: cursor.execute("SELECT 1 / 0"))
    load = new_load()

    with pytest.raises(DataError):
        run(load, source(ROWS))

    assert Load.objects.get().status == "interrupted"
    assert (Engagement.objects.count(), events()) == (0, [])


def test_a_cancelled_load_whose_event_is_rolled_back_runs_on():
    load = new_load()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        load.cancel(by=MARA)
        raise ZeroDivisionError

    assert (Load.objects.get().state, events()) == ("queued", [])


def test_apps_are_woken_after_the_commit_of_the_load_s_own_connection(monkeypatch):
    woken = []
    monkeypatch.setattr("loads.run.wake", lambda: woken.append((Event.objects.count(), Engagement.objects.count())))
    finish = LoadRun.finish

    def finish_and_look(self):
        finish(self)
        assert (woken, Event.objects.count()) == ([], 0)

    monkeypatch.setattr(LoadRun, "finish", finish_and_look)
    load_text(ROWS)

    assert woken == [(1, 1)]
