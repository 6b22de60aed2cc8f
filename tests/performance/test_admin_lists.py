"""The lists of results, loads and rejects: found by search and filter, bounded in what they count."""

import re

import pytest
from django.db import connection

from tests import factories

RESULTS, LOADS, REJECTS = "/admin/performance/engagement/", "/admin/loads/load/", "/admin/loads/reject/"


def text(response) -> str:
    return response.content.decode()


def creators(response) -> list[str]:
    return re.findall(r'/admin/creator/([^/]+)/"', text(response))


@pytest.fixture
def results(db):
    load = factories.load("may.csv", pk=77)
    factories.engagement("influencer_1", "campaign_1", views=9000, likes=1234, load=load)
    factories.engagement("influencer_12", "campaign_1", views=500, platform="tiktok")
    factories.engagement("other", "influencer_fair", views=9001)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["influencer_1", "influencer_12", "other"]),
        ("q=influencer_1", ["influencer_1", "influencer_12"]),
        ("q=influencer", ["influencer_1", "influencer_12", "other"]),
        ("q=Influencer", []),
        ("campaign_id=campaign_1", ["influencer_1", "influencer_12"]),
        ("influencer_id=influencer_1", ["influencer_1"]),
        ("platform=tiktok", ["influencer_12"]),
        ("sample=small", ["influencer_12"]),
        ("sample=enough", ["influencer_1", "other"]),
        ("load=77", ["influencer_1"]),
        ("load=seventy", []),
        ("o=-4", ["other", "influencer_1", "influencer_12"]),
    ],
)
def test_results_are_searched_filtered_and_sorted(admin_client, results, asked, found):
    assert creators(admin_client.get(f"{RESULTS}?{asked}")) == found


def test_a_result_shows_its_rate_to_two_decimals_and_where_it_came_from(admin_client, results):
    page = text(admin_client.get(RESULTS))

    assert "13.71 %" in page
    assert 'href="/admin/loads/load/77/change/"' in page
    assert 'href="/admin/campaign/campaign_1/"' in page


def test_results_are_not_changed_by_hand(admin_client, results):
    assert admin_client.post(RESULTS + "add/", {}).status_code == 403
    assert "Delete" not in text(admin_client.get(RESULTS))


def test_a_long_list_is_counted_to_its_limit_and_estimated_beyond(admin_client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO performance_engagement (influencer_id, campaign_id, views, likes, comments, shares)"
            " SELECT 'influencer_' || n, 'campaign_1', 1000, 0, 0, 0 FROM generate_series(1, 10020) AS n"
        )
        cursor.execute("ANALYZE performance_engagement")

    page = " ".join(text(admin_client.get(RESULTS + "?p=200")).split())

    assert "about 10,020 creator results; these pages show the first 10,000" in page
    assert len(creators(admin_client.get(RESULTS + "?p=200"))) == 50
    assert admin_client.get(RESULTS + "?p=201").status_code == 302


def test_loads_are_listed_with_what_became_of_them(admin_client):
    factories.load("mayday.csv", state="running", upload="loads/m.csv")
    factories.load("april.csv", rows=1_234_567, inserted=1_234_567, origin="mara@laptop")

    page = text(admin_client.get(LOADS))

    assert ">Interrupted</span>" in page
    assert ">Loaded</span>" in page
    assert ("1,234,567" in page, "mara@laptop" in page) == (True, True)


def test_a_longer_list_of_loads_asks_no_more_queries(admin_client, django_assert_max_num_queries):
    by = factories.user()
    for state in ("running", "loaded", "failed") * 5:
        factories.load(state=state, by=by)

    with django_assert_max_num_queries(8):
        admin_client.get(LOADS)


@pytest.mark.parametrize(
    ("state", "found"),
    [("interrupted", ["gone.csv"]), ("running", []), ("failed", ["bad.csv"]), ("", ["bad.csv", "gone.csv"])],
)
def test_loads_are_filtered_by_state(admin_client, state, found):
    factories.load("gone.csv", state="running")
    factories.load("bad.csv", state="failed")

    assert re.findall(r">(\w+\.csv)</a>", text(admin_client.get(f"{LOADS}?state={state}"))) == found


def test_loads_are_filtered_by_kind(admin_client):
    factories.load("results.csv")
    factories.load("trends.csv", kind="trends")

    assert re.findall(r">(\w+\.csv)</a>", text(admin_client.get(f"{LOADS}?kind=trends"))) == ["trends.csv"]


def test_a_load_of_a_kind_that_is_gone_is_still_listed(admin_client):
    load = factories.load("old.csv", kind="gone")

    assert "old.csv" in text(admin_client.get(LOADS))
    assert "old.csv" in text(admin_client.get(f"{LOADS}{load.pk}/change/"))


def test_rejects_are_found_by_load_and_reason(admin_client):
    first, second = factories.load(), factories.load()
    factories.reject(first, line=11, reason="views is zero")
    factories.reject(second, line=22, reason="views is zero")
    factories.reject(second, line=33, reason="likes are above views", raw="<script>,=cmd()")

    page = text(admin_client.get(f"{REJECTS}?load={second.pk}&reason=likes+are+above+views"))

    assert re.findall(r"field-line[^>]*>\s*(\d+)", page) == ["33"]
    assert "&lt;script&gt;,=cmd()" in page


def test_the_page_of_a_load_groups_its_rejects_by_reason_and_hands_them_out(admin_client):
    load = factories.load(rows=3, rejected=3)
    for line, reason in enumerate(["views is zero", "likes are above views", "views is zero"], start=2):
        factories.reject(load, line=line, reason=reason, views="0", likes="=1")

    page = text(admin_client.get(f"{LOADS}{load.pk}/change/"))
    assert re.findall(r">(\d × [^<]+)<", page) == ["2 × views is zero", "1 × likes are above views"]

    answer = admin_client.get(f"{LOADS}{load.pk}/rejects.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("influencerId,campaignId,views,likes")
    assert lines[1].startswith(",,0,'=1,")


def test_a_failed_load_says_why(admin_client):
    load = factories.load(state="failed", error="no column for views; found a, b; expected influencerId")

    assert "No column for views; found a, b" in text(admin_client.get(f"{LOADS}{load.pk}/change/"))


def test_a_load_that_moves_is_asked_again_for_the_part_that_changes(admin_client):
    load = factories.load(state="queued", upload="loads/m.csv")
    url = f"{LOADS}{load.pk}/change/"

    assert f'hx-get="{url}" hx-trigger="every 1s"' in text(admin_client.get(url))
    part = text(admin_client.get(url, headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<section class="fk" id="load" data-status="queued"')

    load.state = "failed"
    load.save()
    ended = admin_client.get(url, headers={"HX-Request": "true"})
    assert "hx-trigger" not in text(ended)
    assert ended["HX-Refresh"] == "true"  # the badge of the sample data stands outside the part


def test_a_load_that_is_gone_leads_back_and_says_so(admin_client):
    page = admin_client.get(f"{LOADS}12345/change/", follow=True)

    assert page.redirect_chain == [("/admin/", 302)]
    assert "load with ID “12345” doesn’t exist" in text(page)


@pytest.mark.parametrize(
    "page", [RESULTS + "ranking.csv?campaign=campaign_1", LOADS + "7/rejects.csv", LOADS + "7/change/"]
)
def test_who_may_not_see_is_told_so(client, db, page):
    factories.load(pk=7)
    client.force_login(factories.user(is_staff=True))

    answer = client.get(page)

    assert answer.status_code == 403
    assert "Your account has no permission for this page." in text(answer)
