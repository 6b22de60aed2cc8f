"""GET /top-performers: whom to hire again."""

import pytest
from django.db import connection
from rest_framework.test import APIClient

from performance.models import Engagement
from tests.factories import engagement, user


@pytest.fixture
def api(db):
    client = APIClient()
    client.force_authenticate(user(is_superuser=True))
    return client


def ids(response):
    return [row["influencerId"] for row in response.json()]


def test_the_best_rate_comes_first_and_is_the_exact_double(api):
    engagement("influencer_4927", views=72088, likes=4707, comments=1044, shares=1438)
    engagement("influencer_3764", views=30689, likes=2173, comments=435, shares=456)

    response = api.get("/top-performers?campaignId=campaign_1&limit=5")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.content.decode() == (
        '[{"campaignId":"campaign_1","influencerId":"influencer_3764","platform":"",'
        '"engagementRate":9.984033367004464,"views":30689,"likes":2173,"comments":435,"shares":456},'
        '{"campaignId":"campaign_1","influencerId":"influencer_4927","platform":"",'
        '"engagementRate":9.972533570081012,"views":72088,"likes":4707,"comments":1044,"shares":1438}]'
    )


def test_ties_go_by_more_views_then_by_id_byte_for_byte_then_by_platform(api):
    engagement("b", views=1000, likes=10)
    engagement("B", views=1000, likes=10)
    engagement("a", views=1000, likes=10, platform="youtube")
    engagement("a", views=1000, likes=10, platform="instagram")
    engagement("z", views=2000, likes=20)

    rows = api.get("/top-performers?campaignId=campaign_1").json()

    assert [(row["influencerId"], row["platform"]) for row in rows] == [
        ("z", ""), ("B", ""), ("a", "instagram"), ("a", "youtube"), ("b", ""),
    ]  # fmt: skip


def test_only_the_campaign_asked_for_is_ranked(api):
    engagement("influencer_1", "campaign_1")
    engagement("influencer_2", "campaign_10")
    engagement("influencer_3", "Campaign_1")

    assert ids(api.get("/top-performers?campaignId=campaign_1")) == ["influencer_1"]


def test_a_campaign_nobody_loaded_is_an_empty_list(api):
    response = api.get("/top-performers?campaignId=campaign_9")

    assert (response.status_code, response.content) == (200, b"[]")


def test_ten_creators_are_answered_unless_more_or_fewer_are_asked_for(api):
    for number in range(12):
        engagement(f"influencer_{number:02}", views=1000, likes=number)

    assert len(api.get("/top-performers?campaignId=campaign_1").json()) == 10
    assert ids(api.get("/top-performers?campaignId=campaign_1&limit=1")) == ["influencer_11"]
    assert len(api.get("/top-performers?campaignId=campaign_1&limit=100").json()) == 12


def test_pages_are_linked_without_repeating_or_missing_anybody(api):
    for number in range(5):
        engagement(f"influencer_{number}", views=1000, likes=10)
    url = "/top-performers?campaignId=campaign_1&limit=2"

    first, middle, last = api.get(url), api.get(f"{url}&offset=2"), api.get(f"{url}&offset=4")

    assert ids(first) + ids(middle) + ids(last) == [f"influencer_{number}" for number in range(5)]
    assert first["Link"] == f'<http://testserver{url}&offset=2>; rel="next"'
    assert middle["Link"] == (
        f'<http://testserver{url}&offset=0>; rel="first", '
        f'<http://testserver{url}&offset=0>; rel="prev", '
        f'<http://testserver{url}&offset=4>; rel="next"'
    )
    assert 'rel="next"' not in last["Link"]


def test_a_single_page_has_no_links(api):
    engagement()

    assert "Link" not in api.get("/top-performers?campaignId=campaign_1")


def test_a_platform_can_be_singled_out_and_so_can_creators_without_one(api):
    engagement("influencer_1", platform="tiktok")
    engagement("influencer_2")

    assert ids(api.get("/top-performers?campaignId=campaign_1&platform=tiktok")) == ["influencer_1"]
    assert ids(api.get("/top-performers?campaignId=campaign_1&platform=")) == ["influencer_2"]


def test_min_views_leaves_smaller_samples_out(api):
    engagement("influencer_1", views=10, likes=10)
    engagement("influencer_2", views=500, likes=1)
    engagement("influencer_3", views=499, likes=1)

    assert ids(api.get("/top-performers?campaignId=campaign_1&minViews=500")) == ["influencer_2"]


