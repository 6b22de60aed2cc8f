"""GET /events: who may ask, what is told to whom, and how a program reads on from where it was."""

import re

import pytest
from django.contrib.auth.models import Group

from famekeeda.events.models import Event
from famekeeda.events.telling import tell
from famekeeda.events.types import EventType, event_types
from famekeeda.shared import CreatorName
from tests import factories
from tests.famekeeda.happenings import GREW, SOWN, plant

FEE_AGREED = EventType(
    "FeeAgreed",
    "A fee was agreed",
    "{influencerId} gets {fee}",
    {"influencerId": "ana", "fee": "400.00"},
    confidential={"fee": "loads.delete_load"},
)


@pytest.fixture(autouse=True)
def garden(monkeypatch):
    plant(monkeypatch, SOWN, GREW, FEE_AGREED)
    yield
    event_types.cache_clear()


@pytest.fixture
def mara(client, db):
    mara = factories.user("mara", "famekeeda.view_event")
    client.force_login(mara)
    return mara


def sequences(answer) -> list[int]:
    return [event["sequence"] for event in answer.json()]


def next_page(answer) -> str:
    """The path and query of the Link header; empty where there is none."""
    found = re.fullmatch(r'<http://testserver(.*)>; rel="next"', answer.headers.get("Link", ""))
    return found[1] if found else ""


@pytest.mark.parametrize("debug", [False, True])
def test_events_need_a_token_also_on_a_laptop(client, db, settings, debug):
    settings.DEBUG = debug

    assert client.get("/events").status_code == 401


def test_events_need_the_right_to_see_them(client, db):
    client.force_login(factories.user("jo", "loads.view_load"))

    answer = client.get("/events")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "None of your groups has the right famekeeda.view_event."


@pytest.mark.parametrize("group", ["Marketing", "Reviewer", "Operator"])
def test_each_group_sees_events(client, db, group):
    user = factories.user()
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)

    assert client.get("/events").status_code == 200


def test_an_event_is_told_in_full(client, mara):
    event = factories.event(SOWN, by=mara, seed="Oats")

    (told,) = client.get("/events").json()

    assert told.pop("at").startswith(f"{event.at:%Y-%m-%dT%H:%M:%S}")
    assert told == {
        "id": str(event.pk),
        "type": "Sown",
        "version": 1,
        "campaignId": "spring",
        "sequence": 1,
        "by": "mara",
        "data": {"seed": "Oats", "depth": "3 cm"},
        "title": "Something was sown",
        "text": "Oats was sown, 3 cm deep",
    }


def test_the_newest_events_of_all_campaigns_come_first_and_pages_go_back(client, mara):
    for number in range(1, 6):
        factories.event(SOWN, f"campaign_{number % 2}" if number > 1 else "", seed=str(number))

    first = client.get("/events?limit=2")
    factories.event(SOWN, seed="6")
    second = client.get(next_page(first))
    third = client.get(next_page(second))

    seeds = [[event["data"]["seed"] for event in answer.json()] for answer in (first, second, third)]
    assert seeds == [["5", "4"], ["3", "2"], ["1"]]
    assert third.json()[0]["sequence"] is None
    assert next_page(third) == ""


def test_a_program_reads_on_from_the_last_sequence_it_has(client, mara):
    for _ in range(5):
        factories.event(SOWN, "spring")
        factories.event(SOWN, "autumn")

    first = client.get("/events?campaignId=spring&after=0&limit=3")
    second = client.get(next_page(first))
    assert (sequences(first), sequences(second), next_page(second)) == ([1, 2, 3], [4, 5], "")

    assert sequences(client.get("/events?campaignId=spring&after=5")) == []
    factories.event(SOWN, "spring")
    assert sequences(client.get("/events?campaignId=spring&after=5")) == [6]


def test_the_events_of_a_campaign_page_back_from_the_newest(client, mara):
    for _ in range(5):
        factories.event(SOWN, "spring")
        factories.event(SOWN, "autumn")

    first = client.get("/events?campaignId=spring&limit=3")
    second = client.get(next_page(first))

    assert (sequences(first), sequences(second), next_page(second)) == ([5, 4, 3], [2, 1], "")


def test_events_of_one_type_can_be_asked_for(client, mara):
    factories.event(event_types()["BriefReady"])
    factories.event(SOWN)

    assert [event["type"] for event in client.get("/events?type=BriefReady").json()] == ["BriefReady"]
    assert sequences(client.get("/events?type=BriefReady&campaignId=spring&after=0")) == [1]


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("after=3", "after", "Needs campaignId: each campaign has a sequence of its own."),
        ("campaignId=c&after=-1", "after", "A valid integer is required."),
        ("campaignId=c&after=1&before=00000000-0000-7000-8000-000000000000", "before", "Goes the other way"),
        ("before=12", "before", "Must be a valid UUID."),
        (
            "campaignId=c&before=00000000-0000-7000-8000-000000000000",
            "before",
            "The campaign has no event",
        ),
        ("type=Rained", "type", '"Rained" is not a valid choice.'),
        ("campaignId=%0A", "campaignId", "May not hold control characters"),
        ("campaignId=", "campaignId", "This field may not be blank."),
        ("limit=101", "limit", "Ensure this value is less than or equal to 100."),
        ("offset=10", "offset", "There is no such parameter."),
    ],
)
def test_a_query_that_makes_no_sense_is_told_which_parameter(client, mara, query, field, said):
    answer = client.get(f"/events?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][field][0].startswith(said)


def test_confidential_values_are_null_for_whoever_has_no_right_to_them(client, mara):
    factories.event(FEE_AGREED)

    (told,) = client.get("/events").json()
    assert (told["data"], told["text"]) == ({"influencerId": "ana", "fee": None}, "ana gets –")

    client.force_login(factories.user("olga", "famekeeda.view_event", "loads.delete_load"))
    (told,) = client.get("/events").json()
    assert (told["data"], told["text"]) == ({"influencerId": "ana", "fee": "400.00"}, "ana gets 400.00")


def test_an_event_whose_type_is_gone_shows_its_name_and_no_data(client, mara, monkeypatch):
    factories.event(FEE_AGREED)
    plant(monkeypatch, SOWN)

    (told,) = client.get("/events").json()

    assert (told["type"], told["title"], told["text"], told["data"]) == ("FeeAgreed", "FeeAgreed", "FeeAgreed", {})


def test_the_text_has_the_creator_s_name_and_the_data_the_id(db, monkeypatch):
    asked = []

    def names(ids):
        asked.append(set(ids))
        return {"ana": CreatorName(name="Ana Lima")}

    monkeypatch.setattr("famekeeda.events.telling.creator_names", names)
    for creator in ("ana", "bea", "ana"):
        factories.event(FEE_AGREED, influencerId=creator)

    told = tell(Event.objects.of("spring"), factories.user("mara", "loads.delete_load"))

    assert [each.text for each in told] == ["Ana Lima gets 400.00", "bea gets 400.00", "Ana Lima gets 400.00"]
    assert told[0].data["influencerId"] == "ana"
    assert asked == [{"ana", "bea"}]


def test_events_come_as_csv_too(client, mara):
    factories.event(SOWN, seed="=1+1")

    (header, row) = client.get("/events", headers={"Accept": "text/csv"}).content.decode().splitlines()

    assert header == "id,type,version,campaignId,sequence,at,by,data,title,text"
    assert row.endswith(',Something was sown,"\'=1+1 was sown, 3 cm deep"')
