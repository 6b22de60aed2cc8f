"""The sample campaign: what there is to walk through, and where it is not put."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.utils import timezone

from campaigns import sample
from campaigns.models import Campaign, Collaboration, Creator, Deliverable
from famekeeda.events.models import Event
from performance.management.commands.load_sample import SAMPLE
from tests import factories

TODAY = date(2027, 5, 12)


def load(capsys) -> str:
    call_command("load_sample_campaign")
    return capsys.readouterr().out


def test_it_is_labelled_runs_now_and_belongs_to_the_first_admin(db, capsys, admin_user):
    assert load(capsys) == "sample: a campaign with 11 creators\n"

    campaign = Campaign.objects.get()
    assert (campaign.pk, campaign.is_sample, campaign.owner) == ("campaign_1", True, admin_user)
    assert "sample" in campaign.name
    assert list(Campaign.objects.running_on(timezone.localdate())) == [campaign]


def test_its_creators_are_in_all_states_and_have_profiles(db):
    sample.load(TODAY)

    assert set(Collaboration.objects.values_list("state", flat=True)) == set(Collaboration.State.values)
    assert {creator.influencer_id: creator.state for creator in sample.CREATORS} == dict(
        Collaboration.objects.values_list("influencer_id", "state")
    )
    profiles = Creator.objects.all()
    assert {profile.note for profile in profiles} == {"Invented for the sample."}
    assert len({profile.language for profile in profiles}) == 11
    assert all(profile.is_sample and profile.accounts.get().followers for profile in profiles)


def test_its_creators_have_results_among_the_sample_results_on_their_platform():
    rows = {tuple(line.split(",")[:3]) for line in SAMPLE.read_text().splitlines()}

    assert {(creator.influencer_id, "campaign_1", creator.platform) for creator in sample.CREATORS} <= rows


def test_deliverables_are_in_all_states_one_is_overdue_and_others_are_due_this_week(db):
    sample.load(TODAY)

    assert set(Deliverable.objects.values_list("state", flat=True)) == set(Deliverable.State.values)
    assert [deliverable.due_on for deliverable in Deliverable.objects.overdue(TODAY)] == [date(2027, 5, 10)]
    assert Deliverable.objects.open().filter(due_on__range=(TODAY, TODAY + timedelta(days=7))).count() == 3


def test_its_fees_stay_within_the_budget(db):
    campaign = sample.load(TODAY)

    (fees,) = Collaboration.objects.fees(["campaign_1"])["campaign_1"]
    assert (fees.currency, fees.agreed, fees.paid) == ("EUR", Decimal("4730.00"), Decimal("650.00"))
    assert campaign.budget == Decimal(6000)


def test_what_happened_in_it_is_recorded_in_one_go_and_nobody_did_it(db):
    sample.load(TODAY)

    events = Event.objects.order_by("sequence")
    assert events[0].type == "CampaignCreated"
    assert events.filter(type="CreatorStateChanged", data__after="paid").count() == 1
    assert set(events.values_list("by", "campaign_id")) == {(None, "campaign_1")}


def test_it_is_made_once(db, capsys):
    load(capsys)

    assert load(capsys) == ""
    assert Campaign.objects.count() == 1


def test_it_is_not_put_beside_campaigns_of_the_team(db, capsys):
    factories.campaign("spring")

    assert load(capsys) == ""
    assert not Creator.objects.exists()


def test_it_is_not_put_beside_results_of_the_team(db, capsys):
    factories.load()
    assert load(capsys) == ""
    assert not Campaign.objects.exists()


def test_a_profile_that_is_there_stays_as_it_is(db):
    Creator.objects.create(influencer_id="influencer_221", name="Ana")

    sample.load(TODAY)

    profile = Creator.objects.get(pk="influencer_221")
    assert (profile.name, profile.is_sample, profile.accounts.count()) == ("Ana", False, 0)
