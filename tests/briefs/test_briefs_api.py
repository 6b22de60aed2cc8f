"""GET /briefs and /briefs/{id}: what became of a request, and how it was written."""

import csv

import pytest

from briefs.generation import chain
from briefs.models import Brief
from tests import factories
from tests.briefs.writing import claimed_brief, written
from tests.fake_llm import unauthorised

pytestmark = pytest.mark.usefixtures("catalogues", "fake_llm")


@pytest.fixture
def get(admin_user, client):
    client.force_login(admin_user)
    return lambda path: client.get(path).json()


def test_a_brief_shows_its_request_its_content_and_its_review(get):
    brief = written()
    shown = get(f"/briefs/{brief.pk}")
    assert (shown["state"], shown["review"], shown["brand"], shown["failure"]) == ("ready", "pending", "Nike", "")
    assert shown["content"]["caption"] == brief.content["caption"]
    assert shown["costUSD"] == "0.000000"


def test_the_trace_names_each_step_and_says_nothing_of_what_was_said(get):
    trace = get(f"/briefs/{written().pk}")["trace"]
    assert [(step["kind"], step["name"], step["askedBy"]) for step in trace] == [
        ("call", "tools", ""),
        ("tool", "trendFetcher", "model"),
        ("tool", "personaClassifier", "model"),
        ("tool", "creativeAngle", "model"),
        ("call", "answer", ""),
        ("rules", "mend", ""),
    ]
    assert all(len(step["sent"]) == 16 for step in trace if step["kind"] == "call")
    assert trace[0]["promptTokens"] > 0
    assert "Nike" not in str(trace)


def test_a_failed_brief_has_no_content_and_says_why(get, fake_llm):
    fake_llm.always(unauthorised)
    brief = claimed_brief()
    chain.write(brief)
    shown = get(f"/briefs/{brief.pk}")
    assert (shown["state"], shown["failure"], shown["content"], shown["attempts"]) == (
        "failed",
        "unauthorised",
        None,
        1,
    )


def test_the_list_is_newest_first_and_can_be_narrowed(get, admin_user):
    first, second = written(), written(platform="tiktok", campaign_id="campaign_1")
    first.approve(by=admin_user, revision=0)
    assert [brief["id"] for brief in get("/briefs")] == [second.pk, first.pk]
    assert [brief["id"] for brief in get("/briefs?review=approved")] == [first.pk]
    assert [brief["id"] for brief in get("/briefs?campaignId=campaign_1")] == [second.pk]
    assert [brief["id"] for brief in get("/briefs?state=failed")] == []


def test_the_list_takes_as_many_queries_for_many_briefs(get, django_assert_num_queries):
    for _ in range(3):
        Brief.objects.create(brand="Nike", cache_key=str(_))
    with django_assert_num_queries(3):  # session, user, briefs
        assert len(get("/briefs")) == 3


def test_the_csv_of_briefs_is_for_people(client, db, admin_user):
    client.force_login(admin_user)
    factories.brief(state="queued")
    factories.brief(hashtags=["#run", "#fit"])

    lines = list(csv.DictReader(client.get("/briefs?format=csv").content.decode().splitlines()))

    written, queued = lines
    assert (written["hashtags"], written["content.hashtags"]) == ("#run | #fit", "#run | #firstmile")
    assert written["content.caption"] == "#ad Nike Air Max: run your first mile with us."
    assert (queued["content.caption"], queued["decidedBy"]) == ("", "")
    assert not any(word in cell for line in lines for cell in line.values() for word in ("None", "{", "['", "True"))


def test_the_csv_of_no_briefs_has_the_same_columns(client, db, admin_user):
    client.force_login(admin_user)
    empty = client.get("/briefs?format=csv").content
    factories.brief()
    assert client.get("/briefs?format=csv").content.startswith(empty)