def test_the_adjusted_rank_puts_ten_views_behind_five_thousand(api):
    engagement("lucky", views=10, likes=10)
    engagement("good", views=5000, likes=600)
    engagement("poor", views=5990)
    engagement("elsewhere", "campaign_2", views=1000, likes=1000)

    response = api.get("/top-performers?campaignId=campaign_1&rank=adjusted")

    # The campaign's pooled rate is 610 / 11,000; (10 + 1000 · 610/11000) / 1010 · 100 = 6.48…
    assert [(row["influencerId"], row["engagementRate"]) for row in response.json()] == [
        ("good", 12.0), ("lucky", 100.0), ("poor", 0.0),
    ]  # fmt: skip
    assert [row["adjustedRate"] for row in response.json()] == pytest.approx(
        [10.924242424242426, 6.480648064806482, 0.7933411366887763], rel=1e-15
    )
    assert list(response.json()[0]) == [
        "campaignId", "influencerId", "platform", "engagementRate", "views", "likes", "comments", "shares",
        "adjustedRate",
    ]  # fmt: skip
    assert ids(api.get("/top-performers?campaignId=campaign_1&rank=rate")) == ["lucky", "good", "poor"]


def same_rate(rate: tuple[int, int], *sizes: int) -> None:
    """Creators who all have the same rate, `rate` as a fraction, on so many times its denominator of views."""
    for size in sizes:
        engagement(f"creator_{rate[1] * size}", views=rate[1] * size, likes=rate[0] * size)


@pytest.mark.parametrize("rate", [(1, 60), (3, 40), (7, 93), (1, 8192), (1, 3), (62, 930), (99, 100)])
@pytest.mark.parametrize("rank", ["rate", "adjusted"])
def test_creators_with_the_same_rate_rank_by_views_whatever_floats_say(api, rate, rank):
    sizes = [1, 2, 3, 7, 11, 31, 160, 1_609, 2_494, 99_991, 10**9]
    same_rate(rate, *sizes)

    answer = api.get(f"/top-performers?campaignId=campaign_1&limit=100&rank={rank}").json()

    assert [row["views"] for row in answer] == [rate[1] * size for size in reversed(sizes)]
    assert len({row["adjustedRate" if rank == "adjusted" else "engagementRate"] for row in answer}) == 1


