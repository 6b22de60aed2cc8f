"""The creator page, and what the team decides there."""

import pytest

from performance.models import Verdict
from tests import factories

PAGE = "/admin/creator/influencer_1/"
DECIDE = "/admin/performance/verdict/decide/influencer_1/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def results(db):
    factories.engagement("influencer_1", "campaign_1", views=1000, likes=100)
    factories.engagement("influencer_1", "campaign_2", views=9000, likes=100, platform="tiktok")
    factories.engagement("influencer_2", "campaign_2", views=1000, likes=500)
    factories.engagement("influencer_3", "campaign_2", views=1000, likes=5)


def test_the_rate_over_everything_is_added_up_before_it_is_divided(admin_client, results):
    page = text(admin_client.get(PAGE))

    assert "<b>2.00 %</b><span>engagement rate over everything" in page
    assert "<b>2</b><span>campaigns" in page
    assert "<b>10,000</b><span>views" in page


def test_each_campaign_has_its_place_among_its_results(admin_client, results):
    page = " ".join(text(admin_client.get(PAGE)).split())

    assert '2 <span class="fk-note">of 3</span>' in page
    assert '1 <span class="fk-note">of 1</span>' in page


def test_a_creator_nobody_knows_is_not_found(admin_client):
    response = admin_client.get(PAGE)

    assert response.status_code == 404
    assert "No results for influencer_1" in text(response)


def test_a_verdict_keeps_its_note_and_who_gave_it(client, results):
    client.force_login(factories.user("mara", "performance.view_engagement", "performance.add_verdict", is_staff=True))

    client.post(DECIDE, {"verdict": "shortlist", "note": "hire again"})

    verdict = Verdict.objects.get()
    assert (verdict.influencer_id, verdict.verdict, verdict.note) == ("influencer_1", "shortlist", "hire again")
    page = text(client.get(PAGE))
    assert ("hire again" in page, "mara, " in page, "influencer_1 is shortlisted." in page) == (True, True, True)


def test_who_decided_is_back_on_the_page_of_the_creator(admin_client, results):
    answer = admin_client.post(DECIDE, {"verdict": "avoid", "note": ""})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert f'action="{DECIDE}"' in text(admin_client.get(PAGE))


def test_a_verdict_is_not_given_by_following_a_link(admin_client, results):
    assert admin_client.get(DECIDE).status_code == 405


def test_a_verdict_changes_and_is_taken_back(admin_client, results):
    factories.verdict("influencer_1", "shortlist")

    admin_client.post(DECIDE, {"verdict": "avoid", "note": ""})
    assert Verdict.objects.get().verdict == "avoid"

    admin_client.post(DECIDE, {"verdict": ""})
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("permission", "known", "posted"),
    [
        ("view_verdict", None, "shortlist"),
        ("add_verdict", "avoid", "shortlist"),
        ("change_verdict", None, "shortlist"),
        ("change_verdict", "avoid", ""),
    ],
)
def test_a_verdict_needs_the_right_to_it(client, results, permission, known, posted):
    if known:
        factories.verdict("influencer_1", known)
    client.force_login(factories.user("ken", "performance.view_engagement", f"performance.{permission}", is_staff=True))

    assert client.post(DECIDE, {"verdict": posted, "note": ""}).status_code == 403
    assert [verdict.verdict for verdict in Verdict.objects.all()] == ([known] if known else [])


def test_a_verdict_that_is_none_is_refused(admin_client, results):
    page = admin_client.post(DECIDE, {"verdict": "perhaps", "note": ""}, follow=True)

    assert "Choose shortlist or avoid." in text(page)
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("influencer_id", ["nobody", "Influencer_1", "x" * 2_800])
def test_a_creator_whom_no_file_names_gets_no_verdict(admin_client, results, influencer_id):
    decided = admin_client.post(f"/admin/performance/verdict/decide/{influencer_id}/", {"verdict": "avoid", "note": ""})
    added = admin_client.post(
        "/admin/performance/verdict/add/", {"influencer_id": influencer_id, "verdict": "avoid", "note": ""}
    )

    assert (decided.status_code, added.status_code) == (404, 200)
    assert "No file loaded so far names this creator." in text(added)
    assert not Verdict.objects.exists()


def test_a_verdict_outlives_the_results_of_its_creator(admin_client, db):
    factories.verdict("influencer_1", "shortlist")

    admin_client.post(DECIDE, {"verdict": "avoid", "note": ""})

    assert Verdict.objects.get().verdict == "avoid"


def test_a_verdict_of_the_admin_s_form_says_who_gave_it(admin_client, admin_user):
    factories.engagement("influencer_9")
    admin_client.post("/admin/performance/verdict/add/", {"influencer_id": "influencer_9", "verdict": "avoid"})

    assert Verdict.objects.get().by == admin_user
