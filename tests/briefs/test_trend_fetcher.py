"""The tool trendFetcher: the strongest trends, and which of them are about the request."""

import pytest
from django.db import connection

from briefs.catalogues.matching import topics_in
from briefs.catalogues.models import Trend
from briefs.generation.tools import TOOLS
from tests import factories
from tests.factories import brief_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_catalogues")]

TREND_FETCHER, _, _ = TOOLS


def trends(**fields):
    return TREND_FETCHER.run_for(brief_request(**fields))


def test_trends_about_the_product_stand_before_stronger_ones(django_assert_num_queries):
    factories.trend("#loud", score=1_000)
    factories.trend("#running", topics=["running"], score=1)
    factories.trend("#shoes", topics=["shoes"], score=2)
    factories.trend("#dance", topics=["dance"], score=900)
    with django_assert_num_queries(1):
        assert trends() == {
            "hashtags": ["#shoes", "#running", "#loud"],
            "newestHoursAgo": 1,
            "matched": "topic",
            "onTopic": ["#shoes", "#running"],
            "note": "Not about the product or the goal, merely strong on instagram: #loud.",
        }


def test_three_that_match_need_no_note():
    for score, hashtag in enumerate(["#one", "#two", "#three", "#four"]):
        factories.trend(hashtag, topics=["running"], score=score, hours_ago=5 + score)
    strongest = ["#four", "#three", "#two"]
    assert trends() == {"hashtags": strongest, "newestHoursAgo": 6, "matched": "topic", "onTopic": strongest}


def test_without_a_match_the_platforms_strongest_are_named():
    factories.trend("#weak", topics=["cats"], score=1)
    factories.trend("#strong", topics=["cats"], score=3)
    factories.trend("#middle", topics=["cats"], score=2)
    factories.trend("#weakest", topics=["cats"], score=0)
    assert trends() == {
        "hashtags": ["#strong", "#middle", "#weak"],
        "newestHoursAgo": 1,
        "matched": "platform",
        "onTopic": [],
        "note": "Not about the product or the goal, merely strong on instagram: #strong, #middle, #weak.",
    }


def test_fewer_than_three_are_said_to_be_all():
    factories.trend("#run", topics=["running"])
    assert trends()["hashtags"] == ["#run"]
    assert trends()["note"] == "No more trends are loaded for instagram."


def test_no_trends_at_all_are_said():
    factories.trend("#run", "tiktok", topics=["running"])
    assert trends() == {
        "hashtags": [],
        "newestHoursAgo": None,
        "matched": "platform",
        "onTopic": [],
        "note": "No trends are loaded for instagram: upload a file of trends.",
    }


def test_a_trend_is_half_as_strong_after_three_days():
    factories.trend("#tripled", score=3, hours_ago=72)
    factories.trend("#fresh", score=1.2, hours_ago=0)
    factories.trend("#doubled", score=2, hours_ago=72)
    assert trends()["hashtags"] == ["#tripled", "#fresh", "#doubled"]


def test_what_is_dated_in_the_future_waits_for_it():
    factories.trend("#tomorrow", score=1_000, hours_ago=-24)
    factories.trend("#today")
    assert trends()["hashtags"] == ["#today"]


def test_the_brand_is_matched_too():
    factories.trend("#novafans", topics=["nova"], score=1)
    factories.trend("#loud", score=9)
    assert trends()["hashtags"] == ["#novafans", "#loud"]


def test_starters_are_said_to_be_none_that_were_observed():
    factories.trend("#run", topics=["running"], score=3, is_starter=True)
    factories.trend("#shoes", topics=["shoes"], score=2, is_starter=False)
    factories.trend("#runner", topics=["runner"], score=1, is_starter=True)
    assert trends(product="running shoes for every runner")["note"] == (
        "From the starting set, not observed: #run, #runner. Upload a file of trends."
    )


def test_an_index_keeps_trends_in_the_order_they_are_asked_for():
    plans = Trend.objects.strongest("instagram")[:3]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "trend_by_strength" in plans.explain()


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("Café", "a CAFE in town"),
        ("cafe", "our cafe\u0301s"),
        ("Shoes", "shoe"),
        ("shoe", "Running-Shoes!"),
        ("box", "two boxes"),
        ("berries", "a berry"),
        ("cookie", "cookies"),
        ("Skin Care", "skincare serum"),
        ("skincare", "skin-care serum"),
        ("plant based food", "plant-based foods"),
        ("日本", "日本 2026"),
        ("fußball", "FUSSBALL"),
    ],
)
def test_topics_match_however_they_are_written(topic, text):
    factories.trend("#it", topics=[topic])
    assert trends(product=text)["matched"] == "topic"


@pytest.mark.parametrize(
    ("topic", "text"), [("art", "smart party"), ("car", "skin care"), ("win", "wine"), ("new", "newspaper")]
)
def test_topics_match_whole_words_only(topic, text):
    factories.trend("#it", topics=[topic])
    assert trends(product=text)["matched"] == "platform"


def test_a_topic_does_not_begin_in_the_product_and_end_in_the_goal():
    factories.trend("#it", topics=["skincare"])
    assert trends(product="phone skin", goal="care for customers")["matched"] == "platform"


def test_a_request_without_a_word_still_gets_trends():
    factories.trend("#it", topics=["skincare"])
    assert trends(brand="!", product="???", goal="...")["hashtags"] == ["#it"]


def test_a_hashtag_is_one_row_however_it_is_written():
    trend = factories.trend("Book Tok")
    assert Trend.objects.get(hashtag="#BOOKTOK") == trend
    trend.refresh_from_db()
    assert trend.hashtag == "#booktok"


def test_a_words_cost_twelve_topics_at_most():
    assert len(topics_in(" ".join(f"w{number}s" for number in range(200)))) == 2_388
