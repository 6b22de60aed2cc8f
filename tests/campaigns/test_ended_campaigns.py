"""A campaign that is completed or cancelled takes nothing new; what was agreed before is finished, paid or declined."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connections

from campaigns.models import Campaign, Collaboration, Deliverable
from campaigns.refusals import CampaignEnded, NotAllowed
from famekeeda.events.recording import recording
from famekeeda.models import Event
from tests import factories
from tests.campaigns.test_actions import somebody_waits
from tests.dev.processes import wait_until

ENDED = ("completed", "cancelled")
STILL = "What was agreed before can still be finished, paid for a fee that is no higher, declined or removed."

pytestmark = pytest.mark.django_db


def part(status, state="agreed", creator="ana", **fields):
    campaign = Campaign.objects.filter(pk="spring").first()
    campaign = campaign or factories.campaign("spring", name="Spring", status=status, currency="EUR")
    return factories.collaboration(campaign, creator, state=state, **fields)


@pytest.mark.parametrize("status", ENDED)
def test_the_api_adds_no_creator_and_says_the_campaigns_status_and_what_is_allowed(ask, status):
    factories.campaign("spring", name="Spring", status=status)

    answer = ask("put", "/campaigns/spring/creators/ana", {"state": "agreed"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"Spring is {status} and takes no new creators. {STILL}"
    assert answer.json()["campaignStatus"] == status
    assert (Collaboration.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", ENDED)
def test_the_api_adds_no_deliverable(ask, status):
    part(status)

    answer = ask("post", "/campaigns/spring/creators/ana/deliverables", {"format": "reel"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"Spring is {status} and takes no new deliverables. {STILL}"
    assert not Deliverable.objects.exists()


@pytest.mark.parametrize("terms", [{"fee": "400.01"}, {"fee": "400.00", "currency": "USD"}])
def test_the_api_sets_no_higher_fee_and_no_other_currency(ask, terms):
    part("completed", fee=400, currency="EUR")

    answer = ask("put", "/campaigns/spring/creators/ana", terms)

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"Spring is completed and takes no new or higher fees. {STILL}"


@pytest.mark.parametrize("status", ENDED)
def test_a_fee_where_none_was_is_refused(status):
    with pytest.raises(CampaignEnded):
        part(status).change(by=None, fee=Decimal(1), currency="EUR")


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize("fee", [Decimal(100), Decimal(400), None])
def test_a_fee_can_be_lowered_kept_or_taken_away(status, fee):
    ana = part(status, fee=400, currency="EUR")

    ana.change(by=None, fee=fee, note="Kill fee")

    assert (ana.fee, ana.note) == (fee, "Kill fee")


@pytest.mark.parametrize("status", ENDED)
def test_a_draft_still_goes_live_and_its_creator_is_paid(status):
    ana = part(status, fee=400, currency="EUR")
    reel = factories.deliverable(ana)

    for state in ("submitted", "approved", "live"):
        reel.change(by=None, state=state)
    ana.refresh_from_db()
    assert ana.state == "posted"
    ana.change(by=None, state="paid")

    assert [(fees.agreed, fees.paid) for fees in Collaboration.objects.fees(["spring"])["spring"]] == [(400, 400)]


@pytest.mark.parametrize("state", ["agreed", "briefed"])
def test_a_creator_of_a_cancelled_campaign_is_paid_without_a_post(state):
    ana = part("cancelled", state, fee=400, currency="EUR")

    ana.change(by=None, fee=Decimal(100), state="paid")

    assert (ana.state, ana.fee) == ("paid", 100)


@pytest.mark.parametrize("status", ["active", "completed"])
def test_a_creator_of_another_campaign_is_not_paid_without_a_post(status):
    with pytest.raises(NotAllowed):
        part(status).change(by=None, state="paid")


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize("state", ["shortlisted", "contacted", "agreed", "briefed"])
def test_whoever_is_not_needed_any_more_is_declined(status, state):
    ana = part(status, state)

    ana.change(by=None, state="declined")

    assert ana.state == "declined"


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize(
    ("before", "after"), [("shortlisted", "agreed"), ("contacted", "agreed"), ("declined", "shortlisted")]
)
def test_nobody_agrees_or_comes_back(status, before, after):
    with pytest.raises(NotAllowed) as refusal:
        part(status, before).change(by=None, state=after)

    allowed = {"declined": []}.get(before, ["declined"])
    assert refusal.value.allowed == allowed
    assert str(refusal.value) == (
        f"ana is {before} and cannot become {after}, since Spring is {status}. "
        f"After {before} comes {'declined' if allowed else 'nothing'}."
    )


def test_pages_offer_the_states_that_follow_in_such_a_campaign():
    completed, cancelled = (
        part("completed"),
        factories.collaboration(factories.campaign("off", status="cancelled"), state="agreed"),
    )

    assert completed.states_after == ("briefed", "posted", "declined")
    assert cancelled.states_after == ("briefed", "posted", "paid", "declined")


def test_a_creator_and_a_deliverable_can_be_taken_out():
    ana = part("completed")
    reel = factories.deliverable(ana)

    reel.remove(by=None)
    ana.remove(by=None)

    assert not Collaboration.objects.exists()


# Pages.


def act(client, action, *creators, **fields):
    fields |= {"action": action, "influencer": creators, "confirmed": "", "next": "/admin/", "of_campaign": "spring"}
    return client.post("/admin/act/", fields, follow=True).content.decode()


def test_ticked_creators_are_not_added_where_the_campaign_ends_after_the_form_was_checked(marketing, monkeypatch):
    spring = factories.campaign("spring", name="Spring", status="active")
    monkeypatch.setattr(
        "campaigns.actions.CampaignForm.clean", lambda form: spring.change(by=None, status="completed") and None
    )

    page = act(marketing, "add-to-campaign", "ana", campaign="spring")

    assert "Spring is completed and takes no new creators." in page
    assert not Collaboration.objects.exists()


def test_ticked_creators_stay_as_they_are_and_the_campaigns_status_says_why(marketing):
    part("completed", "contacted")
    part("completed", "briefed", "ben")

    assert "since Spring is completed and after contacted comes declined: ana." in act(
        marketing, "set-state", "ana", state="agreed"
    )
    assert "1 creator is posted now." in act(marketing, "set-state", "ben", state="posted")


def test_the_page_that_adds_creators_says_why_it_does_not(marketing):
    factories.campaign("spring", name="Spring", status="cancelled")

    page = marketing.post("/admin/campaigns/collaboration/several/spring/", {"creators": "ana"}, follow=True)

    assert "Spring is cancelled and takes no new creators." in page.content.decode()
    assert not Collaboration.objects.exists()


def test_the_form_of_the_terms_keeps_what_was_typed_and_says_why(marketing):
    ana = part("completed", fee=400, currency="EUR")
    terms = {"revision": 1, "fee": "500", "currency": "EUR", "promo_code": "", "note": "typed", "was_fee": "400.00"}

    page = marketing.post(f"/admin/campaigns/collaboration/{ana.pk}/terms/", terms)

    assert page.status_code == 409
    assert "Spring is completed and takes no new or higher fees." in page.content.decode()
    assert "typed" in page.content.decode()


def test_the_form_of_a_deliverable_leads_back_and_says_why(marketing):
    ana = part("completed")

    page = marketing.post(f"/admin/campaigns/deliverable/owed-in/{ana.pk}/", {"format": "reel"}, follow=True)

    assert "Spring is completed and takes no new deliverables." in page.content.decode()
    assert not Deliverable.objects.exists()


@pytest.mark.parametrize("status", ENDED)
def test_pages_do_not_offer_what_is_refused(marketing, status):
    ana = part(status, "declined")
    part(status, "agreed", "ben")
    story, deal = "/admin/campaign/spring/", f"/admin/campaigns/collaboration/{ana.pk}/change/"

    table, board, terms = (marketing.get(address).content.decode() for address in (story, f"{story}?view=board", deal))

    for page in (table, board):
        assert (">Add creators<" in page, "nobody joins any more" in page) == (False, True)
    assert ("Add a deliverable" in terms, f"The campaign is {status}: no deliverables are added" in terms) == (
        False,
        True,
    )
    assert f"The campaign is {status}: a fee can be lowered" in terms
    assert 'name="move" value="' in board  # of ben, who is still to be finished
    assert [move for move in (f":{ana.revision}:shortlisted", ":contacted") if move in board] == []
    Campaign.objects.update(status="active")
    assert ">Add creators<" in marketing.get(story).content.decode()
    assert "Add a deliverable" in marketing.get(deal).content.decode()


@pytest.mark.parametrize("status", ENDED)
def test_whatever_leads_to_declined_says_that_nobody_comes_back(marketing, status):
    ana = part("active")
    asked = {"action": "set-state", "influencer": "ana", "next": "/admin/", "of_campaign": "spring"}

    def buttons():
        pages = (
            marketing.get(f"/admin/campaigns/collaboration/{ana.pk}/change/"),
            marketing.get("/admin/campaign/spring/?view=board"),
            marketing.post("/admin/act/", asked),
        )
        return [re.findall(r' value="[^"]*declined"[^>]*>([^<]*)<', page.content.decode()) for page in pages]

    assert buttons() == [["Declined"]] * 3
    Campaign.objects.update(status=status)
    assert buttons() == [["Declined for good"]] * 3


@pytest.mark.parametrize("page", ["collaboration/several/spring", "deliverable/owed-in/{pk}"])
def test_a_form_that_adds_something_does_not_open(marketing, page):
    address = page.format(pk=part("cancelled").pk)

    answer = marketing.get(f"/admin/campaigns/{address}/", follow=True)

    assert answer.redirect_chain
    assert "Spring is cancelled and takes no new" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_whoever_adds_a_creator_while_the_campaign_ends_comes_first_or_is_refused():
    spring = factories.campaign("spring", status="active")

    def end():
        try:
            return spring.change(by=None, status="completed")
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as pool:
        with recording(by=None):
            Collaboration.objects.engage(spring, "ana", by=None)
            ends = pool.submit(end)
            wait_until(lambda: somebody_waits() or ends.done())
            assert not ends.done()
        assert ends.result(20)

    with pytest.raises(CampaignEnded):
        Collaboration.objects.engage(spring, "ben", by=None)
    assert [event.type for event in Event.objects.order_by("sequence")] == ["CreatorStateChanged", "CampaignUpdated"]
