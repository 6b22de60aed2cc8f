"""What campaigns tell the other apps."""

from datetime import date

import pytest
from django.test import RequestFactory

from famekeeda import shared
from famekeeda.shared import CampaignFacts, CreatorName
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_creator_is_called_by_name_and_by_the_handle_that_most_people_follow(django_assert_num_queries):
    ana = factories.creator("ana", "Ana Silva", followers=12_000, language="pt-BR")
    ana.accounts.create(platform="tiktok", handle="ana.on.tiktok", followers=90_000)
    ana.accounts.create(platform="youtube", handle="ana-films")
    factories.creator("ben", "Ben Ode")

    with django_assert_num_queries(1):
        names = shared.creator_names(["ana", "ben", "nobody"])

    assert names == {
        "ana": CreatorName("Ana Silva", "ana.on.tiktok", ("tiktok", "instagram", "youtube"), "pt-BR"),
        "ben": CreatorName("Ben Ode", "ben.ode", ("instagram",)),
    }


def test_a_profile_without_an_account_has_no_handle():
    factories.creator("ana", "Ana Silva").accounts.all().delete()

    assert shared.creator_names(["ana"]) == {"ana": CreatorName("Ana Silva")}


def test_a_brief_rests_on_profile_and_campaign_and_reads_neither_names_nor_money():
    factories.creator(
        "ana", "Ana Silva", country="PT", language="pt", topics=["running"], contact="ana@example.com",
        manager="Max Power", usual_fee=1_200, currency="EUR", note="always late",
    )  # fmt: skip
    factories.campaign(
        "spring", brand="Nova", product="shoes", goal="More sales", platforms=["tiktok"], budget=9_000, currency="EUR",
        starts_on=date(2027, 3, 1),
    )  # fmt: skip

    assert shared.brief_evidence("spring", "ana") == {
        "profile": {"country": "PT", "language": "pt", "topics": ["running"], "followers": {"instagram": 12_000}},
        "campaignFacts": {
            "name": "Spring", "brand": "Nova", "product": "shoes", "goal": "More sales", "platforms": ["tiktok"],
            "startsOn": "2027-03-01",
        },
    }  # fmt: skip


def test_a_brief_for_nobody_rests_on_nothing_of_campaigns():
    assert shared.brief_evidence("", "") == {}
    assert shared.brief_evidence("elsewhere", "stranger") == {}


def test_search_finds_creators_by_their_names_for_those_who_may_see_profiles():
    factories.creator("c-17", "Ana Silva")
    request = RequestFactory().get("/")
    request.user = factories.user("mara", "campaigns.view_creator")

    (found,) = shared.search(request, "silv")
    request.user = factories.user("tom")

    assert (found.kind, found.title, found.url, found.detail) == (
        "Creators", "Ana Silva", "/admin/creator/c-17/", "@ana.silva c-17",
    )  # fmt: skip
    assert shared.search(request, "silv") == []


def test_a_campaign_tells_what_people_decided_and_who_is_in_it_without_who_declined():
    spring = factories.campaign(
        "spring", name="Spring drop", brand="Nova", product="shoes", goal="More sales", platforms=["TikTok"],
        starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 1),
    )  # fmt: skip
    for creator, state in (("ben", "agreed"), ("ana", "shortlisted"), ("cleo", "declined")):
        factories.collaboration(spring, creator, state=state)

    assert shared.campaign_facts("spring") == CampaignFacts(
        name="Spring drop", brand="Nova", product="shoes", goal="More sales", platforms=("tiktok",),
        creators=("ana", "ben"), starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 1),
    )  # fmt: skip
    assert shared.campaign_names(["spring", "unknown"]) == {"spring": "Spring drop"}


@pytest.mark.parametrize("text", ["DROP", "nov", "spri"])
def test_a_campaign_is_found_by_name_brand_and_id_by_who_may_see_campaigns(text):
    factories.campaign("spring", name="Big drop", brand="Nova", status="active")
    factories.campaign("autumn", name="Quiet", brand="Other")
    request = RequestFactory().get("/")
    request.user = factories.user("mara", "campaigns.view_campaign")

    assert [(found.title, found.detail) for found in shared.search(request, text)] == [
        ("Big drop", "spring, Nova, active")
    ]
    request.user = factories.user("nina")
    assert shared.search(request, text) == []
