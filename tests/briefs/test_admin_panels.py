"""What briefs show on the start page, on a campaign's and on a creator's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from tests import factories

HOSTILE = '<script>alert("x")</script>'


def text(response) -> str:
    return " ".join(response.content.decode().split())


def decided(hours: float):
    finished = timezone.now() - timedelta(days=2)
    return factories.brief(review="approved", finished_at=finished, decided_at=finished + timedelta(hours=hours))


def test_briefs_that_wait_for_review_are_listed_the_oldest_first(admin_client):
    factories.brief("Newer")
    factories.brief("Older", finished_at=datetime(2026, 1, 1, tzinfo=UTC))
    factories.brief("Failed one", state="failed")

    page = text(admin_client.get("/admin/"))

    assert "<b>2</b><span>briefs waiting for review" in page
    assert page.index(">Older<") < page.index(">Newer<")
    assert "Failed one" not in page


def test_the_start_page_says_how_long_a_brief_usually_waits(admin_client):
    for hours in (1, 3, 48):
        decided(hours)

    assert "<b>3 hours</b><span>median wait for review" in text(admin_client.get("/admin/"))


def test_what_was_decided_long_ago_says_nothing_about_the_wait(admin_client):
    long_ago = timezone.now() - timedelta(days=40)
    factories.brief(review="approved", finished_at=long_ago, decided_at=long_ago + timedelta(hours=5))

    assert "<b>–</b><span>median wait" in text(admin_client.get("/admin/"))


def test_tokens_and_cost_are_this_months_and_an_unknown_cost_is_said(admin_client):
    factories.brief(prompt_tokens=1_000, completion_tokens=200, cost="0.25")
    factories.brief(prompt_tokens=30)
    factories.brief(prompt_tokens=9_999, cost="9", created_at=datetime(2020, 1, 1, tzinfo=UTC))

    page = text(admin_client.get("/admin/"))

    assert "<b>1,230</b><span>tokens this month" in page
    assert "<b>$0.2500</b><span>cost this month, and 1 brief of unknown cost" in page


def test_with_a_monthly_limit_the_start_page_says_what_is_kept_for_briefs_in_flight(admin_client, settings):
    settings.BRIEF_MONTHLY_TOKENS = 10_000
    factories.brief(prompt_tokens=1_000, completion_tokens=200)
    factories.brief(state="queued")
    factories.brief(state="running")

    said = "<b>1,200</b><span>tokens this month, of 10,000, and 2,400 kept for briefs being written"
    assert said in text(admin_client.get("/admin/"))


def test_nothing_but_unknown_costs_are_unknown(admin_client):
    factories.brief(prompt_tokens=30)

    assert "<b>unknown</b><span>cost this month: 1 brief of unknown cost" in text(admin_client.get("/admin/"))


def test_the_start_page_names_the_demo_model(admin_client, settings):
    settings.OPENAI_MODEL = "demo"
    assert "No language model is connected" in text(admin_client.get("/admin/"))

    settings.OPENAI_MODEL = "gpt-4o"
    assert "No language model is connected" not in text(admin_client.get("/admin/"))


def test_a_campaign_shows_its_briefs_and_a_way_to_the_next(admin_client):
    factories.brief("Nike", campaign_id="a&b/1")
    factories.brief("Puma", campaign_id="campaign_2")

    page = text(admin_client.get("/admin/campaign/a&b/1/"))

    assert (">Nike<" in page, ">Puma<" in page) == (True, False)
    assert 'href="/admin/briefs/brief/add/?campaign_id=a%26b%2F1"' in page


def test_a_creator_is_briefed_from_their_page_where_they_were_seen_most(admin_client, catalogues):
    factories.engagement("influencer_1", "campaign_1", platform="TikTok", views=9_000)
    factories.engagement("influencer_1", "campaign_2", platform="instagram", views=8_000)
    factories.brief("Nike", influencer_id="influencer_1")

    page = text(admin_client.get("/admin/creator/influencer_1/"))

    assert (">Nike<" in page, "Brief this creator" in page) == (True, True)
    assert 'href="/admin/briefs/brief/add/?influencer_id=influencer_1&amp;platform=tiktok"' in page


def test_a_creator_without_results_can_be_briefed_too(admin_client):
    factories.brief("Nike", influencer_id="new")

    page = text(admin_client.get("/admin/creator/new/"))

    assert (">Nike<" in page, "Brief this creator" in page) == (True, True)


@pytest.mark.parametrize("page", ["/admin/", "/admin/campaign/c/", "/admin/creator/i/"])
def test_hostile_words_stay_words_in_every_panel(admin_client, page):
    factories.engagement("i", "c")
    factories.brief(HOSTILE, HOSTILE, campaign_id="c", influencer_id="i", platform="x")

    shown = text(admin_client.get(page))

    assert (HOSTILE in shown, escape(HOSTILE) in shown) == (False, True)


@pytest.mark.parametrize("page", ["/admin/", "/admin/campaign/c/", "/admin/creator/i/"])
def test_who_may_not_see_briefs_sees_no_panel(client, db, page):
    factories.engagement("i", "c")
    factories.brief("Secret", campaign_id="c", influencer_id="i")
    client.force_login(factories.user("ken", "performance.view_engagement", is_staff=True))

    shown = text(client.get(page))

    assert ("Secret" in shown, "Brief this creator" in shown, "Add a brief" in shown) == (False, False, False)


@pytest.mark.parametrize("page", ["/admin/", "/admin/campaign/c/", "/admin/creator/i/"])
def test_more_briefs_take_no_more_queries(admin_client, page):
    factories.engagement("i", "c")
    factories.brief(campaign_id="c", influencer_id="i")
    admin_client.get(page)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(page)
        return len(captured)

    before = queries()
    for _ in range(6):
        factories.brief(campaign_id="c", influencer_id="i")
    assert queries() == before
