"""A creator is forgotten in campaigns: profile, parts, deliverables, notes; what was paid stays, without the name."""

import io
from decimal import Decimal

import pytest
from django.core.management import call_command

from campaigns.models import Account, Campaign, Collaboration, Creator, Deliverable
from famekeeda.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def forget() -> str:
    out = io.StringIO()
    call_command("forget_creator", "ana", stdout=out)
    return out.getvalue()


def test_the_profile_goes_with_its_accounts_and_those_of_others_stay():
    for creator in ("ana", "banana"):
        Creator.objects.create(influencer_id=creator, name="Somebody", contact="a@b.example", note="Like banana, ana")
        Account.objects.create(creator_id=creator, platform="instagram", handle=creator)
    said = forget()
    assert "accounts of the profile: 1 deleted" in said
    assert "profile: 1 deleted" in said
    assert [account.handle for account in Account.objects.all()] == ["banana"]
    assert Creator.objects.get().note == "Like banana, [forgotten creator]"


def test_a_part_in_a_campaign_goes_with_its_deliverables():
    spring = factories.campaign("spring")
    for creator in ("ana", "banana"):
        factories.deliverable(factories.collaboration(spring, creator, state="agreed"), "reel")
    said = forget()
    assert "parts in campaigns, with deliverables: 1 deleted" in said
    assert [part.influencer_id for part in Collaboration.objects.all()] == ["banana"]
    assert [owed.collaboration.influencer_id for owed in Deliverable.objects.all()] == ["banana"]


def test_a_part_that_was_paid_keeps_its_fee_without_the_name():
    spring = factories.campaign("spring")
    paid = factories.collaboration(
        spring, "ana", state="paid", fee=400, currency="EUR", promo_code="ANA10", note="Was sick in May"
    )
    factories.deliverable(paid, state="live", post_url="https://www.instagram.com/ana/reel/7")
    said = forget()
    assert "parts in campaigns that were paid: 1 redacted" in said
    part = Collaboration.objects.get()
    assert part.influencer_id.startswith("[forgotten creator] ")
    assert (part.state, part.fee, part.currency, part.promo_code, part.note) == ("paid", 400, "EUR", "", "")
    assert Deliverable.objects.count() == 0


def test_what_a_campaign_has_paid_stays_the_same():
    spring = factories.campaign("spring")
    for creator, fee in (("ana", 400), ("ben", 250)):
        factories.collaboration(spring, creator, state="paid", fee=fee, currency="EUR")
    forget()
    [fees] = Collaboration.objects.fees(["spring"])["spring"]
    assert (fees.currency, fees.agreed, fees.paid) == ("EUR", Decimal(650), Decimal(650))


def test_two_creators_of_a_campaign_can_be_forgotten():
    spring = factories.campaign("spring")
    for creator in ("ana", "ben"):
        factories.collaboration(spring, creator, state="paid", fee=400, currency="EUR")
    forget()
    call_command("forget_creator", "ben", stdout=io.StringIO())
    assert Collaboration.objects.filter(influencer_id__startswith="[forgotten creator] ").count() == 2


def test_mentions_in_notes_links_and_campaigns_are_taken_out():
    spring = factories.campaign("spring", name="Spring with ana", goal="More like ana, no banana")
    ben = factories.collaboration(spring, "ben", note="Knows ana.", promo_code="ben")
    factories.deliverable(ben, note="As ana did", draft_url="https://drafts.example/ana/7")
    Creator.objects.create(influencer_id="ben", manager="ana", contact="ben@example.com")
    forget()
    campaign, part, owed = Campaign.objects.get(), Collaboration.objects.get(), Deliverable.objects.get()
    assert (campaign.name, campaign.goal) == (
        "Spring with [forgotten creator]", "More like [forgotten creator], no banana",
    )  # fmt: skip
    assert (part.note, part.promo_code) == ("Knows [forgotten creator].", "ben")
    assert (owed.note, owed.draft_url) == ("As [forgotten creator] did", "https://drafts.example/[forgotten creator]/7")
    assert Creator.objects.get().manager == "[forgotten creator]"


def test_the_campaigns_history_stays_without_the_creator():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="contacted")
    ana.change(by=None, state="agreed")
    forget()
    assert (Event.objects.get().type, Event.objects.get().sequence) == ("CreatorStateChanged", 1)
    assert Event.objects.get().data["influencerId"] == "[forgotten creator]"
