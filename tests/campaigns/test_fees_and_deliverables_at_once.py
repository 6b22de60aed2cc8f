"""Fees and deliverables of several creators at once: whom they are for, who is left out, and what the budget says."""

from datetime import date

import pytest

from campaigns.models import Campaign, Collaboration, Deliverable
from famekeeda.events.models import Event
from tests import factories
from tests.campaigns.deal_pages import page_of, text
from tests.campaigns.test_actions import act, said
from tests.campaigns.test_board import move
from tests.campaigns.test_campaigns import recorded

pytestmark = pytest.mark.django_db

REEL = {"format": "reel", "platform": "*", "due_on": "2027-05-14", "number": "1"}


@pytest.fixture
def spring(db):
    return factories.campaign("spring", status="active", currency="EUR", platforms=["instagram", "tiktok"])


def owe(client, *creators, **fields):
    return act(client, "add-deliverable", creators, **REEL | fields)


def set_fee(client, *creators, **fields):
    return act(client, "set-fee", creators, **fields)


def owed() -> list[tuple]:
    found = Deliverable.objects.order_by("collaboration__influencer_id", "id")
    return list(found.values_list("collaboration__influencer_id", "format", "platform", "due_on"))


def fees() -> dict[str, tuple]:
    return {each.influencer_id: (each.fee and str(each.fee), each.currency) for each in Collaboration.objects.all()}


def part(spring, creator, state="agreed", fee=None):
    amount = {} if fee is None else {"fee": fee, "currency": "EUR"}
    return factories.collaboration(spring, creator, state=state, **amount)


def test_each_creator_owes_it_on_a_platform_of_their_own(marketing, spring):
    factories.creator("ana", platforms=("youtube", "tiktok"))
    factories.creator("ben", "Ben Ode", platforms=("youtube",))
    for creator in ("ana", "ben", "cleo"):
        part(spring, creator)

    answer = owe(marketing, "ana", "ben", "cleo", number="2")

    assert said(answer) == ["6 deliverables were added for 3 creators. On none of the campaign's platforms: Ben Ode."]
    day = date(2027, 5, 14)
    assert owed() == [
        *[("ana", "reel", "tiktok", day)] * 2,
        *[("ben", "reel", "youtube", day)] * 2,
        *[("cleo", "reel", "instagram", day)] * 2,
    ]
    assert [(event, data["influencerId"]) for event, data in recorded("spring")] == [
        ("DeliverableAdded", creator) for creator in ("ana", "ana", "ben", "ben", "cleo", "cleo")
    ]
    assert Event.objects.values("batch").distinct().count() == 1
    assert len({data["deliverableId"] for _, data in recorded("spring")}) == 6


def test_who_declined_or_is_not_in_the_campaign_is_left_out_and_named(marketing, spring):
    factories.creator("ben", "Ben Ode")
    part(spring, "ana")
    part(spring, "ben", "declined")

    answer = owe(marketing, "ana", "ben", "cleo", platform="x", due_on="")

    assert said(answer) == [
        "1 deliverable was added for 1 creator. Declined, and so left out: Ben Ode. "
        "Not in the campaign, and so left out: cleo."
    ]
    assert owed() == [("ana", "reel", "x", None)]
    assert "Declined, and so left out: Ben Ode." in text(owe(marketing, "ben"))
    assert "None of them is in the campaign." in text(owe(marketing, "dora"))


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("format", "", "What is it: a reel, a story, a post?"),
        ("number", "0", "greater than or equal to 1"),
        ("number", "11", "less than or equal to 10"),
        ("due_on", "soon", "Must be a day, such as 2027-05-14."),
        ("platform", "myspace", "is not one of the available choices"),
    ],
)
def test_what_cannot_be_owed_is_refused_beside_its_field(marketing, spring, field, typed, problem):
    part(spring, "ana")
    answer = owe(marketing, "ana", **{field: typed})
    assert answer.status_code == 400
    assert problem in text(answer)
    assert owed() == []


def test_a_campaign_that_has_ended_takes_no_deliverables(marketing, spring):
    part(spring, "ana")
    Campaign.objects.update(status="completed")
    assert "Spring is completed and takes no new deliverables." in text(owe(marketing, "ana"))
    assert (owed(), recorded("spring")) == ([], [])


def test_one_fee_for_all_is_in_the_currency_of_the_campaign(marketing, spring):
    part(spring, "ana", fee=400)
    part(spring, "ben", fee=1250)

    answer = set_fee(marketing, "ana", "ben", "cleo", fee="1.250,00")

    assert said(answer) == ["1 fee was set. 1 was so already. Not in the campaign, and so left out: cleo."]
    assert fees() == {"ana": ("1250.00", "EUR"), "ben": ("1250.00", "EUR")}
    assert [event for event, _ in recorded("spring")] == ["CreatorUpdated"]


