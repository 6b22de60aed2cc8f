"""The campaign page: its figures, its ranking and what may be asked of it."""

import csv
import json
import re
from html import unescape

import pytest
from django.db import connection

from performance import stats
from tests import factories
from tests.loads.loading import load_text

PAGE = "/admin/campaign/campaign_1/"


def text(response) -> str:
    return response.content.decode()


def ranked(response) -> list[str]:
    return re.findall(r'/admin/creator/([^/]+)/"', text(response).partition('id="ranking"')[2])


def charts(response) -> list[dict]:
    return [json.loads(unescape(data)) for data in re.findall(r'data-value="([^"]*)"', text(response))]


@pytest.fixture
def campaign(db):
    """Pooled: 1,010 engagements on 20,010 views, 5.05 %."""
    factories.engagement("lucky", views=10, likes=10)
    factories.engagement("steady", views=10_000, likes=650, platform="tiktok")
    factories.engagement("slow", views=10_000, likes=350, platform="youtube")


def test_the_campaign_s_rate_is_added_up_before_it_is_divided(admin_client, campaign):
    assert "<b>5.05 %</b><span>engagement rate of the campaign" in text(admin_client.get(PAGE))


def test_the_best_rate_comes_first_and_a_small_sample_is_flagged(admin_client, campaign):
    page = admin_client.get(PAGE)

    assert ranked(page) == ["lucky", "steady", "slow"]
    assert text(page).count(">small sample</span>\n") == 1
    assert "<strong>100.00 %</strong>" in text(page)


def test_adjusted_for_sample_size_luck_ranks_behind_steadiness(admin_client, campaign):
    page = admin_client.get(PAGE + "?rank=adjusted")

    # (10 + 1,000 · 1,010/20,010) / (10 + 1,000) per cent against (650 + 1,000 · 1,010/20,010) / (10,000 + 1,000)
    assert ranked(page) == ["steady", "lucky", "slow"]
    assert "<strong>6.37 %</strong>" in text(page)
    assert "<strong>5.99 %</strong>" in text(page)


@pytest.mark.parametrize(
    ("asked", "creators"),
    [("minViews=10000", ["steady", "slow"]), ("platform=youtube", ["slow"]), ("minViews=&platform=", None)],
)
def test_the_ranking_is_narrowed_by_views_and_platform(admin_client, campaign, asked, creators):
    assert ranked(admin_client.get(f"{PAGE}?{asked}")) == (creators or ["lucky", "steady", "slow"])


def test_a_number_of_views_that_is_none_is_said_and_ignored(admin_client, campaign):
    page = admin_client.get(PAGE + "?minViews=many")

    assert "Views: Enter a whole number." in text(page)
    assert ranked(page) == ["lucky", "steady", "slow"]


def test_what_the_team_decided_shows_in_ranking_and_chart(admin_client, campaign):
    factories.verdict("steady", "shortlist", note="great on camera")
    factories.verdict("slow", "avoid")

    page = admin_client.get(PAGE)

    assert '<span class="fk-badge fk-shortlist" title="great on camera">Shortlist</span>' in text(page)
    assert '<span class="fk-badge fk-avoid" title="">Avoid</span>' in text(page)
    top, _ = charts(page)
    assert top["labels"] == ["lucky", "steady · tiktok", "slow · youtube"]
    assert top["datasets"][0]["data"] == [100.0, 6.5, 3.5]
    assert top["datasets"][0]["backgroundColor"] == [
        "var(--fk-pale)", "var(--color-green-500)", "var(--color-red-500)",
    ]  # fmt: skip


def test_the_spread_counts_how_many_have_which_rate(admin_client):
    for number, likes in enumerate([0, 10, 49, 50, 120, 1000]):
        factories.engagement(f"influencer_{number}", views=1000, likes=likes)

    spread = charts(admin_client.get(PAGE))[1]

    assert list(zip(spread["labels"], spread["datasets"][0]["data"], strict=True)) == [
        ("0 - 5", 3), ("5 - 10", 1), ("10 - 15", 1), *[(f"{low} - {low + 5}", 0) for low in range(15, 100, 5)],
        ("100 +", 1),
    ]  # fmt: skip


