"""What briefs tell the other apps."""

import pytest

from briefs import shared
from famekeeda.shared import CampaignFacts, Seen
from tests import factories


@pytest.fixture
def briefs(db):
    return [
        factories.brief("Nike", "Air Max", campaign_id="spring", influencer_id="ana", platform="tiktok"),
        factories.brief("Nike", "Pegasus", campaign_id="spring", influencer_id="ana", review="pending"),
        factories.brief("Adidas", "Samba", campaign_id="autumn", state="failed"),
        factories.brief("Puma", "Suede"),
    ]


@pytest.fixture
def request_of(rf):
    """A function that makes a request of a user with the rights named."""

    def make(*permissions):
        request = rf.get("/")
        request.user = factories.user("mara", *permissions)
        return request

    return make


def test_campaigns_with_briefs_are_seen_and_briefs_without_one_are_not(briefs):
    assert shared.campaign_ids("", 10, "") == [Seen("autumn", "1 brief"), Seen("spring", "2 briefs")]


def test_facts_are_those_of_the_newest_brief_with_all_platforms_and_creators(briefs):
    assert shared.campaign_facts("spring") == CampaignFacts(
        brand="Nike",
        product="Pegasus",
        goal="Reach young runners",
        platforms=("instagram", "tiktok"),
        creators=("ana",),
    )
    assert shared.campaign_facts("winter") is None
    assert shared.campaign_facts("") is None


def test_the_column_links_the_newest_brief_of_each_creator_or_offers_one(briefs, request_of):
    [column] = shared.creator_columns(request_of("briefs.view_brief", "briefs.add_brief"), "spring", ["ana", "b/&"])

    assert column.title == "Brief"
    assert f'href="/admin/briefs/brief/{briefs[1].pk}/change/"' in column.cells["ana"]
    assert "Waiting for review" in column.cells["ana"]
    assert column.cells["b/&"] == (
        '<a href="/admin/briefs/brief/add/?campaign_id=spring&amp;influencer_id=b%2F%26">Add a brief</a>'
    )


def test_who_may_not_add_briefs_is_offered_none(briefs, request_of):
    [column] = shared.creator_columns(request_of("briefs.view_brief"), "spring", ["ana", "ben"])

    assert list(column.cells) == ["ana"]


def test_who_may_not_see_briefs_gets_no_column_and_finds_none(briefs, request_of):
    request = request_of("performance.view_engagement")

    assert shared.creator_columns(request, "spring", ["ana"]) == []
    assert shared.search(request, "Nike", 8) == []


def test_a_search_finds_briefs_by_brand_or_product_in_any_case_the_newest_first(briefs, request_of):
    found = shared.search(request_of("briefs.view_brief"), "nik", 8)

    assert [(each.kind, each.title) for each in found] == [("Briefs", "Nike: Pegasus"), ("Briefs", "Nike: Air Max")]


def test_a_search_finds_campaigns_and_creators_of_briefs_by_how_their_ids_begin(briefs, request_of):
    request = request_of("briefs.view_brief")

    assert [(each.kind, each.title, each.detail) for each in shared.search(request, "spr", 8)] == [
        ("Campaigns", "spring", "2 briefs")
    ]
    assert [(each.kind, each.title) for each in shared.search(request, "an", 8)] == [("Creators", "ana")]


@pytest.mark.usefixtures("catalogues")
def test_the_platforms_of_the_catalogue_are_told_with_the_names_that_people_read():
    platforms = shared.platforms()

    assert platforms["tiktok"] == "TikTok"
    assert len(platforms) == 8
