"""What is there to look around is removed by a command or a button: all of it, nothing else, and it says what went."""

import psycopg
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from briefs.models import Brief, Decision, Step
from famekeeda.events.models import Event, EventCounter
from famekeeda.events.recording import recording
from famekeeda.keeping import demo
from loads.models import Load, Reject
from loads.run import table_lock
from performance.models import Engagement, Verdict
from tests import factories

PAGE = "/admin/remove-demo/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sample(db) -> Load:
    sample = factories.load("sample.csv", is_sample=True)
    factories.engagement("ana", "campaign_1", load=sample)
    factories.engagement("ben", "campaign_1", load=sample)
    factories.reject(sample)
    return sample


@pytest.fixture
def demo_brief(db) -> Brief:
    brief = factories.brief("Demo", campaign_id="campaign_1", model="demo")
    factories.step(brief)
    return brief


@pytest.fixture
def real(db):
    """Nothing of this is demo."""
    factories.engagement("ana", "real", load=factories.load("real.csv"))
    factories.step(factories.brief("Real", model="gpt-4.1-mini"))
    factories.verdict("ana")


def left() -> list[int]:
    return [model.objects.count() for model in (Engagement, Load, Reject, Brief, Step, Decision, Verdict)]


def test_all_that_is_demo_goes_and_is_said_and_nothing_else(sample, demo_brief, real, capsys):
    call_command("remove_demo")

    assert capsys.readouterr().out.splitlines() == [
        "creator results of the sample: 2 removed",
        "rejected rows of the sample: 1 removed",
        "loads of the sample: 1 removed",
        "steps of briefs by the demo model: 1 removed",
        "briefs by the demo model: 1 removed",
    ]
    assert left() == [1, 1, 0, 1, 1, 0, 1]


def test_a_dry_run_says_the_same_and_removes_nothing(sample, real, capsys):
    before = left()

    call_command("remove_demo", dry_run=True)

    assert "creator results of the sample: 2 would be removed\n" in capsys.readouterr().out
    assert left() == before


def test_without_demo_data_that_is_said(real, capsys):
    call_command("remove_demo")

    assert (capsys.readouterr().out, left()) == ("there is no demo data\n", [1, 1, 0, 1, 1, 0, 1])


def test_a_brief_that_is_being_written_stays(db):
    factories.brief(state="running", model="demo", leased_until=None)

    assert (demo.remove(), Brief.objects.count()) == ([], 1)


def record(**briefs):
    from briefs.event_types import BRIEF_READY, EXAMPLE

    with recording(by=None) as say:
        for campaign, brief in briefs.items():
            say(BRIEF_READY, campaign, EXAMPLE | {"briefId": brief.pk})


def test_events_go_with_the_last_that_is_known_of_a_campaign(sample, demo_brief):
    other = factories.brief("Demo", campaign_id="campaign_2", model="demo")
    factories.engagement("cleo", "campaign_2")
    record(campaign_1=demo_brief, campaign_2=other, campaign_3=demo_brief)

    went = {each.what: each.rows for each in demo.remove()}

    assert went["events of campaigns that were demo"] == 1
    assert sorted(Event.objects.values_list("campaign_id", flat=True)) == ["campaign_2", "campaign_3"]
    assert EventCounter.objects.count() == 3  # a campaign of that id that comes later goes on counting


def test_events_of_the_sample_s_load_and_of_briefs_without_a_campaign_go(sample):
    from briefs.event_types import BRIEF_READY, EXAMPLE
    from loads.event_types import LOAD_FINISHED

    brief, other = factories.brief(model="demo"), factories.brief(model="real")
    with recording(by=None) as say:
        say(LOAD_FINISHED, "", sample.told())
        say(LOAD_FINISHED, "", factories.load().told())
        say(BRIEF_READY, "", EXAMPLE | {"briefId": brief.pk})
        say(BRIEF_READY, "", EXAMPLE | {"briefId": other.pk})

    went = {each.what: each.rows for each in demo.remove()}

    assert (went["events of the sample's load"], went["events of briefs by the demo model"]) == (1, 1)
    assert Event.objects.count() == 2


@pytest.fixture
def a_load_runs(transactional_db):
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", table_lock("performance"))
        yield


def test_nothing_goes_while_a_load_runs_that_removes_the_sample_itself(a_load_runs, request, admin_client):
    for fixture in ("sample", "demo_brief"):
        request.getfixturevalue(fixture)
    before = left()

    with pytest.raises(CommandError, match="A load of results is running"):
        call_command("remove_demo")
    page = text(admin_client.post(PAGE))

    assert ("A load of results is running" in page, "Remove it" in page) == (True, True)
    assert left() == before


def test_where_the_last_of_it_cannot_go_nothing_goes(sample, demo_brief, monkeypatch):
    def busy(rows):
        raise demo.Busy("Somebody works on it.")

    kinds = demo.demo()
    monkeypatch.setattr(demo, "demo", lambda: [*kinds, demo.Demo("contents", ContentType.objects.all, busy)])
    before = left()

    with pytest.raises(demo.Busy):
        demo.remove()

    assert left() == before


def test_the_page_says_what_would_go_and_then_what_went(sample, real, admin_client):
    page = text(admin_client.get(PAGE))
    assert ("Creator results of the sample" in page, Load.objects.count()) == (True, 2)

    page = text(admin_client.post(PAGE))
    assert ("The demo data is removed" in page, "Creator results of the sample" in page) == (True, True)
    assert (Load.objects.count(), Engagement.objects.count()) == (1, 1)
    assert "creator results of the sample: 2" in LogEntry.objects.get(object_repr="demo data").change_message

    assert "Nothing was left to remove." in text(admin_client.post(PAGE))


def test_the_figures_are_forgotten_with_the_sample(transactional_db, sample, real, admin_client):
    assert "<b>3</b><span>creator results ranked" in text(admin_client.get("/admin/"))

    admin_client.post(PAGE)

    assert "<b>1</b><span>creator result" in text(admin_client.get("/admin/"))


def test_operators_are_led_there_from_the_start_page_and_nobody_else_is(client, sample):
    operator, marketing = factories.user("olga"), factories.user("mara")
    for user, group in ((operator, "Operator"), (marketing, "Marketing")):
        user.groups.add(Group.objects.get_or_create(name=group)[0])

    client.force_login(operator)
    assert PAGE in text(client.get("/admin/"))
    assert client.get(PAGE).status_code == 200

    client.force_login(marketing)
    page = text(client.get("/admin/"))
    assert ("There is demo data here" in page, PAGE in page) == (True, False)
    assert (client.post(PAGE).status_code, Load.objects.count()) == (403, 1)


def test_the_notice_leaves_with_the_demo_data(admin_client, real):
    assert "There is demo data here" not in text(admin_client.get("/admin/"))


def test_the_page_needs_a_login(client, db):
    assert client.post(PAGE)["Location"] == f"{reverse('admin:login')}?next={PAGE}"