def test_each_ones_usual_fee_is_that_of_the_profile(marketing, spring):
    factories.creator("ana", usual_fee=900, currency="USD")
    factories.creator("ben", "Ben Ode")
    part(spring, "ana", fee=400)
    part(spring, "ben", fee=300)

    answer = set_fee(marketing, "ana", "ben", usual="on")

    assert said(answer) == ["1 fee was set. Without a usual fee, and so left as they are: Ben Ode."]
    assert fees() == {"ana": ("900.00", "USD"), "ben": ("300.00", "EUR")}
    assert "Without a usual fee, and so left as they are: Ben Ode." in text(set_fee(marketing, "ben", usual="on"))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, "Type an amount, or tick the usual fee."),
        ({"fee": "9", "usual": "on"}, "Type an amount or tick the usual fee, not both."),
        ({"fee": "9 USD", "currency": "EUR"}, "Is in USD here, and the currency is EUR."),
        ({"fee": "-9"}, "An amount cannot be negative."),
        ({"fee": "1,250"}, "Can be read as 1250 and as 1.250."),
    ],
)
def test_what_is_no_fee_is_refused_beside_its_field(marketing, spring, typed, problem):
    part(spring, "ana", fee=400)
    answer = set_fee(marketing, "ana", **typed)
    assert answer.status_code == 400
    assert problem in text(answer)
    assert fees() == {"ana": ("400.00", "EUR")}


def test_a_fee_needs_a_currency_where_the_campaign_has_none(marketing, spring):
    part(spring, "ana")
    Campaign.objects.update(currency="")
    assert "Say in which currency, such as EUR" in text(set_fee(marketing, "ana", fee="9"))
    assert said(set_fee(marketing, "ana", fee="9", currency="usd")) == ["1 fee was set."]
    assert fees() == {"ana": ("9.00", "USD")}


def test_after_the_end_fees_are_lowered_and_who_would_get_more_is_named(marketing, spring):
    factories.creator("ben", "Ben Ode")
    part(spring, "ana", "posted", 400)
    part(spring, "ben", "posted", 200)
    part(spring, "cleo", "posted")
    Campaign.objects.update(status="completed")

    answer = set_fee(marketing, "ana", "ben", "cleo", fee="300")

    assert said(answer) == [
        "1 fee was set. Left as they are, since Spring is completed and takes no new or higher fees: Ben Ode, cleo."
    ]
    assert fees() == {"ana": ("300.00", "EUR"), "ben": ("200.00", "EUR"), "cleo": (None, "")}


def test_fees_are_set_with_the_rights_to_see_fees_and_to_change_creators(sign_in, spring):
    part(spring, "ana")
    change, see = "campaigns.change_collaboration", "campaigns.view_fee"
    for name, rights, status in (("nina", [change], 403), ("otto", [see], 403), ("pia", [change, see], 302)):
        client = sign_in(name, "campaigns.view_campaign", "campaigns.view_collaboration", *rights)
        is_offered = 'name="action" value="set-fee"' in client.get("/admin/campaign/spring/").content.decode()
        assert (set_fee(client, "ana", fee="9").status_code, is_offered) == (status, status == 302)


def test_a_reviewer_adds_no_deliverables(reviewer, spring):
    part(spring, "ana")
    assert (owe(reviewer, "ana").status_code, owed()) == (403, [])


def test_fees_over_the_budget_are_said_wherever_they_come_about(marketing, spring):
    Campaign.objects.update(budget=1000)
    ana, ben = part(spring, "ana"), part(spring, "ben", "contacted", 700)
    part(spring, "cleo", "shortlisted", 9000)
    terms = {"revision": "1", "fee": "1000", "currency": "EUR", "promo_code": "", "note": ""}

    assert said(marketing.post(page_of(ana, "terms"), terms)) == ["Saved."]
    over = "Agreed fees are 700 EUR over the budget now."
    assert said(move(marketing, "agreed", ben))[-1] == f"ben is agreed now. {over}"
    terms |= {"revision": "2", "fee": "1500.50", "initial-fee": "1000.00", "initial-currency": "EUR"}
    over = "Agreed fees are 1,200.50 EUR over the budget now."
    assert said(marketing.post(page_of(ana, "terms"), terms))[-1] == f"Saved. {over}"
    over = "Agreed fees are 600 EUR over the budget now."
    assert said(set_fee(marketing, "ana", "ben", fee="800"))[-1] == f"2 fees were set. {over}"
    assert said(set_fee(marketing, "cleo", fee="8000"))[-1] == "1 fee was set."
    answer = act(marketing, "set-state", ["cleo"], state="agreed")
    assert said(answer)[-1] == "1 creator is agreed now. Agreed fees are 8,600 EUR over the budget now."


def test_nobody_is_told_of_the_budget_without_the_right_to_see_fees(sign_in, spring):
    Campaign.objects.update(budget=1000)
    part(spring, "ana", "contacted", 4000)
    client = sign_in("nina", "campaigns.view_collaboration", "campaigns.change_collaboration")
    assert said(act(client, "set-state", ["ana"], state="agreed")) == ["1 creator is agreed now."]