def test_both_ranks_of_a_large_table_find_their_campaign_by_an_index(db):
    Engagement.objects.bulk_create(
        Engagement(
            influencer_id=f"creator_{n}",
            campaign_id=f"campaign_{n % 100}",
            views=n + 1,
            likes=n % 9,
            comments=0,
            shares=0,
        )
        for n in range(100_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE performance_engagement")
    for rank in ("rate", "adjusted"):
        plan = Engagement.objects.ranked("campaign_7", by=rank)[:10].explain()
        assert "Seq Scan" not in plan
    assert "engagement_ranking" in Engagement.objects.ranked("campaign_7")[:10].explain()


def test_every_filter_works_together_with_the_adjusted_rank(api):
    engagement("influencer_1", views=2000, likes=20, platform="tiktok")
    engagement("influencer_2", views=3000, likes=60, platform="tiktok")
    engagement("influencer_3", views=100, likes=60, platform="tiktok")
    engagement("influencer_4", views=9000, likes=60, platform="youtube")

    url = "/top-performers?campaignId=campaign_1&rank=adjusted&platform=tiktok&minViews=2000&limit=1&offset=1"

    assert ids(api.get(url)) == ["influencer_1"]


SILLY = [
    ("", "campaignId"),
    ("campaignId=", "campaignId"),
    ("campaignId=%20", "campaignId"),
    ("campaignId=%20campaign_1", "campaignId"),
    ("campaignId=campaign_1%0A", "campaignId"),
    ("campaignId=campaign%001", "campaignId"),
    ("campaignId=campaign%C2%851", "campaignId"),
    ("campaignId=campaign%E2%80%A81", "campaignId"),
    ("campaignId=campaign%ff", "campaignId"),
    ("campaignId=" + "a" * 201, "campaignId"),
    ("campaignId=a&campaignId=b", "campaignId"),
    ("campaignId=a&campaignId=a", "campaignId"),
    ("campaignId=a&limit=", "limit"),
    ("campaignId=a&limit=0", "limit"),
    ("campaignId=a&limit=-1", "limit"),
    ("campaignId=a&limit=101", "limit"),
    ("campaignId=a&limit=ten", "limit"),
    ("campaignId=a&limit=1e3", "limit"),
    ("campaignId=a&limit=1.0", "limit"),
    ("campaignId=a&limit=1_0", "limit"),
    ("campaignId=a&limit=%2B5", "limit"),
    ("campaignId=a&limit=%205", "limit"),
    ("campaignId=a&limit=%D9%A5", "limit"),
    ("campaignId=a&limit=5%00", "limit"),
    ("campaignId=a&limit=" + "9" * 5000, "limit"),
    ("campaignId=a&limit=1&limit=2", "limit"),
    ("campaignId=a&offset=-1", "offset"),
    ("campaignId=a&offset=9223372036854775808", "offset"),
    ("campaignId=a&minViews=-1", "minViews"),
    ("campaignId=a&minViews=9007199254740992", "minViews"),
    ("campaignId=a&minViews=99999999999999999999999", "minViews"),
    ("campaignId=a&platform=tik%00tok", "platform"),
    ("campaignId=a&platform=" + "a" * 201, "platform"),
    ("campaignId=a&rank=", "rank"),
    ("campaignId=a&rank=best", "rank"),
    ("campaignId=a&format=xml", "format"),
    ("campaignId=a&campaign_id=a", "campaign_id"),
    ("campaignId=a&campaignID=a", "campaignID"),
]


@pytest.mark.parametrize(("asked", "field"), SILLY, ids=[asked[:40] for asked, _ in SILLY])
def test_a_silly_question_is_refused_by_the_name_of_its_parameter(api, asked, field):
    response = api.get(f"/top-performers?{asked}")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]


def test_all_that_is_wrong_is_said_at_once(api):
    problem = api.get("/top-performers?limit=0&colour=red").json()

    assert problem["errors"] == {
        "campaignId": ["This field is required."],
        "limit": ["Ensure this value is greater than or equal to 1."],
        "colour": ["There is no such parameter."],
    }


@pytest.mark.parametrize("campaign_id", ["Été — 2026", "a&b=c/d?e#f", "'; DROP TABLE performance_engagement; --", "%s"])
def test_an_id_may_look_like_anything(api, campaign_id):
    engagement(campaign_id=campaign_id)

    assert len(api.get("/top-performers", {"campaignId": campaign_id}).json()) == 1


def test_a_page_costs_one_query(api, django_assert_num_queries):
    engagement()

    with django_assert_num_queries(1):
        api.get("/top-performers?campaignId=campaign_1&limit=100&platform=&minViews=1")


def test_an_unchanged_answer_is_304(api):
    engagement("influencer_1", views=1000, likes=10)
    url = "/top-performers?campaignId=campaign_1"
    etag = api.get(url)["ETag"]

    unchanged = api.get(url, headers={"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)

    engagement("influencer_2")
    changed = api.get(url, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_each_form_of_the_answer_has_its_own_etag_and_caches_are_told_what_it_depends_on(api):
    engagement()
    forms = [
        api.get("/top-performers?campaignId=campaign_1", headers={"accept": accept})
        for accept in ("application/json", "text/csv", "text/html")
    ]

    assert len({response["ETag"] for response in forms}) == 3
    assert all("Accept" in response["Vary"] for response in forms)


@pytest.mark.parametrize(("asked", "accept"), [("", "text/csv"), ("&format=csv", "*/*")])
def test_the_ranking_comes_as_csv_that_no_spreadsheet_takes_for_formulas(api, asked, accept):
    engagement('=HYPERLINK("x")', platform="@tiktok", views=1000, likes=10)

    response = api.get(f"/top-performers?campaignId=campaign_1{asked}", headers={"accept": accept})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="top-performers.csv"'
    assert response.content.decode() == (
        "campaignId,influencerId,platform,engagementRate,views,likes,comments,shares\r\n"
        'campaign_1,"\'=HYPERLINK(""x"")",\'@tiktok,1.0,1000,10,0,0\r\n'
    )


def test_a_csv_of_nobody_still_has_its_header(api):
    response = api.get("/top-performers?campaignId=campaign_1&format=csv")

    assert response.content == b"campaignId,influencerId,platform,engagementRate,views,likes,comments,shares\r\n"


def test_a_browser_gets_a_page(api):
    engagement("influencer_3764", views=30689, likes=2173, comments=435, shares=456)

    page = api.get("/top-performers?campaignId=campaign_1", headers={"accept": "text/html,*/*;q=0.8"})

    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert "9.984033367004464" in page.content.decode()


def test_a_browser_is_told_on_a_page_what_was_wrong(api):
    page = api.get("/top-performers", headers={"accept": "text/html,*/*;q=0.8"})

    assert page.status_code == 400
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert "This field is required." in page.content.decode()


@pytest.mark.django_db
def test_strangers_are_sent_away(client):
    response = client.get("/top-performers?campaignId=campaign_1")

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_laptop_answers_without_a_token(client, settings):
    settings.DEBUG = True

    assert client.get("/top-performers?campaignId=campaign_1").json() == []
