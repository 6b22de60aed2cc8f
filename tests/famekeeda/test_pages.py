"""The start page and the frames of campaigns and creators: who sees them, what they show, what they warn of."""

import time

import pytest
from django.urls import reverse
from django.utils.html import escape
from django_redis import get_redis_connection

from famekeeda import celery
from tests import factories


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def worker(db):
    get_redis_connection("default").zadd(celery.WORKERS, {"worker@here": time.time()})
    yield
    get_redis_connection("default").delete(celery.WORKERS)


@pytest.mark.parametrize(
    "page", ["/admin/", "/admin/campaign/", "/admin/campaign/campaign_1/", "/admin/creator/influencer_1/"]
)
def test_a_page_needs_a_login(client, db, page):
    assert client.get(page)["Location"] == f"/admin/login/?next={page}"


def test_who_is_in_no_group_is_told_so_instead_of_seeing_figures(client, db):
    factories.engagement("influencer_1")
    client.force_login(factories.user(is_staff=True))

    assert "belongs to no group" in text(client.get("/admin/"))
    assert "influencer_1" not in text(client.get("/admin/campaign/campaign_1/"))
    assert client.get("/admin/creator/influencer_1/").status_code == 403


def test_an_empty_installation_invites_to_upload(admin_client):
    page = text(admin_client.get("/admin/"))

    assert "Upload an export of a campaign: a CSV with a row per creator" in page
    assert reverse("admin:loads_load_add") in page


def test_the_start_page_counts_loads_rows_rejects_and_results(admin_client):
    factories.load(rows=1_234_567, inserted=1_234_560, rejected=7)
    factories.engagement("influencer_1", "campaign_1")
    factories.engagement("influencer_2", "campaign_2")

    page = text(admin_client.get("/admin/"))

    assert "<b>1,234,567</b><span>rows read" in page
    assert "<b>7</b><span>rejected rows" in page
    assert "<b>2</b><span>creator results ranked" in page
    assert "<b>2</b><span>campaigns" in page


def test_the_start_page_warns_when_uploads_queue_and_no_worker_lives(admin_client):
    factories.load(state="queued", upload="loads/x.csv")

    assert "1 upload waits for a worker" in text(admin_client.get("/admin/"))


def test_nobody_is_warned_while_a_worker_lives(admin_client, worker):
    factories.load(state="queued", upload="loads/x.csv")

    assert "No worker is running" not in text(admin_client.get("/admin/"))


def test_nobody_is_warned_while_nothing_queues(admin_client):
    factories.load()

    assert "No worker is running" not in text(admin_client.get("/admin/"))


def test_what_waits_is_listed_with_what_it_waits_for(admin_client):
    factories.load("columns.csv", state="draft", upload="loads/1.csv")
    factories.load("look.csv", state="checked", check_only=True, upload="loads/2.csv")
    factories.load("done.csv", upload="loads/3.csv")

    waiting = text(admin_client.get("/admin/")).partition("<h2>Waiting</h2>")[2].partition("Latest loads")[0]

    assert ("columns.csv" in waiting, "match its columns" in waiting) == (True, True)
    assert ("look.csv" in waiting, "look, then load it" in waiting) == (True, True)
    assert "done.csv" not in waiting


def test_sample_data_is_labelled_on_every_page(admin_client):
    sample = factories.load(is_sample=True)
    assert "Sample data" in text(admin_client.get("/admin/performance/verdict/"))

    sample.delete()
    assert "Sample data" not in text(admin_client.get("/admin/performance/verdict/"))


@pytest.mark.parametrize("campaign", ["a/b", "/", "a b", "50%", "é?#&", "<b>", "'\"", "a//b/"])
def test_a_campaign_of_any_name_has_a_page_that_its_list_leads_to(admin_client, campaign):
    factories.engagement("influencer_1", campaign)
    link = reverse("pages:campaign", args=[campaign])

    assert f'href="{escape(link)}"' in text(admin_client.get("/admin/campaign/"))
    assert "influencer_1" in text(admin_client.get(link))


def test_the_list_of_campaigns_is_searched_by_how_ids_begin(admin_client):
    factories.engagement("influencer_1", "autumn_1")
    factories.engagement("influencer_1", "spring_1")

    page = text(admin_client.get("/admin/campaign/?q=aut"))

    assert ("autumn_1" in page, "spring_1" in page) == (True, False)


@pytest.mark.parametrize("creator", ["a/b", "/", "a b", "50%", "é?#&", "<b>", "'\"", "a//b/"])
def test_a_creator_of_any_name_has_a_page_with_that_name(admin_client, creator):
    factories.engagement(creator)

    page = admin_client.get(reverse("pages:creator", args=[creator]))

    assert (page.status_code, page.context["influencer_id"]) == (200, creator)
    assert f"Creator › {escape(creator)}" in text(page)


def test_a_creator_that_one_app_knows_is_found(admin_client):
    factories.brief(influencer_id="new")

    assert admin_client.get("/admin/creator/new/").status_code == 200
    assert admin_client.get("/admin/creator/unknown/").status_code == 404
