"""What the tools answer, and that a model decides nothing by what it passes to them."""

import json
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from briefs.catalogues.matching import topics_in
from briefs.catalogues.models import Angle, Persona, Trend
from briefs.generation.tools import TOOLS, offered
from briefs.request import BriefRequest
from tests import factories

pytestmark = pytest.mark.django_db

TREND_FETCHER, PERSONA_CLASSIFIER, CREATIVE_ANGLE = TOOLS


@pytest.fixture(autouse=True)
def empty_catalogues():
    for catalogue in (Trend, Persona, Angle):
        catalogue.objects.all().delete()


def asked(**fields) -> BriefRequest:
    four = {"brand": "Nova", "product": "running shoes", "goal": "more sales", "platform": "instagram"}
    return BriefRequest.normalised(**four | fields)


def trends(**fields):
    return TREND_FETCHER.run_for(asked(**fields))


# What models are told.


def test_three_tools_are_offered_by_their_wire_names():
    assert [tool.name for tool in offered(asked())] == ["trendFetcher", "personaClassifier", "creativeAngle"]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"hashtags": ["#run"]}, ["personaClassifier", "creativeAngle"]),
        ({"persona": "Runner"}, ["trendFetcher", "creativeAngle"]),
        ({"creative_angle": "A day with it"}, ["trendFetcher", "personaClassifier"]),
    ],
)
def test_a_tool_whose_answer_is_given_is_not_offered(given, left):
    assert [tool.name for tool in offered(asked(**given))] == left


def test_the_schema_comes_from_signature_and_docstring():
    schema = TREND_FETCHER.schema
    assert schema["type"] == "function"
    assert schema["function"]["name"] == "trendFetcher"
    assert schema["function"]["description"].startswith("Returns the three hashtags that are strongest on the platform")
    assert "\n" not in schema["function"]["description"]
    assert schema["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "platform": {"type": "string", "description": "The platform, as in the request"},
            "product": {"type": "string", "description": "The product, as in the request"},
            "goal": {"type": "string", "description": "The campaign's goal, as in the request"},
        },
        "required": ["platform", "product", "goal"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("tool", [PERSONA_CLASSIFIER, CREATIVE_ANGLE])
def test_the_others_take_the_four_words_of_the_request(tool):
    assert tool.schema["function"]["parameters"]["required"] == ["brand", "product", "goal", "platform"]


# What models pass.


def test_the_requests_own_words_are_used_whatever_a_model_passes():
    factories.trend("#run", "instagram", topics=["running"])
    factories.trend("#cat", "tiktok", topics=["cats"])
    passed = {"platform": "tiktok", "product": "cats", "goal": "More  SALES"}
    outcome = TREND_FETCHER.run(json.dumps(passed), asked())
    assert outcome.result["hashtags"] == ["#run"]
    assert outcome.overridden == ["platform", "product"]
    assert outcome.error == ""


def test_arguments_that_are_parsed_already_are_taken_too():
    arguments = {"platform": "Instagram", "product": "running shoes", "goal": "more sales"}
    assert TREND_FETCHER.run(arguments, asked()).overridden == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ('{"platform": "x", "product": "y"}', "goal: Field required"),
        ('{"platform": "x", "product": "y", "goal": 3}', "goal: Input should be a valid string"),
        ('{"platform": "x", "product": "y", "goal": null}', "goal: Input should be a valid string"),
        ('{"platform": "x", "product": "y", "goal": "z", "limit": 9}', "limit: Extra inputs are not permitted"),
        ('{"platform": "x", "product": "y", "goal": "z", "request": {}}', "request: Extra inputs are not permitted"),
        ('["x"]', "Input should be an object"),
    ],
)
def test_arguments_of_another_shape_are_told_exactly(arguments, error):
    outcome = TREND_FETCHER.run(arguments, asked())
    assert outcome.error == (
        f"Invalid arguments: {error}. Expected a JSON object with exactly platform, product, goal, each a string."
    )
    assert outcome.result == {}


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "{",
        "platform=x",
        '{"platform": "\ud800"}',
        '{"platform": "\\ud800"}',
        "[" * 9_000,
        "\0",
        None,
        7,
        [],
        b"\xff",
    ],
)
def test_what_is_no_json_object_ends_in_an_error(arguments):
    outcome = TREND_FETCHER.run(arguments, asked())
    assert outcome.error.startswith("Invalid arguments: ")
    assert len(outcome.error) < 400


def test_megabytes_of_arguments_are_not_even_read():
    outcome = TREND_FETCHER.run('{"platform": "' + "x" * 2_000_000, asked())
    assert outcome.error == "Invalid arguments: longer than 10,000 characters."


