"""The demo data of campaigns goes as a whole, and with it nothing that people made."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

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
        "accounts of invented creators": 10,
        "profiles of invented creators": 10,
        "events of campaigns that were demo": went["events of campaigns that were demo"],
    }
    assert not Campaign.objects.filter(pk="campaign_1").exists()
    assert not Deliverable.objects.exists()
    assert not Event.objects.filter(campaign_id="campaign_1").exists()
    assert EventCounter.objects.filter(campaign_id="campaign_1").exists()
    assert not demo.exists()


def test_what_people_made_stays(walked_through):
    demo.remove()

    assert list(Campaign.objects.values_list("pk", flat=True)) == ["spring"]
    assert list(Collaboration.objects.values_list("campaign", "influencer_id", "state")) == [
        ("spring", "influencer_221", "agreed")
    ]
    assert list(Creator.objects.values_list("pk", "name")) == [("ana", "Ana"), ("influencer_15", "Aylin Kaya")]
    assert list(Account.objects.values_list("creator", "handle")) == [("influencer_15", "aylindemir")]
    assert Event.objects.filter(campaign_id="spring").exists()


def test_events_stay_where_somebody_has_results_of_a_campaign_with_that_id(walked_through):
    factories.engagement("ana", "campaign_1")

    demo.remove()

    assert Event.objects.filter(campaign_id="campaign_1").exists()


def test_the_page_says_what_goes_and_what_stays_before_it_goes(admin_client, walked_through):
    page = " ".join(admin_client.get("/admin/remove-demo/").content.decode().split())
    assert "Creators of the sample campaign, those that your team added among them" in page
    assert "What they added to a sample campaign goes with it." in page

    admin_client.post("/admin/remove-demo/")

    assert "sample campaign: 1" in LogEntry.objects.get().change_message
    assert not Campaign.objects.filter(is_sample=True).exists()


def test_the_start_page_says_what_leaves_by_itself(admin_client, walked_through):
    page = " ".join(admin_client.get("/admin/").content.decode().split())

    assert "Sample results leave by themselves with the first export that you load, the rest as soon as" in page
