"""The timeline of a campaign: newest first, a line for what was done to many at once, with few queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from famekeeda.events.models import Event
from famekeeda.events.recording import recording
from famekeeda.events.timeline import timeline
from famekeeda.events.types import EventType, event_types
from tests import factories
from tests.famekeeda.happenings import SOWN, plant

MOVED = EventType(
    "Moved",
    "A creator moved",
    "{influencerId} is {after} now",
    {"influencerId": "ana", "after": "paid"},
    many="{count} creators are {after} now",
)
PAGE = "/admin/campaign/spring/"


@pytest.fixture(autouse=True)
def garden(monkeypatch):
    plant(monkeypatch, SOWN, MOVED)
    yield
    event_types.cache_clear()


@pytest.fixture
def mara(db):
    return factories.user("mara", "famekeeda.view_event", is_staff=True)


def shown(client, query="") -> list[str]:
    """The lines of the timeline on the campaign's page."""
    page = client.get(f"{PAGE}{query}").content.decode()
    _, _, section = page.partition('id="timeline"')
    return [" ".join(text.split()) for text in re.findall(r"<(?:summary|p)>(.*?)</", section)]


def move(number: int, after="contacted", by=None) -> None:
    with recording(by=by) as record:
        for index in range(number):
            record(MOVED, "spring", {"influencerId": f"creator_{index}", "after": after})


def test_the_newest_event_comes_first_with_who_did_it(client, mara):
    factories.event(SOWN, by=mara, seed="Oats")
    factories.event(SOWN, seed="<b>Rye</b>")
    factories.event(SOWN, "autumn")
    client.force_login(mara)

    assert shown(client) == ["&lt;b&gt;Rye&lt;/b&gt; was sown, 3 cm deep", "Oats was sown, 3 cm deep"]
    assert "mara, <time" in client.get(PAGE).content.decode()


def test_the_timeline_needs_the_right_to_see_events(client, db):
    factories.event(SOWN)
    client.force_login(factories.user("jo", "performance.view_engagement", is_staff=True))

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Wheat" not in page.content.decode()


def test_a_campaign_without_events_has_no_timeline(client, mara):
    client.force_login(mara)

    assert 'id="timeline"' not in client.get(PAGE).content.decode()


def test_what_was_done_to_forty_creators_at_once_is_one_line(client, mara):
    factories.event(SOWN)
    move(40, by=mara)
    client.force_login(mara)

    assert shown(client) == ["40 creators are contacted now", "Wheat was sown, 3 cm deep"]
    page = client.get(PAGE).content.decode()
    assert "<li>creator_0 is contacted now</li>" in page
    assert "<li>and 20 more</li>" in page


def test_events_of_which_one_text_cannot_tell_the_same_have_lines_of_their_own(mara):
    with recording() as record:
        for creator, state in (("ana", "paid"), ("bea", "posted"), ("cleo", "paid")):
            record(MOVED, "spring", {"influencerId": creator, "after": state})
            record(SOWN, "spring", SOWN.example)

    texts = [line.text for line in timeline("spring", mara).lines]

    assert texts == ["Something was sown, 3 times", "2 creators are paid now", "bea is posted now"]


def test_older_pages_go_on_where_the_newer_one_ends(client, mara):
    for number in range(1, 121):
        factories.event(SOWN, seed=f"Seed {number}")
    client.force_login(mara)

    pages, query = [], ""
    while query is not None:
        pages.append(shown(client, query))
        older = re.search(r'href="(\?[^"]*eventsBefore=\d+)#timeline', client.get(f"{PAGE}{query}").content.decode())
        query = older[1] if older else None

    assert [len(page) for page in pages] == [50, 50, 20]
    assert [pages[0][0], pages[1][0], pages[2][-1]] == [
        "Seed 120 was sown, 3 cm deep",
        "Seed 70 was sown, 3 cm deep",
        "Seed 1 was sown, 3 cm deep",
    ]


def test_no_event_is_left_out_where_many_were_recorded_together(mara):
    for size in (3, 700, 90, 1, 250, 640, 2):
        move(size)
    told, before = [], None
    while True:
        page = timeline("spring", mara, before=before)
        told += [each.event.sequence for line in page.lines for each in line.told]
        before = page.older
        if before is None:
            break

    assert sorted(told) == list(range(1, 1_687))


@pytest.mark.parametrize("asked", ["x", "-1", "", "9" * 30, "%00", "1"])
def test_a_page_that_does_not_exist_is_no_error(client, mara, asked):
    factories.event(SOWN)
    client.force_login(mara)

    assert client.get(f"{PAGE}?eventsBefore={asked}").status_code in (200, 400 if asked == "%00" else 200)


def test_a_long_timeline_takes_few_queries(mara):
    for _ in range(20):
        move(95, by=mara)
    for number in range(100):
        factories.event(MOVED, by=mara, influencerId=f"creator_{number}")
    assert Event.objects.count() == 2_000

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = timeline("spring", mara)

    assert len(page.lines) == 50
    assert len(queries) <= 4
