"""What performance tells the other apps."""

import pytest
from django.db import connection

from famekeeda.shared import CampaignFacts, Figures, Seen
from performance import shared
from tests import factories


@pytest.fixture
def results(db):
    factories.engagement("ana", "spring", platform="TikTok", views=8_000, likes=400)
    factories.engagement("ana", "spring", platform="instagram", views=2_000, likes=100, shares=50)
    factories.engagement("ben", "spring", platform="instagram", views=1_000, likes=90)
    factories.engagement("ben", "autumn", views=5_000, likes=1)


def test_campaigns_with_results_are_seen_in_the_order_of_their_ids(results):
    assert shared.campaign_ids("", 10, "") == [Seen("autumn", "1 result"), Seen("spring", "3 results")]
    assert shared.campaign_ids("sp", 10, "") == [Seen("spring", "3 results")]
    assert shared.campaign_ids("", 1, "") == [Seen("autumn", "1 result")]
    assert shared.campaign_ids("", 10, "autumn") == [Seen("spring", "3 results")]
    assert shared.campaign_ids("Sp", 10, "") == shared.campaign_ids("%", 10, "") == []


def test_a_big_campaign_is_not_counted_to_its_end(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO performance_engagement (influencer_id, campaign_id, views, likes, comments, shares)"
            " SELECT 'influencer_' || n, 'campaign_' || n % 2, 1000, 0, 0, 0 FROM generate_series(1, 2004) AS n"
        )

    assert shared.campaign_ids("", 10, "") == [
        Seen("campaign_0", "more than 1,000 results"),
        Seen("campaign_1", "more than 1,000 results"),
    ]


def test_facts_are_the_platforms_by_views_and_the_creators_by_rate_each_once(results):
    assert shared.campaign_facts("spring") == CampaignFacts(platforms=("tiktok", "instagram"), creators=("ben", "ana"))
    assert shared.campaign_facts("winter") is None


def test_figures_are_added_up_over_platforms_and_name_the_most_viewed_one(results):
    assert shared.creator_figures("spring", ["ana", "ben", "cleo"]) == {
        "ana": Figures(views=10_000, engagements=550, platform="tiktok"),
        "ben": Figures(views=1_000, engagements=90, platform="instagram"),
    }


def found(request, text) -> list[tuple[str, str, str]]:
    return [(each.kind, each.title, each.detail) for each in shared.search(request, text, 8)]


def test_a_search_finds_campaigns_and_creators_by_how_their_ids_begin(results, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    factories.engagement("an", "anton")

    assert found(request, "an") == [("Campaigns", "anton", "1 result"), ("Creators", "an", ""), ("Creators", "ana", "")]


def test_a_search_finds_nothing_for_who_may_not_see_results(results, rf):
    request = rf.get("/")
    request.user = factories.user("mara", "briefs.view_brief")

    assert found(request, "an") == []
