"""The tool creativeAngle: the selected angle, and the evidence from loaded results."""

import pytest

from briefs.generation.tools import TOOLS
from tests import factories
from tests.factories import brief_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_catalogues")]

_, _, CREATIVE_ANGLE = TOOLS


def test_for_an_angle_the_goal_weighs_most():
    factories.angle("The offer", keywords=["sale"])
    factories.angle("On the track", keywords=["running"])
    result = CREATIVE_ANGLE.run_for(brief_request())
    assert (result["angle"], result["description"], result["why"]) == (
        "The offer",
        "The offer, described",
        "The request says sale.",
    )


def test_an_angle_rests_on_the_campaigns_best_others_and_the_creators_record(django_assert_num_queries):
    factories.engagement("influencer_1", "campaign_1", platform="tiktok", views=10_000, likes=1_000)
    factories.engagement("influencer_2", "campaign_1", platform="instagram", views=20_000, likes=1_000, shares=1)
    factories.engagement("influencer_3", "campaign_1", views=10_000, likes=200)
    factories.engagement("influencer_4", "campaign_1", views=10_000, likes=100)
    factories.engagement("influencer_1", "campaign_2", views=30_000, likes=0)
    with django_assert_num_queries(5):  # two of them for what campaigns know of both
        result = CREATIVE_ANGLE.run_for(brief_request(campaign_id="campaign_1", influencer_id="influencer_1"))
    assert result["evidence"] == {
        "campaign": "campaign_1",
        "bestCreators": [
            {"influencerId": "influencer_2", "platform": "instagram", "engagementRate": 5.0, "views": 20_000,
             "smallSample": False},
            {"influencerId": "influencer_3", "platform": "", "engagementRate": 2.0, "views": 10_000,
             "smallSample": False},
            {"influencerId": "influencer_4", "platform": "", "engagementRate": 1.0, "views": 10_000,
             "smallSample": False},
        ],
        "creator": {"influencerId": "influencer_1", "campaigns": 2, "engagementRate": 2.5, "views": 40_000,
                    "smallSample": False},
        "note": "Rates are likes, comments and shares in per cent of views.",
    }  # fmt: skip


def test_what_other_apps_know_is_evidence_beside_results(register):
    known = {"profile": {"topics": ["running"]}}
    register("weather", brief_evidence=lambda campaign_id, influencer_id: known if influencer_id == "ana" else {})

    assert CREATIVE_ANGLE.run_for(brief_request(influencer_id="ana"))["evidence"]["known"] == known
    assert "known" not in CREATIVE_ANGLE.run_for(brief_request(influencer_id="ben"))["evidence"]


def test_nobody_is_their_own_example():
    factories.engagement("influencer_1", "campaign_1", platform="tiktok", likes=1_000)
    factories.engagement("influencer_1", "campaign_1", platform="instagram", likes=900)
    evidence = CREATIVE_ANGLE.run_for(brief_request(campaign_id="campaign_1", influencer_id="influencer_1"))["evidence"]
    assert (evidence["bestCreators"], evidence["creator"]["influencerId"]) == ([], "influencer_1")
    assert evidence["note"].startswith("No results of other creators are loaded for campaign_1.")


def test_few_views_neither_win_nor_pass_unnoticed():
    factories.engagement("influencer_lucky", "campaign_1", views=10, likes=10)
    factories.engagement("influencer_sound", "campaign_1", views=100_000, likes=12_000)
    factories.engagement("influencer_weak", "campaign_1", views=100_000, likes=1_000)
    evidence = CREATIVE_ANGLE.run_for(brief_request(campaign_id="campaign_1"))["evidence"]
    assert [(best["influencerId"], best["smallSample"]) for best in evidence["bestCreators"]] == [
        ("influencer_sound", False),
        ("influencer_lucky", True),
        ("influencer_weak", False),
    ]
    assert evidence["note"].endswith(" A smallSample has fewer than 1,000 views: its rate says little.")


def test_without_a_campaign_nothing_is_made_up(django_assert_num_queries):
    with django_assert_num_queries(1):
        evidence = CREATIVE_ANGLE.run_for(brief_request())["evidence"]
    assert evidence == {
        "bestCreators": [],
        "note": "No campaign was named, so it is not known which creators do best.",
    }


def test_what_is_not_loaded_is_said():
    assert CREATIVE_ANGLE.run_for(brief_request(campaign_id="campaign_9", influencer_id="influencer_9"))[
        "evidence"
    ] == {
        "campaign": "campaign_9",
        "bestCreators": [],
        "note": "No results are loaded for campaign_9. No results are loaded for influencer_9.",
    }


def test_the_samples_results_are_said_to_be_one():
    sample = factories.load(is_sample=True)
    factories.engagement("influencer_1", "campaign_1", likes=100, load=sample)
    assert CREATIVE_ANGLE.run_for(brief_request(campaign_id="campaign_1"))["evidence"]["note"].endswith(
        "The results of campaign_1 are the sample that comes with Fame Keeda, not real ones."
    )
