"""The admin as a marketer meets it: pages that answer, an upload that is checked before it changes anything."""

import pytest
from django.contrib.auth.models import Group, User

from performance.models import Verdict
from tests import factories


@pytest.fixture
def some_results(db):
    load = factories.load(rows=2, inserted=1, rejected=1)
    factories.reject(load)
    factories.engagement("@zoë/1", "campaign_1", likes=500, load=load)
    return load


@pytest.mark.parametrize(
    "page",
    [
        "/admin/", "/admin/campaign/", "/admin/campaign/campaign_1/", "/admin/campaign/campaign_1/?rank=adjusted",
        "/admin/creator/@zo%C3%AB/1/", "/admin/performance/engagement/", "/admin/performance/engagement/?q=@zo",
        "/admin/loads/load/", "/admin/loads/load/{load}/change/", "/admin/loads/load/add/",
        "/admin/loads/reject/", "/admin/performance/verdict/", "/admin/auth/user/", "/admin/famekeeda/token/",
        "/admin/performance/engagement/ranking.csv?campaign=campaign_1",
    ],
)  # fmt: skip
def test_every_page_answers(admin_client, some_results, page):
    assert admin_client.get(page.format(load=some_results.pk)).status_code == 200


def test_a_campaign_page_shows_its_creators_rate_to_two_decimals(admin_client, some_results):
    page = admin_client.get("/admin/campaign/campaign_1/").content.decode()
    assert "@zoë/1" in page
    assert "5.00" in page


def test_a_page_of_the_admin_needs_a_login(client, some_results):
    answer = client.get("/admin/campaign/campaign_1/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.fixture
def marketer(client, db):
    user = User.objects.create_user("mara", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketing"))
    client.force_login(user)
    return client


def test_marketing_sees_results_and_shortlists_but_manages_no_users(marketer, some_results):
    assert marketer.get("/admin/campaign/campaign_1/").status_code == 200
    assert marketer.get("/admin/auth/user/").status_code == 403
    marketer.post("/admin/performance/verdict/decide/@zo%C3%AB/1/", {"verdict": "shortlist", "note": "again, please"})
    verdict = Verdict.objects.get()
    assert (verdict.influencer_id, verdict.verdict, verdict.note) == ("@zoë/1", "shortlist", "again, please")
    assert verdict.by.username == "mara"
    assert "Shortlist" in marketer.get("/admin/campaign/campaign_1/").content.decode()


def test_who_may_only_look_decides_nothing(client, some_results):
    client.force_login(factories.user("ken", "performance.view_engagement", is_staff=True))
    assert client.post("/admin/performance/verdict/decide/@zo%C3%AB/1/", {"verdict": "avoid"}).status_code == 403
    assert client.get("/admin/loads/load/add/").status_code == 403
    assert not Verdict.objects.exists()
