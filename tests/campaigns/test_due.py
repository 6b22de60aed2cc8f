"""What is due: on the start page, in the table of deliverables, and noticed once when it is overdue."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from campaigns import due
from campaigns.models import Campaign, Creator, Deliverable
from campaigns.tasks import notice_overdue
from famekeeda.models import Event
from tests import factories
from tests.campaigns.deal_pages import text
from tests.dev.processes import wait_until

pytestmark = pytest.mark.django_db
TABLE = "/admin/campaigns/deliverable/"


def owed(format, days=None, *, campaign="spring", creator="ana", owner=None, **fields) -> Deliverable:
    """A deliverable that is due so many days from today."""
    found, _ = Campaign.objects.get_or_create(
        id=campaign, defaults={"name": campaign.capitalize(), "status": "active", "owner": owner}
    )
    part = found.collaborations.filter(influencer_id=creator).first() or factories.collaboration(found, creator)
    day = None if days is None else timezone.localdate() + timedelta(days=days)
    return factories.deliverable(part, format, due_on=day, **fields)


def order(page: str, *formats: str) -> list[str]:
    """Those of the formats that links on the page name, in their order there."""
    found = {format: re.search(f">{format}(?=<| on )", page) for format in formats}
    return sorted((format for format in formats if found[format]), key=lambda format: found[format].start())


def panel(client) -> str:
    _, _, rest = text(client.get("/admin/")).partition('<section class="fk" id="due">')
    return rest.partition("</section>")[0]


def test_the_start_page_names_what_is_overdue_and_what_is_due_in_seven_days(marketing):
    Creator.objects.create(influencer_id="ana", name="Ana Silva")
    for format, days in (("late", -3), ("now", 0), ("soon", 7), ("later", 8), ("undated", None)):
        owed(format, days)
    page = panel(marketing)
    assert order(page, "late", "now", "soon", "later", "undated") == ["late", "now", "soon"]
    assert "<b>1</b><span>deliverable overdue</span>" in page
    assert "<b>2</b><span>due in the next 7 days</span>" in page
    assert page.count(">overdue<") == page.count(">due today<") == 1
    assert ">Ana Silva</a>" in page
    assert 'href="/admin/campaign/spring/">Spring</a>' in page
    late = Deliverable.objects.get(format="late")
    assert f'href="/admin/campaigns/collaboration/{late.collaboration_id}/change/#deliverable-{late.pk}"' in page


def test_a_draft_that_waits_for_a_decision_is_listed_once_and_counted_as_due(reviewer):
    owed("draft", 2, state="submitted")
    owed("late", -1)

    page = panel(reviewer)

    assert (page.count(">draft</a>"), page.count(">late</a>")) == (1, 1)
    assert "yours first; besides the drafts above</small>" in page
    assert "<b>1</b><span>due in the next 7 days</span>" in page


def test_campaigns_of_ones_own_come_first(marketing):
    owed("theirs", -5, campaign="autumn")
    owed("mine", 2, owner=User.objects.get(username="mara"))
    assert order(panel(marketing), "theirs", "mine") == ["mine", "theirs"]


def test_what_is_listed_is_filled_up_with_what_others_own(marketing):
    mara = User.objects.get(username="mara")
    for number in range(7):
        owed(f"mine{number}", number, owner=mara)
    owed("nobodys", 1, campaign="autumn")
    owed("theirs", -5, campaign="winter", owner=User.objects.create(username="theo"))
    mine = [f"mine{number}" for number in range(7)]
    assert order(panel(marketing), *mine, "nobodys", "theirs") == [*mine, "theirs"]


def test_what_nobody_waits_for_is_not_due(marketing):
    owed("wanted", -1)
    owed("live", -1, state="live")
    owed("declined", -1, creator="ben").collaboration.change(by=None, state="declined")
    owed("cancelled", -1, campaign="autumn")
    Campaign.objects.filter(pk="autumn").update(status="cancelled")
    assert order(panel(marketing), "wanted", "live", "declined", "cancelled") == ["wanted"]
    assert order(text(marketing.get(f"{TABLE}?due=soon")), "wanted", "live", "declined", "cancelled") == ["wanted"]


def test_what_is_open_when_a_campaign_is_completed_is_still_waited_for(sign_in):
    owed("story", 2)
    owed("reel", -1, state="submitted")
    owed("live", -1, state="live")
    owed("declined", -1, creator="ben").collaboration.change(by=None, state="declined")
    Campaign.objects.get().change(by=None, status="completed")
    reviewer = sign_in("rita", group="Reviewer")

    page = panel(reviewer)

    for number, words in (
        (1, "deliverable overdue"), (1, "due in the next 7 days"), (1, "draft waiting for a decision"),
    ):  # fmt: skip
        assert f"<b>{number}</b><span>{words}</span>" in page
    assert order(text(reviewer.get(f"{TABLE}?due=week")), "story", "reel", "live", "declined") == ["story"]
    assert order(text(reviewer.get(TABLE)), "story", "reel", "live", "declined") == [
        "reel", "story", "live", "declined",
    ]  # fmt: skip
    campaigns = text(reviewer.get("/admin/campaigns/campaign/"))
    assert f"{timezone.localdate() - timedelta(1):%-d %b}" in campaigns
    notice_overdue()
    assert [event.data["format"] for event in Event.objects.filter(type="DeliverableOverdue")] == ["reel"]


def test_drafts_wait_for_those_who_may_decide(sign_in):
    owed("draft", None, state="submitted")
    owed("plan", 3)
    page = panel(sign_in("rita", group="Reviewer"))
    assert "<b>1</b><span>draft waiting for a decision</span>" in page
    assert order(page, "draft", "plan") == ["draft", "plan"]
    page = panel(sign_in("mo", group="Marketing"))
    assert "waiting for a decision" not in page
    assert order(page, "draft", "plan") == ["plan"]


def test_more_than_the_page_lists_are_counted_and_linked(reviewer):
    for number in range(9):
        owed(f"reel{number}", -1, state="submitted")
    page = panel(reviewer)
    assert f'<a href="{TABLE}?due=soon">All 9</a>' in page
    assert f'<a href="{TABLE}?state=waiting">All 9</a>' in page
    assert page.count('data-label="What"') == 9


def test_who_may_see_no_deliverables_sees_nothing_of_them(sign_in):
    owed("late", -1)
    assert panel(sign_in("nora", "campaigns.view_campaign", "campaigns.view_collaboration")) == ""
    assert panel(sign_in("omar", "campaigns.view_deliverable")) == ""


def test_where_nobody_owes_anything_nothing_is_said(marketing):
    owed("live", -1, state="live")
    assert panel(marketing) == ""


def test_the_panel_asks_the_database_five_times_at_most(rf, django_assert_max_num_queries):
    for number in range(12):
        owed(f"reel{number}", number - 3, creator=f"creator_{number}", campaign=f"c{number}", state="submitted")
    request = rf.get("/admin/")
    request.user = factories.user("rita", "campaigns.view_deliverable", "campaigns.view_collaboration",
                                  "campaigns.decide_deliverable")  # fmt: skip
    request.user.get_all_permissions()
    with django_assert_max_num_queries(5):
        due.panel(request)


def test_the_table_begins_with_what_is_overdue(reviewer):
    Creator.objects.create(influencer_id="ana", name="Ana Silva")
    for format, days, state in (
        ("done", -9, "live"), ("undated", None, "planned"), ("later", 30, "planned"), ("late", -1, "submitted"),
        ("later-still", -3, "planned"),
    ):  # fmt: skip
        owed(format, days, state=state)
    page = text(reviewer.get(TABLE))
    formats = ["later-still", "late", "later", "undated", "done"]
    assert order(page, *sorted(formats)) == formats
    assert page.count(">overdue<") == 2
    assert ">Ana Silva</a>" in page


def test_pages_of_the_table_go_on_where_the_one_before_ended(reviewer, monkeypatch):
    monkeypatch.setattr("campaigns.admin.deliverable_table.DeliverableAdmin.list_per_page", 3)
    for format, days, state in (
        ("undated", None, "planned"), ("live1", -9, "live"), ("late", -1, "planned"), ("soon", 1, "planned"),
        ("live2", -8, "live"), ("later", 30, "submitted"), ("live3", -7, "live"), ("live4", None, "live"),
    ):  # fmt: skip
        owed(format, days, state=state)
    formats = ["late", "soon", "later", "undated", "live1", "live2", "live3", "live4"]
    pages = [order(text(reviewer.get(f"{TABLE}?p={page}")), *formats) for page in (1, 2, 3)]
    assert pages == [formats[:3], formats[3:6], formats[6:]]
    assert order(text(reviewer.get(f"{TABLE}?p=2&state=live")), *formats) == ["live4"]
    assert order(text(reviewer.get(f"{TABLE}?p=2&due=soon")), *formats) == ["late", "soon"]


@pytest.mark.parametrize(
    ("asked", "formats"),
    [
        ("0", ["post", "reel", "story", "video"]),
        ("-0", ["video", "story", "reel", "post"]),
        ("1", ["story", "video", "post", "reel"]),
        ("2", ["post", "story", "reel", "video"]),
        ("3", ["story", "post", "reel", "video"]),
        ("-3", ["video", "reel", "post", "story"]),
        ("-4", ["reel", "video", "post", "story"]),
        ("4.0", ["post", "story", "video", "reel"]),
        ("99", ["reel", "video", "story", "post"]),
    ],
)
def test_the_table_is_sorted_by_columns_and_then_by_days(reviewer, asked, formats):
    owed("story", -2, creator="ana", state="live")
    owed("video", creator="ana")
    owed("post", 1, creator="ben", campaign="autumn", state="live")
    owed("reel", 2, creator="ben", state="submitted")
    assert order(text(reviewer.get(f"{TABLE}?o={asked}")), "post", "reel", "story", "video") == formats


def test_a_draft_for_which_nobody_waits_does_not_wait_for_a_decision(reviewer):
    owed("draft", state="submitted")
    owed("dropped", creator="ben", state="submitted").collaboration.change(by=None, state="declined")
    assert order(text(reviewer.get(f"{TABLE}?state=waiting")), "draft", "dropped") == ["draft"]
    assert order(text(reviewer.get(f"{TABLE}?state=submitted")), "draft", "dropped") == ["draft", "dropped"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=submitted", ["late"]),
        ("state=waiting", ["late"]),
        ("campaign=spring", ["late", "week", "undated", "done"]),
        ("campaign=spr", []),
        ("platform=tiktok", ["week"]),
        ("due=overdue", ["late"]),
        ("due=week", ["week"]),
        ("due=soon", ["late", "week"]),
        ("due=undated", ["undated"]),
        ("due=never", ["late", "week", "undated", "done"]),
        ("q=spring", ["late", "week", "undated", "done"]),
        ("q=autumn", []),
        ("q=PRIN+eek", ["week"]),
        ("q=an", ["late", "week", "undated", "done"]),
        ('q="an+a"', []),
        ("q='pring", []),
    ],
)
def test_the_table_is_filtered(reviewer, catalogues, query, shown):
    owed("late", -1, state="submitted")
    owed("week", 5, platform="tiktok")
    owed("undated")
    owed("done", -1, state="live")
    assert order(text(reviewer.get(f"{TABLE}?{query}")), "late", "week", "undated", "done") == shown


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("set+photo", ["photo set", "set of photos"]),
        ('"set+of"', ["set of photos"]),
        ("'TO+SET'+prin", ["photo set"]),
        ("'to+set'+autumn", []),
        ("photo+video", []),
    ],
)
def test_words_in_quotes_are_found_as_they_stand(reviewer, asked, shown):
    owed("photo set", 1)
    owed("set of photos", 2)
    assert order(text(reviewer.get(f"{TABLE}?q={asked}")), "photo set", "set of photos") == shown


def test_the_table_needs_its_right_and_stands_in_the_menu(sign_in):
    menu = f'href="{TABLE}"'
    client = sign_in("nora", "campaigns.view_campaign")
    assert client.get(TABLE).status_code == 403
    assert menu not in text(client.get("/admin/"))
    assert menu in text(sign_in("rita", group="Reviewer").get("/admin/"))


def test_the_table_asks_for_names_once(reviewer, django_assert_max_num_queries):
    for number in range(20):
        owed("reel", 1, creator=f"creator_{number}")
    reviewer.get(TABLE)
    with django_assert_max_num_queries(15):
        reviewer.get(TABLE)


def at(monkeypatch, moment: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_a_day_ends_when_it_ends_in_the_projects_time_zone(monkeypatch, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    factories.deliverable(
        factories.collaboration(factories.campaign("spring", status="active"), "ana"), due_on=date(2027, 5, 14)
    )
    at(monkeypatch, datetime(2027, 5, 14, 11, 59, tzinfo=UTC))  # a minute to midnight
    notice_overdue()
    assert Event.objects.count() == 0
    at(monkeypatch, datetime(2027, 5, 14, 12, 0, tzinfo=UTC))
    notice_overdue()
    assert Event.objects.get().data["dueOn"] == "2027-05-14"


def test_the_task_records_what_is_overdue_once_however_often_it_runs():
    for format in ("reel", "story"):
        owed(format, -1)
    for _ in range(3):
        notice_overdue()
    assert list(Event.objects.values_list("type", "by")) == [("DeliverableOverdue", None)] * 2
    assert sorted(event.data["format"] for event in Event.objects.all()) == ["reel", "story"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_record_it_once():
    """The first run holds the deliverables and waits for the campaign's counter, while the second begins and ends."""
    owed("reel", -1)
    owed("story", -1).change(by=None, note="which makes the counter's row")

    def run():
        try:
            notice_overdue()
        finally:
            connection.close()

    first = threading.Thread(target=run)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM famekeeda_eventcounter WHERE campaign_id = 'spring' FOR UPDATE")
        first.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"

        def is_waiting() -> bool:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting, ["%famekeeda_eventcounter%"])
            return cursor.fetchone()[0] > 0

        wait_until(is_waiting, 30)
        second = threading.Thread(target=run)
        second.start()
        second.join(30)
        assert not second.is_alive()
    first.join(30)
    told = Event.objects.filter(type="DeliverableOverdue")
    assert sorted(event.data["format"] for event in told) == ["reel", "story"]
    assert sorted(told.values_list("sequence", flat=True)) == [2, 3]