def test_many_errors_are_summed_up():
    arguments = json.dumps({f"{'long' * 20}{number}": number for number in range(100)})
    error = TREND_FETCHER.run(arguments, asked()).error
    assert "; and 98 more. " in error
    assert len(error) < 700


# Trends.


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
            "note": "Not about the product or the goal, merely strong on instagram: #loud.",
        }


def test_three_that_match_need_no_note():
    for score, hashtag in enumerate(["#one", "#two", "#three", "#four"]):
        factories.trend(hashtag, topics=["running"], score=score, hours_ago=5 + score)
    assert trends() == {"hashtags": ["#four", "#three", "#two"], "newestHoursAgo": 6, "matched": "topic"}


def test_without_a_match_the_platforms_strongest_are_named():
    factories.trend("#weak", topics=["cats"], score=1)
    factories.trend("#strong", topics=["cats"], score=3)
    factories.trend("#middle", topics=["cats"], score=2)
    factories.trend("#weakest", topics=["cats"], score=0)
    assert trends() == {
        "hashtags": ["#strong", "#middle", "#weak"],
        "newestHoursAgo": 1,
        "matched": "platform",
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
        "note": "No trends are loaded for instagram: load trends with manage.py load_trends.",
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
        "From the starting set, not observed: #run, #runner. Load trends with manage.py load_trends."
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


# Personas.


def test_the_persona_that_the_request_says_most_of_is_chosen(django_assert_num_queries):
    factories.persona("Runner", keywords=["Running", "shoe", "marathon"])
    factories.persona("Bargain hunter", keywords=["sale"])
    factories.persona("Cook", keywords=["recipe"])
    with django_assert_num_queries(1):
        assert PERSONA_CLASSIFIER.run_for(asked()) == {
            "persona": "Runner",
            "description": "Runner, described",
            "confidence": 0.6,  # 3 + 3 of the product, against 2 of the goal for another, and 2 of doubt
            "why": "The request says Running, shoe.",
        }


def test_one_word_alone_is_no_certainty():
    factories.persona("Runner", keywords=["running"])
    assert PERSONA_CLASSIFIER.run_for(asked())["confidence"] == 0.6


def test_the_platform_decides_between_equals():
    factories.persona("Any runner", keywords=["running"])
    factories.persona("Instagram runner", keywords=["running"], platforms=["Instagram"])
    factories.persona("A TikTok runner", keywords=["running"], platforms=["tiktok"])
    chosen = PERSONA_CLASSIFIER.run_for(asked())
    assert chosen["persona"] == "Instagram runner"
    assert chosen["why"] == "The request says running, and it works well on instagram."


def test_equals_are_chosen_by_name():
    factories.persona("Sprinter", keywords=["running"])
    factories.persona("Jogger", keywords=["running"])
    assert PERSONA_CLASSIFIER.run_for(asked())["persona"] == "Jogger"


def test_where_nothing_speaks_for_any_the_most_general_is_taken_and_said():
    factories.persona("Cook", keywords=["recipe"], platforms=["instagram"])
    factories.persona("Everybody")
    assert PERSONA_CLASSIFIER.run_for(asked()) == {
        "persona": "Everybody",
        "description": "Everybody, described",
        "confidence": 0.0,
        "why": "Nothing in the request speaks for any: this is the most general.",
    }


def test_without_a_general_one_the_guess_is_said_to_be_one():
    factories.persona("Cook", keywords=["recipe"])
    factories.persona("Baker", keywords=["cake"])
    chosen = PERSONA_CLASSIFIER.run_for(asked())
    assert chosen["persona"] == "Baker"
    assert chosen["why"] == "Nothing in the request speaks for any: this is a guess."


def test_what_is_not_active_is_not_chosen():
    factories.persona("Runner", keywords=["running"], is_active=False)
    assert PERSONA_CLASSIFIER.run_for(asked()) == {
        "persona": "",
        "description": "",
        "confidence": 0.0,
        "why": "The catalogue is empty: decide by the product and the goal.",
    }


# Angles and their evidence.


def test_for_an_angle_the_goal_weighs_most():
    factories.angle("The offer", keywords=["sale"])
    factories.angle("On the track", keywords=["running"])
    result = CREATIVE_ANGLE.run_for(asked())
    assert (result["angle"], result["description"], result["why"]) == (
        "The offer",
        "The offer, described",
        "The request says sale.",
    )


def test_an_angle_rests_on_the_campaigns_best_and_the_creators_record(django_assert_num_queries):
    factories.engagement("influencer_1", "campaign_1", platform="tiktok", views=10_000, likes=1_000)
    factories.engagement("influencer_2", "campaign_1", platform="instagram", views=20_000, likes=1_000, shares=1)
    factories.engagement("influencer_3", "campaign_1", views=10_000, likes=200)
    factories.engagement("influencer_4", "campaign_1", views=10_000, likes=100)
    factories.engagement("influencer_1", "campaign_2", views=30_000, likes=0)
    with django_assert_num_queries(3):
        result = CREATIVE_ANGLE.run_for(asked(campaign_id="campaign_1", influencer_id="influencer_1"))
    assert result["evidence"] == {
        "campaign": "campaign_1",
        "bestCreators": [
            {"influencerId": "influencer_1", "platform": "tiktok", "engagementRate": 10.0, "views": 10_000,
             "smallSample": False},
            {"influencerId": "influencer_2", "platform": "instagram", "engagementRate": 5.0, "views": 20_000,
             "smallSample": False},
            {"influencerId": "influencer_3", "platform": "", "engagementRate": 2.0, "views": 10_000,
             "smallSample": False},
        ],
        "creator": {"influencerId": "influencer_1", "campaigns": 2, "engagementRate": 2.5, "views": 40_000,
                    "smallSample": False},
        "note": "Rates are likes, comments and shares in per cent of views.",
    }  # fmt: skip


def test_few_views_neither_win_nor_pass_unnoticed():
    factories.engagement("influencer_lucky", "campaign_1", views=10, likes=10)
    factories.engagement("influencer_sound", "campaign_1", views=100_000, likes=12_000)
    factories.engagement("influencer_weak", "campaign_1", views=100_000, likes=1_000)
    evidence = CREATIVE_ANGLE.run_for(asked(campaign_id="campaign_1"))["evidence"]
    assert [(best["influencerId"], best["smallSample"]) for best in evidence["bestCreators"]] == [
        ("influencer_sound", False),
        ("influencer_lucky", True),
        ("influencer_weak", False),
    ]
    assert evidence["note"].endswith(" A smallSample has fewer than 1,000 views: its rate says little.")


def test_without_a_campaign_nothing_is_made_up(django_assert_num_queries):
    with django_assert_num_queries(1):
        evidence = CREATIVE_ANGLE.run_for(asked())["evidence"]
    assert evidence == {
        "bestCreators": [],
        "note": "No campaign was named, so it is not known which creators do best.",
    }


def test_what_is_not_loaded_is_said():
    assert CREATIVE_ANGLE.run_for(asked(campaign_id="campaign_9", influencer_id="influencer_9"))["evidence"] == {
        "campaign": "campaign_9",
        "bestCreators": [],
        "note": "No results are loaded for campaign_9. No results are loaded for influencer_9.",
    }


def test_the_samples_results_are_said_to_be_one():
    sample = factories.load(is_sample=True)
    factories.engagement("influencer_1", "campaign_1", likes=100, load=sample)
    assert CREATIVE_ANGLE.run_for(asked(campaign_id="campaign_1"))["evidence"]["note"].endswith(
        "The results of campaign_1 are the sample that comes with Fame Keeda, not real ones."
    )


# The starting set.


def starting_set():
    import_module("briefs.migrations.0003_starting_catalogues").fill(apps, connection.schema_editor())


@pytest.mark.parametrize(
    "platform", ["instagram", "tiktok", "youtube", "x", "facebook", "linkedin", "threads", "pinterest"]
)
def test_every_platform_has_a_starting_set(platform):
    starting_set()
    assert Trend.objects.filter(platform=platform, is_starter=True).count() >= 6
    assert len(trends(platform=platform, product="protein bar")["hashtags"]) == 3


def test_the_starting_set_chooses_sensibly():
    starting_set()
    request = asked(product="vitamin C serum", goal="launch on 1 March", platform="tiktok")
    assert trends(product="vitamin C serum", platform="tiktok")["hashtags"][0] == "#beautytok"
    assert PERSONA_CLASSIFIER.run_for(request)["persona"] == "Beauty lover"
    assert CREATIVE_ANGLE.run_for(request)["angle"] == "First impressions"


def test_the_starting_set_says_when_it_was_written():
    starting_set()
    assert {trend.observed_at for trend in Trend.objects.all()} == {datetime(2026, 11, 1, tzinfo=UTC)}


def test_a_catalogue_that_people_filled_is_left_alone():
    factories.persona("Ours")
    starting_set()
    assert list(Persona.objects.values_list("name", flat=True)) == ["Ours"]
    assert Angle.objects.filter(is_starter=True).count() == 11
