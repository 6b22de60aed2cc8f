"""The API of what a creator owes: plan, submit, decide, go live; who may do which; links that are safe to follow."""

from urllib.parse import quote

import pytest

from campaigns.models import Collaboration, Deliverable
from famekeeda.models import Event
from tests import factories
from tests.campaigns.answers import errors

OWED = "/campaigns/spring/creators/ana/deliverables"


@pytest.fixture
def ana(db) -> Collaboration:
    return factories.collaboration(factories.campaign("spring"), "ana", state="agreed")


@pytest.fixture
def reviewer(db):
    return factories.user("rita", "campaigns.view_deliverable", "campaigns.decide_deliverable")


def test_a_deliverable_begins_as_planned(ask, ana):
    answer = ask("post", OWED, {"format": "reel", "platform": "Instagram", "dueOn": "2027-05-14"})
    planned = answer.json()
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (201, f"{OWED}/{planned['id']}", '"1"')
    assert planned.pop("createdAt").startswith("20")
    assert planned == {
        "id": Deliverable.objects.get().pk, "influencerId": "ana", "format": "reel", "platform": "instagram",
        "dueOn": "2027-05-14", "draftUrl": "", "postUrl": "", "note": "", "state": "planned",
    }  # fmt: skip
    assert ask("get", answer["Location"]).json().items() >= planned.items()


def test_a_deliverable_goes_from_planned_to_live_and_the_creator_follows(ask, ana):
    path = ask("post", OWED, {"format": "reel"})["Location"]
    steps = [
        {"state": "submitted", "draftUrl": "https://drafts.example/7"},
        {"state": "approved"},
        {"state": "live", "postUrl": "https://www.instagram.com/reel/7"},
    ]
    for number, step in enumerate(steps, start=1):
        answer = ask("patch", path, step, If_Match=f'"{number}"')
        assert (answer.status_code, answer["ETag"]) == (200, f'"{number + 1}"')
    ana.refresh_from_db()
    assert ana.state == "posted"


def test_what_is_owed_is_listed_the_earliest_due_first(ask, ana):
    for format, day in (("story", None), ("reel", "2027-05-14"), ("post", "2027-05-01")):
        ask("post", OWED, {"format": format, "dueOn": day})
    assert [each["format"] for each in ask("get", OWED).json()] == ["post", "reel", "story"]
    assert ask("get", f"{OWED}?state=live").json() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", ""), ("format", "x" * 61), ("format", None), ("platform", "myspace"), ("dueOn", "tomorrow"),
        ("draftUrl", "javascript:alert(1)"), ("draftUrl", "ftp://drafts.example/7"), ("draftUrl", "//drafts.example"),
        ("draftUrl", "https://ana:secret@drafts.example/7"), ("postUrl", "https://ana@drafts.example/7"),
        ("postUrl", "https://drafts.example/\x01"), ("postUrl", "https://drafts.example/\u2028a"), ("postUrl", "https://"),
        ("postUrl", "https://[::1"), ("postUrl", "data:text/html,a"), ("postUrl", "https://a.example/" + "x" * 2000),
        ("postUrl", None), ("postUrl", 7), ("note", "\x00"), ("state", "live"), ("id", 7),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(ask, ana, field, value):
    assert list(errors(ask("post", OWED, {"format": "reel", field: value}))) == [field]
    assert not Deliverable.objects.exists()


@pytest.mark.parametrize(
    "link", ["https://drafts.example/7?a=b#c", "http://ex.example:8080/ä", "https://пример.example/7", ""]
)
def test_a_link_of_the_web_is_kept(ask, ana, link):
    assert ask("post", OWED, {"format": "reel", "draftUrl": link}).json()["draftUrl"] == link


def test_a_state_that_does_not_follow_is_409_with_those_that_do(ask, ana):
    reel = factories.deliverable(ana)
    answer = ask("patch", f"{OWED}/{reel.pk}", {"state": "approved"})
    assert (answer.status_code, answer.json()["allowed"]) == (409, ["submitted"])


