"""The admin as a marketer meets it: pages that answer, an upload that is checked before it changes anything."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.models import Engagement, Load, Verdict
from performance.tasks import absorb
from tests import factories
from tests.performance.absorbing import HEADER


@pytest.fixture
def some_results(db):
    load = factories.load(rows=2, inserted=1, rejected=1)
    factories.reject(load)
    factories.engagement("@zoë/1", "campaign_1", likes=500, load=load)
    return load


@pytest.mark.parametrize(
    "page",
    [
        "/admin/", "/admin/campaigns/", "/admin/campaigns/campaign_1/", "/admin/campaigns/campaign_1/?rank=adjusted",
        "/admin/creators/@zo%C3%AB/1/", "/admin/performance/engagement/", "/admin/performance/engagement/?q=@zo",
        "/admin/performance/load/", "/admin/performance/load/{load}/change/", "/admin/performance/load/add/",
        "/admin/performance/reject/", "/admin/performance/verdict/", "/admin/auth/user/", "/admin/knox/authtoken/",
        "/admin/performance/engagement/ranking.csv?campaign=campaign_1",
    ],
)  # fmt: skip
def test_every_page_answers(admin_client, some_results, page):
    assert admin_client.get(page.format(load=some_results.pk)).status_code == 200


def test_a_campaign_page_shows_its_creators_rate_to_two_decimals(admin_client, some_results):
    page = admin_client.get("/admin/campaigns/campaign_1/").content.decode()
    assert "@zoë/1" in page
    assert "5.00" in page


def test_a_page_of_the_admin_needs_a_login(client, some_results):
    answer = client.get("/admin/campaigns/campaign_1/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.fixture
def marketer(client, db):
    user = User.objects.create_user("mara", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketing"))
    client.force_login(user)
    return client


def test_marketing_sees_results_and_shortlists_but_manages_no_users(marketer, some_results):
    assert marketer.get("/admin/campaigns/campaign_1/").status_code == 200
    assert marketer.get("/admin/auth/user/").status_code == 403
    marketer.post("/admin/creators/@zo%C3%AB/1/", {"verdict": "shortlist", "note": "again, please"})
    verdict = Verdict.objects.get()
    assert (verdict.influencer_id, verdict.verdict, verdict.note) == ("@zoë/1", "shortlist", "again, please")
    assert verdict.by.username == "mara"
    assert "Shortlist" in marketer.get("/admin/campaigns/campaign_1/").content.decode()


def test_who_may_only_look_decides_nothing(client, some_results):
    client.force_login(factories.user("ken", "performance.view_engagement", is_staff=True))
    assert client.post("/admin/creators/x/", {"verdict": "avoid"}).status_code == 403
    assert client.get("/admin/performance/load/add/").status_code == 403
    assert not Verdict.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_matched_checked_and_loaded_on_confirmation(admin_client):
    text = HEADER.replace("views", "Video plays") + "a,c,100,5,2,1\nb,c,x,5,2,1\n"
    answer = admin_client.post("/admin/performance/load/add/", {"file": SimpleUploadedFile("may.csv", text.encode())})
    load = Load.objects.get()
    assert (load.state, answer["Location"]) == ("draft", f"/admin/performance/load/{load.pk}/columns/")
    columns = dict(zip(HEADER.strip().split(","), load.header, strict=True))
    assert columns["views"] == "Video plays"
    admin_client.post(answer["Location"], columns)
    load.refresh_from_db()
    assert (load.state, load.check_only, load.mapping) == ("queued", True, {"views": "Video plays"})
    absorb(load.pk)
    load.refresh_from_db()
    assert (load.state, load.inserted, load.rejected) == ("checked", 1, 1)
    assert not Engagement.objects.exists()
    assert (
        "views is not a whole number" in admin_client.get(f"/admin/performance/load/{load.pk}/change/").content.decode()
    )
    admin_client.post(f"/admin/performance/load/{load.pk}/confirm/")
    absorb(load.pk)
    load.refresh_from_db()
    assert load.state == "loaded"
    assert Engagement.objects.get().views == 100


@pytest.mark.django_db(transaction=True)
def test_columns_are_remembered_for_the_next_file_like_it(admin_client):
    header = ["who", "campaignId", "views", "likes", "comments", "shares"]
    factories.load(header=header, mapping={"influencerId": "who"})
    text = ",".join(header) + "\na,c,100,5,2,1\n"
    answer = admin_client.post("/admin/performance/load/add/", {"file": SimpleUploadedFile("may.csv", text.encode())})
    assert '<option value="who" selected' in admin_client.get(answer["Location"]).content.decode()
