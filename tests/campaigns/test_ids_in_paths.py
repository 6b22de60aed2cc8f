"""Ids that browsers and proxies take out of a path: nothing new gets one, what files have brought stays readable."""

import pytest

from campaigns.models import Campaign, Collaboration, Creator
from tests import factories
from tests.campaigns.answers import errors
from tests.loads.loading import load_text

EATEN = [".", "..", "a/../b", "./a", "a//b", "/a", "a/"]
REFUSAL = "No part between slashes may be empty, . or .., which paths cannot carry."

pytestmark = pytest.mark.django_db


def at(id):
    return id.replace(".", "%2E").replace("/", "%2F")


@pytest.mark.parametrize("id", EATEN)
def test_no_campaign_is_made_by_the_api(ask, id):
    assert list(errors(ask("post", "/campaigns", {"name": "A", "id": id}))) == ["id"]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("id", EATEN)
def test_no_campaign_is_adopted(marketing, id):
    factories.engagement("ana", id)

    page = marketing.post("/admin/campaigns/campaign/seen/", {"campaign": [id]}, follow=True)

    assert f"{id} cannot be the id of anything new. {REFUSAL}" in page.content.decode()
    assert not Campaign.objects.exists()


def test_an_id_with_slashes_between_words_is_adopted(marketing):
    factories.engagement("ana", "nova/2027/spring..2")

    marketing.post("/admin/campaigns/campaign/seen/", {"campaign": ["nova/2027/spring..2"]})

    assert Campaign.objects.get().pk == "nova/2027/spring..2"


@pytest.mark.parametrize("id", ["..", "a/../b"])
def test_no_creator_joins_a_campaign_or_gets_a_profile_by_the_api(ask, id):
    factories.campaign("spring")

    for path in (f"/campaigns/spring/creators/{at(id)}", f"/creators/{at(id)}"):
        said = {"influencerId": [f"{id} cannot be the id of anything new. {REFUSAL}"]}
        assert errors(ask("put", path, {"note": "new"})) == said
    assert (Collaboration.objects.count(), Creator.objects.count()) == (0, 0)


def test_a_creator_who_is_there_already_is_changed_and_taken_out(ask):
    factories.collaboration(factories.campaign("spring"), "..")

    assert ask("put", "/campaigns/spring/creators/%2E%2E", {"note": "old"}).json()["note"] == "old"
    assert ask("delete", "/campaigns/spring/creators/%2E%2E").status_code == 204


def test_ticked_creators_are_not_added(marketing):
    spring = factories.campaign("spring", status="active")
    fields = {"action": "add-to-campaign", "influencer": ["ana", ".."], "confirmed": "", "next": "/admin/"}

    page = marketing.post("/admin/act/", fields | {"campaign": spring.pk})

    assert f".. cannot be the id of anything new. {REFUSAL}" in page.content.decode()
    assert not Collaboration.objects.exists()


def test_the_page_that_adds_creators_names_the_id(marketing):
    factories.campaign("spring", status="active")

    page = marketing.post("/admin/campaigns/collaboration/several/spring/", {"creators": "ana\n.."})

    assert page.status_code == 400
    assert REFUSAL in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_list_of_creators_rejects_the_line(settings, tmp_path):
    load = load_text("influencerId,name\n..,Dots\nana,Ana\n", kind="creators")

    assert [reject.reason for reject in load.rejects.all()] == [
        "influencerId no part between slashes may be empty, . or .., which paths cannot carry"
    ]
    assert [creator.pk for creator in Creator.objects.all()] == ["ana"]


def test_results_of_such_a_campaign_are_read_by_a_query(ask, mara):
    factories.engagement("ana", "..")

    assert [each["influencerId"] for each in ask("get", "/top-performers?campaignId=..").json()] == ["ana"]
