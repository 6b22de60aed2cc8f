"""Creators of a campaign and what they owe: states, events, what follows from what, what is due."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from campaigns.event_types import EVENT_TYPES
from campaigns.models import Campaign, Collaboration, Deliverable
from campaigns.refusals import DraftIsDecided, NotAllowed, StaysOnRecord
from famekeeda.events.models import Event
from tests import factories
from tests.campaigns.test_campaigns import recorded

pytestmark = pytest.mark.django_db

TODAY = date(2027, 5, 14)


def test_a_creator_joins_a_campaign_once():
    spring = factories.campaign("spring")
    _, is_new = Collaboration.objects.engage(spring, "ana", by=None)
    again, is_new_again = Collaboration.objects.engage(spring, "ana", by=None)
    assert (is_new, is_new_again, again.state) == (True, False, "shortlisted")
    assert recorded("spring") == [
        ("CreatorStateChanged", {"influencerId": "ana", "before": None, "after": "shortlisted"})
    ]


def test_what_is_agreed_when_a_creator_joins_is_recorded_too():
    spring = factories.campaign("spring", currency="EUR")
    Collaboration.objects.engage(spring, "ana", by=None, state="agreed", fee=Decimal(400), promo_code="ANA10")
    assert recorded("spring")[1] == (
        "CreatorUpdated",
        {
            "influencerId": "ana",
            "changes": {"promoCode": {"before": None, "after": "ANA10"}},
            "amounts": {
                "fee": {"before": None, "after": "400.00"},
                "currency": {"before": None, "after": "EUR"},
            },
        },
    )


def test_a_fee_without_a_currency_is_in_the_campaigns_own():
    spring = factories.campaign("spring", currency="EUR")
    ana, _ = Collaboration.objects.engage(spring, "ana", by=None, fee=Decimal(400))
    assert (ana.fee, ana.currency) == (Decimal(400), "EUR")


def test_a_state_and_a_fee_that_change_together_are_two_events():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="contacted")
    ana.change(by=None, state="agreed", fee=Decimal(400), currency="EUR")
    assert recorded("spring") == [
        ("CreatorStateChanged", {"influencerId": "ana", "before": "contacted", "after": "agreed"}),
        (
            "CreatorUpdated",
            {
                "influencerId": "ana",
                "amounts": {
                    "fee": {"before": None, "after": "400.00"},
                    "currency": {"before": "", "after": "EUR"},
                },
            },
        ),
    ]


def test_a_creator_who_never_agreed_cannot_be_paid():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="contacted")
    with pytest.raises(NotAllowed) as refusal:
        ana.change(by=None, state="paid")
    assert refusal.value.allowed == ["shortlisted", "agreed", "declined"]


def test_a_creator_who_was_paid_stays_on_record():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="paid")
    with pytest.raises(StaysOnRecord, match="ana has been paid and stays on record"):
        ana.remove(by=None)
    assert Collaboration.objects.count() == 1


def test_a_creator_leaves_with_what_was_owed():
    ana = factories.collaboration(factories.campaign("spring"), "ana")
    factories.deliverable(ana)
    ana.remove(by=None)
    assert (Collaboration.objects.count(), Deliverable.objects.count()) == (0, 0)
    assert recorded("spring") == [("CreatorRemoved", {"influencerId": "ana", "state": "shortlisted"})]


def test_a_draft_goes_from_planned_to_live_and_each_step_is_an_event():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="briefed")
    reel = Deliverable.objects.add(ana, by=None, format="reel", platform="instagram", due_on=TODAY)
    reel.change(by=None, state="submitted", draft_url="https://drafts.example/7")
    reel.change(by=None, state="planned", note="The disclosure is missing.")
    reel.change(by=None, state="submitted")
    reel.change(by=None, state="approved")
    reel.change(by=None, state="live", post_url="https://www.instagram.com/reel/7")
    assert [event_type for event_type, _ in recorded("spring") if event_type != "DeliverableUpdated"] == [
        "DeliverableAdded", "DeliverableSubmitted", "DeliverableReturned", "DeliverableSubmitted",
        "DeliverableApproved", "DeliverableLive", "CreatorStateChanged",
    ]  # fmt: skip


def test_a_field_that_a_step_empties_is_told_beside_the_step():
    """The event of the step leaves out what is empty: without the other event nobody would know of the link."""
    ana = factories.collaboration(factories.campaign("spring"), "ana")
    reel = factories.deliverable(ana, state="submitted", draft_url="https://drafts.example/7")

    reel.change(by=None, state="planned", draft_url="", note="The disclosure is missing.")

    said = {"influencerId": "ana", "deliverableId": reel.pk, "format": "reel"}
    emptied = {"draftUrl": {"before": "https://drafts.example/7", "after": ""}}
    assert recorded("spring") == [
        ("DeliverableUpdated", said | {"changes": emptied}),
        ("DeliverableReturned", said | {"note": "The disclosure is missing."}),
    ]


def test_events_have_all_keys_of_their_examples_where_nothing_is_empty():
    day, links = date(2027, 5, 14), {"draft_url": "https://drafts.example/7", "post_url": "https://posts.example/7"}
    spring = Campaign.objects.start(
        by=None,
        name="Spring drop",
        brand="Nova",
        product="Running shoes",
        goal="Reach young runners",
        platforms=["instagram"],
        budget=Decimal(1200),
        media_budget=Decimal(800),
        currency="EUR",
        starts_on=day,
        ends_on=day,
        owner=factories.user("mara"),
    )
    spring.change(by=None, status="active", budget=Decimal(1500))
    ana, _ = Collaboration.objects.engage(spring, "ana", by=None, state="agreed", fee=Decimal(400), promo_code="ANA10")
    owed = {"platform": "instagram", "due_on": day, "note": "With the new logo", **links}
    reel = Deliverable.objects.add(ana, by=None, format="reel", **owed)
    reel.change(by=None, due_on=TODAY - timedelta(days=1))
    Deliverable.objects.notice_overdue(TODAY)
    for state in ("submitted", "planned", "submitted", "approved", "live"):
        reel.change(by=None, state=state)
    reel.remove(by=None)
    ana.remove(by=None)

    said = {event_type: data.keys() for event_type, data in sorted(recorded(spring.pk), key=lambda each: len(each[1]))}

    assert said == {event_type.name: event_type.example.keys() for event_type in EVENT_TYPES}


def test_a_creator_has_posted_once_everything_is_live():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="agreed")
    reel, story = (factories.deliverable(ana, format=name, state="approved") for name in ("reel", "story"))
    reel.change(by=None, state="live")
    ana.refresh_from_db()
    assert ana.state == "agreed"
    story.change(by=None, state="live")
    ana.refresh_from_db()
    assert ana.state == "posted"
    assert recorded("spring")[-1] == (
        "CreatorStateChanged",
        {"influencerId": "ana", "before": "agreed", "after": "posted", "because": "every deliverable is live"},
    )


def test_a_creator_who_was_paid_early_stays_paid_when_the_last_post_goes_live():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="paid")
    factories.deliverable(ana, state="approved").change(by=None, state="live")
    ana.refresh_from_db()
    assert ana.state == "paid"


def test_another_draft_of_an_approved_deliverable_waits_for_a_decision_again():
    ana = factories.collaboration(factories.campaign("spring"), "ana")
    reel = factories.deliverable(ana, state="approved", draft_url="https://drafts.example/7")
    reel.change(by=None, draft_url="https://drafts.example/8")
    assert reel.state == "submitted"


@pytest.mark.parametrize(("state", "wanted"), [("approved", {"state": "live"}), ("live", {})])
def test_the_draft_that_was_approved_is_not_exchanged_when_the_post_is_live(state, wanted):
    ana = factories.collaboration(factories.campaign("spring"), "ana")
    reel = factories.deliverable(ana, state=state, draft_url="https://drafts.example/7")
    with pytest.raises(DraftIsDecided, match="The draft of reel that was approved stays on record"):
        reel.change(by=None, draft_url="https://drafts.example/8", **wanted)


def test_a_draft_cannot_go_live_before_somebody_approved_it():
    reel = factories.deliverable(factories.collaboration(factories.campaign("spring"), "ana"), state="submitted")
    with pytest.raises(NotAllowed) as refusal:
        reel.change(by=None, state="live")
    assert refusal.value.allowed == ["approved", "planned"]


def test_what_is_overdue_is_recorded_once():
    ana = factories.collaboration(factories.campaign("spring", status="active"), "ana", state="briefed")
    late = factories.deliverable(ana, due_on=date(2027, 5, 13))
    factories.deliverable(ana, due_on=TODAY)
    factories.deliverable(ana, due_on=date(2027, 5, 1), state="live")
    assert [Deliverable.objects.notice_overdue(TODAY) for _ in range(2)] == [1, 0]
    [(event_type, data)] = recorded("spring")
    assert (event_type, data["deliverableId"], data["dueOn"]) == ("DeliverableOverdue", late.pk, "2027-05-13")


def test_what_is_overdue_is_recorded_in_batches_that_are_committed_one_by_one(monkeypatch):
    monkeypatch.setattr("campaigns.models.deliverable.MAX_NOTICED_AT_ONCE", 2)
    for campaign in ("autumn", "spring"):
        ana = factories.collaboration(factories.campaign(campaign, status="active"), "ana")
        for format in ("post", "reel", "story"):
            factories.deliverable(ana, format, due_on=date(2027, 5, 13))
    factories.deliverable(ana, "video", due_on=TODAY)

    assert [Deliverable.objects.notice_overdue(TODAY) for _ in range(2)] == [6, 0]

    told = Event.objects.filter(type="DeliverableOverdue")
    assert told.values("data__deliverableId").distinct().count() == 6
    sizes = Counter(told.values_list("batch", flat=True)).values()
    assert sorted(sizes) == [2, 2, 2]


def test_a_creator_has_posted_when_the_last_open_deliverable_is_taken_out():
    ana = factories.collaboration(factories.campaign("spring"), "ana", state="briefed")
    factories.deliverable(ana, "reel", state="live")
    story, video = (factories.deliverable(ana, format) for format in ("story", "video"))
    story.remove(by=None)
    ana.refresh_from_db()
    assert ana.state == "briefed"

    video.remove(by=None)

    ana.refresh_from_db()
    assert ana.state == "posted"
    assert recorded("spring")[-1] == (
        "CreatorStateChanged",
        {"influencerId": "ana", "before": "briefed", "after": "posted", "because": "every deliverable is live"},
    )


@pytest.mark.parametrize(("state", "left"), [("agreed", []), ("declined", ["live"]), ("paid", ["live"])])
def test_taking_a_deliverable_out_leaves_a_creator_who_owes_nothing_or_posted_nothing(state, left):
    ana = factories.collaboration(factories.campaign("spring"), "ana", state=state)
    for each in left:
        factories.deliverable(ana, state=each)
    factories.deliverable(ana, "story").remove(by=None)
    ana.refresh_from_db()
    assert ana.state == state


def test_a_deliverable_with_a_new_day_can_become_overdue_again():
    ana = factories.collaboration(factories.campaign("spring", status="active"), "ana")
    late = factories.deliverable(ana, due_on=date(2027, 5, 1))
    Deliverable.objects.notice_overdue(TODAY)
    late.refresh_from_db()
    late.change(by=None, due_on=date(2027, 5, 12))
    assert Deliverable.objects.notice_overdue(TODAY) == 1


@pytest.mark.parametrize(
    ("status", "state"), [("cancelled", "agreed"), ("completed", "declined"), ("active", "declined")]
)
def test_nobody_waits_for_posts_of_cancelled_campaigns_or_of_creators_who_declined(status, state):
    ana = factories.collaboration(factories.campaign("spring", status=status), "ana", state=state)
    factories.deliverable(ana, due_on=date(2027, 5, 1))
    assert Deliverable.objects.notice_overdue(TODAY) == 0


@pytest.mark.parametrize("fields", [{"fee": Decimal(-1), "currency": "EUR"}, {"fee": Decimal(1)}, {"state": "lost"}])
def test_the_database_refuses_a_creator_that_makes_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.collaboration(factories.campaign("spring"), "ana", **fields)
