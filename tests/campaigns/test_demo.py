"""The demo data of campaigns goes as a whole, and with it nothing that people made."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from briefs.models import Brief, Decision
from campaigns import sample
from campaigns.models import Account, Campaign, Collaboration, Creator, Deliverable
from famekeeda.events.models import Event, EventCounter
from famekeeda.keeping import demo
from tests import factories


@pytest.fixture
def walked_through(db):
    campaign = sample.load(date(2027, 5, 12))
    Creator.objects.create(influencer_id="ana", name="Ana")
    Creator.objects.filter(pk="influencer_15").update(name="Aylin Kaya", revision=2)
    Collaboration.objects.engage(campaign, "ana", by=None)
    spring = factories.campaign("spring")
    Collaboration.objects.engage(spring, "influencer_221", by=None, state="agreed")
    return campaign


def test_the_sample_campaign_goes_with_all_that_is_in_it(walked_through):
    went = {each.what: each.rows for each in demo.remove()}

    assert went == {
        "deliverables of the sample campaign": 8,
        "creators of the sample campaign, those that your team added among them": 12,
        "sample campaign": 1,
        "accounts of invented creators": 9,
        "profiles of invented creators": 9,
        "events of campaigns that were demo": went["events of campaigns that were demo"],
    }
    assert not Campaign.objects.filter(pk="campaign_1").exists()
    assert not Deliverable.objects.exists()
    assert not Event.objects.filter(campaign_id="campaign_1").exists()
    assert EventCounter.objects.filter(campaign_id="campaign_1").exists()
    assert not demo.exists()


def test_what_would_go_is_counted_before_it_goes(walked_through):
    assert [(each.what, each.rows) for each in demo.count()] == [
        ("deliverables of the sample campaign", 8),
        ("creators of the sample campaign, those that your team added among them", 12),
        ("sample campaign", 1),
        ("accounts of invented creators", 9),
        ("profiles of invented creators", 9),
    ]


def test_what_people_made_stays(walked_through):
    factories.deliverable(Collaboration.objects.get(campaign="spring"), "reel")

    demo.remove()

    assert list(Campaign.objects.values_list("pk", flat=True)) == ["spring"]
    assert list(Collaboration.objects.values_list("campaign", "influencer_id", "state")) == [
        ("spring", "influencer_221", "agreed")
    ]
    assert list(Deliverable.objects.values_list("collaboration__campaign", "format")) == [("spring", "reel")]
    assert list(Creator.objects.values_list("pk", "name")) == [
        ("ana", "Ana"),
        ("influencer_15", "Aylin Kaya"),
        ("influencer_221", "Ana Lúcia Ferreira"),
    ]
    assert sorted(Account.objects.values_list("creator", "handle")) == [
        ("influencer_15", "aylindemir"),
        ("influencer_221", "analu.corre"),
    ]
    assert Event.objects.filter(campaign_id="spring").exists()


def test_profiles_of_creators_in_a_campaign_of_the_team_stay_and_are_no_sample_any_more(walked_through):
    demo.remove()

    kept = Creator.objects.get(pk="influencer_221")
    assert (kept.name, kept.is_sample, kept.accounts.count()) == ("Ana Lúcia Ferreira", False, 1)
    assert not Creator.objects.filter(is_sample=True).exists()


def test_profiles_that_stay_are_the_team_s_even_where_no_other_profile_goes(walked_through):
    spring = Campaign.objects.get(pk="spring")
    Collaboration.objects.engage_all(spring, Creator.objects.values_list("pk", flat=True), by=None)

    demo.remove()

    assert (Creator.objects.filter(is_sample=True).count(), Creator.objects.filter(is_sample=False).count()) == (0, 12)


def test_the_team_s_briefs_stay_and_those_of_the_sample_go(walked_through):
    factories.brief("Real", campaign_id="spring", model="demo")
    Decision.objects.create(brief=factories.brief("Decided", model="demo"), action="approved")
    Decision.objects.create(brief=factories.brief("Decided", campaign_id="campaign_1", model="demo"), action="edited")
    factories.brief("Demo", campaign_id="campaign_1", model="demo")
    factories.brief("Demo", campaign_id="no campaign", model="demo")
    factories.brief("Demo", model="demo")

    assert [each.rows for each in demo.count() if each.what == "briefs by the demo model"] == [3]
    demo.remove()

    assert sorted(Brief.objects.values_list("brand", flat=True)) == ["Decided", "Decided", "Real"]
    assert Decision.objects.count() == 2


def test_events_stay_where_somebody_has_results_of_a_campaign_with_that_id(walked_through):
    factories.engagement("ana", "campaign_1")

    demo.remove()

    assert Event.objects.filter(campaign_id="campaign_1").exists()


def test_the_page_says_what_goes_and_what_stays_before_it_goes(admin_client, walked_through):
    page = " ".join(admin_client.get("/admin/remove-demo/").content.decode().split())
    assert "Creators of the sample campaign, those that your team added among them" in page
    assert "invented profiles that they changed or that are in one of their campaigns" in page
    assert "What else they added to a sample campaign goes with it." in page

    admin_client.post("/admin/remove-demo/")

    assert "sample campaign: 1" in LogEntry.objects.get().change_message
    assert not Campaign.objects.filter(is_sample=True).exists()


def test_the_start_page_says_what_leaves_by_itself(admin_client, walked_through):
    factories.load(is_sample=True)

    page = " ".join(admin_client.get("/admin/").content.decode().split())

    assert "Sample results leave by themselves with the first export that you load, the rest as soon as" in page


def test_the_start_page_promises_nothing_once_the_sample_results_have_left(admin_client, walked_through):
    page = " ".join(admin_client.get("/admin/").content.decode().split())

    assert "It leaves as soon as somebody removes it." in page
    assert "by themselves" not in page