def test_the_ranking_goes_on_on_the_next_page(admin_client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO performance_engagement (influencer_id, campaign_id, views, likes, comments, shares)"
            " SELECT 'influencer_' || n, 'campaign_1', 1000, 1000 - n, 0, 0 FROM generate_series(1, 30) AS n"
        )

    page = admin_client.get(PAGE + "?page=2")

    assert ranked(page) == [f"influencer_{number}" for number in range(26, 31)]
    assert '<td class="fk-number fk-rank">26</td>' in text(page)


def test_a_campaign_that_nobody_loaded_says_so(admin_client):
    assert "No results for campaign_1" in text(admin_client.get(PAGE))


def test_the_csv_has_the_whole_ranking_as_asked_and_no_formulas(admin_client, campaign):
    factories.engagement("=cmd()", views=2000, likes=1)
    factories.verdict("=cmd()", "avoid", note="+49 is a phone number")

    answer = admin_client.get("/admin/performance/engagement/ranking.csv?campaign=campaign_1&minViews=1000")
    content = b"".join(answer.streaming_content)
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))

    assert content.startswith(b"\xef\xbb\xbfrank,campaignId,influencerId,")  # a byte order mark, for Excel
    assert answer["Content-Disposition"] == 'attachment; filename="ranking-campaign_1.csv"'
    assert [(row["rank"], row["campaignId"], row["influencerId"], row["engagementRate"]) for row in rows] == [
        ("1", "campaign_1", "steady", "6.5"),
        ("2", "campaign_1", "slow", "3.5"),
        ("3", "campaign_1", "'=cmd()", "0.05"),
    ]
    assert rows[0]["adjustedRate"] == f"{float(rows[0]['adjustedRate']):.4f}".rstrip("0")
    assert (rows[2]["verdict"], rows[2]["note"]) == ("avoid", "'+49 is a phone number")


@pytest.mark.django_db(transaction=True)
def test_the_csv_of_a_ranking_loads_again(admin_client):
    factories.engagement(";=cmd()", "Été; a/b", views=2000, likes=1)
    answer = admin_client.get("/admin/performance/engagement/ranking.csv", {"campaign": "Été; a/b"})
    content = b"".join(answer.streaming_content)

    loaded = load_text(content)

    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''ranking-%C3%89t%C3%A9-%20a-b.csv"
    assert (loaded.rows, loaded.unchanged, loaded.rejected) == (1, 1, 0)


def test_figures_are_kept_until_the_next_load(campaign, django_assert_num_queries):
    assert stats.campaign("campaign_1")[0].results == 3
    with django_assert_num_queries(1):
        stats.campaign("campaign_1")

    factories.engagement("new")
    factories.load()

    assert stats.campaign("campaign_1")[0].results == 4


@pytest.mark.parametrize(("width", "rounded"), [(0.11, 0.2), (0.21, 0.25), (0.3, 0.5), (5.0, 5.0), (70, 100), (0, 1)])
def test_bars_are_as_wide_as_an_axis_reads_well(width, rounded):
    assert stats.round_up(width) == rounded


def test_a_result_of_approximate_counts_says_so_in_the_ranking_and_on_the_creator_s_page(admin_client):
    load = factories.load(approximate=True)
    factories.engagement("rounded", load=load)
    factories.engagement("exact", load=factories.load())

    for page in (PAGE, "/admin/creator/rounded/"):
        shown = text(admin_client.get(page))
        assert shown.count('read abbreviated numbers: 1.2M as 1,200,000">approximate</span>') == 1
    assert 'title="Abbreviated numbers were read' in text(admin_client.get(f"/admin/loads/load/{load.pk}/change/"))


def test_a_campaign_that_is_planned_here_says_in_a_line_that_results_are_missing(admin_client, db):
    factories.campaign("campaign_1", name="Spring drop")

    page = text(admin_client.get(PAGE))

    assert "No results yet." in page
    assert "letter by letter" not in page