def test_a_change_that_changes_nothing_records_nothing(ask, ana):
    reel = factories.deliverable(ana, platform="x")
    answer = ask("patch", f"{OWED}/{reel.pk}", {"format": "reel", "state": "planned", "platform": "X"})
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert not Event.objects.exists()


def test_a_change_or_removal_of_an_earlier_revision_is_412(ask, ana):
    path = f"{OWED}/{factories.deliverable(ana).pk}"
    assert ask("patch", path, {"note": "one"}, If_Match='"1"').status_code == 200
    assert ask("patch", path, {"note": "two"}, If_Match='"1"').status_code == 412
    assert ask("delete", path, If_Match='"1"').status_code == 412
    assert Deliverable.objects.get().note == "one"


def test_a_deliverable_is_removed(ask, ana):
    path = f"{OWED}/{factories.deliverable(ana).pk}"
    assert [ask("delete", path).status_code for _ in range(2)] == [204, 404]


def test_a_reviewer_decides_on_drafts_and_says_why(ask, ana, reviewer):
    path = f"{OWED}/{factories.deliverable(ana, state='submitted').pk}"
    sent_back = {"state": "planned", "note": "The disclosure is missing."}
    assert ask("patch", path, sent_back, by=reviewer).json().items() >= sent_back.items()
    ask("patch", path, {"state": "submitted"})
    assert ask("patch", path, {"state": "approved"}, by=reviewer).status_code == 200


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("planned", {"state": "submitted"}),
        ("approved", {"state": "live"}),
        ("submitted", {"note": "Nice"}),
        ("submitted", {"state": "submitted"}),
        ("submitted", {"state": "approved", "dueOn": "2027-05-14"}),
    ],
)
def test_a_reviewer_changes_nothing_else(ask, ana, reviewer, state, change):
    answer = ask("patch", f"{OWED}/{factories.deliverable(ana, state=state).pk}", change, by=reviewer)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "None of your groups has the right campaigns.change_deliverable."


@pytest.mark.parametrize(
    ("state", "wanted"), [("submitted", "approved"), ("submitted", "planned"), ("approved", "submitted")]
)
def test_who_is_no_reviewer_decides_on_no_draft(ask, ana, state, wanted):
    ben = factories.user("ben", "campaigns.view_deliverable", "campaigns.change_deliverable")
    answer = ask("patch", f"{OWED}/{factories.deliverable(ana, state=state).pk}", {"state": wanted}, by=ben)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "None of your groups has the right campaigns.decide_deliverable."


@pytest.mark.parametrize("id", ["spring", "a/b", "a/creators"])
@pytest.mark.parametrize("creator", ["@ana/silva", "ana silva", "deliverables", "a/creators/b"])
def test_ids_of_other_systems_are_found_by_their_paths(ask, id, creator):
    reel = factories.deliverable(factories.collaboration(factories.campaign(id), creator))
    path = f"/campaigns/{quote(id, safe='')}/creators/{quote(creator, safe='')}/deliverables"
    if "creators" in creator:  # the last word of ours divides the ids
        assert ask("get", path).status_code == 404
    else:
        assert ask("get", path).json()[0]["id"] == ask("get", f"{path}/{reel.pk}").json()["id"] == reel.pk


def test_a_deliverable_is_found_at_its_own_creator_alone(ask, ana):
    reel = factories.deliverable(factories.collaboration(ana.campaign, "ben"))
    for path in (f"{OWED}/{reel.pk}", f"{OWED}/99999999999999999999", OWED.replace("ana", "caro")):
        assert ask("get", path).status_code == 404
    assert ask("patch", f"{OWED}/{reel.pk}", {}).status_code == 404


def test_a_token_is_needed_also_on_a_laptop(client, ana, settings):
    settings.DEBUG = True
    path = f"{OWED}/{factories.deliverable(ana).pk}"
    answers = [client.get(OWED), client.post(OWED), client.get(path), client.patch(path), client.delete(path)]
    assert {answer.status_code for answer in answers} == {401}


def test_a_browser_gets_a_page(ask, ana):
    path = f"{OWED}/{factories.deliverable(ana).pk}"
    for shown in (OWED, path):
        assert ask("get", shown, Accept="text/html").status_code == 200
