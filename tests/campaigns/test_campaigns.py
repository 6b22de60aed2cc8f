"""Campaigns: their ids, what may follow what, what is recorded, and that sums stay within a currency."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from campaigns.models import Campaign, Collaboration
from campaigns.refusals import IdTaken, NotAllowed, Stale
from famekeeda.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def recorded(campaign_id: str) -> list[tuple]:
    return list(Event.objects.filter(campaign_id=campaign_id).order_by("sequence").values_list("type", "data"))


def test_an_id_is_made_from_the_name():
    assert Campaign.objects.start(by=None, name="Été à Paris – Spring Drop!").pk == "ete-a-paris-spring-drop"


def test_a_name_without_latin_letters_still_gets_an_id():
    assert Campaign.objects.start(by=None, name="春のキャンペーン").pk == "campaign"


def test_a_second_campaign_of_the_same_name_gets_a_number():
    assert [Campaign.objects.start(by=None, name="Spring").pk for _ in range(3)] == ["spring", "spring-2", "spring-3"]


def test_an_id_that_results_name_already_is_not_given_to_a_new_campaign():
    factories.engagement("ana", "spring")
    assert Campaign.objects.start(by=None, name="Spring").pk == "spring-2"


def test_the_id_that_another_system_uses_is_kept():
    assert Campaign.objects.start(by=None, name="Spring", id="CMP-0007").pk == "CMP-0007"
    with pytest.raises(IdTaken, match="There is a campaign CMP-0007 already"):
        Campaign.objects.start(by=None, name="Summer", id="CMP-0007")


def test_a_new_campaign_is_recorded_with_what_is_known_of_it():
    mara = factories.user("mara")
    fields = {"brand": "Nova", "budget": Decimal("1200"), "currency": "EUR", "starts_on": date(2027, 5, 1)}
    Campaign.objects.start(by=mara, name="Spring", platforms=["instagram"], owner=mara, **fields)
    [(event_type, data)] = recorded("spring")
    assert event_type == "CampaignCreated"
    assert data == {
        "name": "Spring", "brand": "Nova", "platforms": ["instagram"], "budget": "1200.00", "currency": "EUR",
        "startsOn": "2027-05-01", "owner": "mara", "status": "draft",
    }  # fmt: skip
    assert Event.objects.get().by == mara


def test_a_change_is_recorded_with_what_was_and_what_is():
    spring = factories.campaign("spring", budget=Decimal(900), currency="EUR")
    assert spring.change(by=None, budget=Decimal("1200.5"), status="active")
    assert recorded("spring")[-1] == (
        "CampaignUpdated",
        {
            "name": "Spring",
            "changes": {"status": {"before": "draft", "after": "active"}},
            "amounts": {"budget": {"before": "900.00", "after": "1200.50"}},
        },
    )
    assert spring.revision == 2


def test_a_change_that_changes_nothing_records_nothing():
    spring = factories.campaign("spring", budget=Decimal(900), currency="EUR")
    assert not spring.change(by=None, name="Spring", budget=Decimal("900.00"), status="draft")
    assert (spring.revision, recorded("spring")) == (1, [])


def test_a_status_that_does_not_follow_is_refused_with_those_that_do():
    spring = factories.campaign("spring", status="active")
    with pytest.raises(NotAllowed) as refusal:
        spring.change(by=None, status="draft", name="Other")
    assert refusal.value.allowed == ["paused", "completed", "cancelled"]
    assert str(refusal.value) == (
        "Spring is active and cannot become draft. After active comes paused or completed or cancelled."
    )
    spring.refresh_from_db()
    assert spring.name == "Spring"


def test_of_two_people_who_edit_one_campaign_the_second_is_told_and_nothing_is_lost():
    spring = factories.campaign("spring")
    also_spring = Campaign.objects.get(pk="spring")
    spring.change(by=None, revision=1, goal="Sell out")
    with pytest.raises(Stale):
        also_spring.change(by=None, revision=1, goal="Be seen")
    assert Campaign.objects.get().goal == "Sell out"


@pytest.mark.parametrize(
    "fields",
    [
        {"budget": Decimal(-1), "currency": "EUR"},
        {"media_budget": Decimal("0.01")},
        {"starts_on": date(2027, 5, 2), "ends_on": date(2027, 5, 1)},
        {"status": "lost"},
        {"name": ""},
    ],
)
def test_the_database_refuses_what_makes_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.campaign("spring", **fields)


def test_a_campaign_that_other_apps_have_seen_becomes_a_draft_of_what_they_know():
    factories.brief(brand="Nova", product="Trail shoes", goal="Sell out", campaign_id="spring/2027")
    spring = Campaign.objects.adopt("spring/2027", by=None)
    assert (spring.pk, spring.name, spring.status) == ("spring/2027", "spring/2027", "draft")
    assert (spring.brand, spring.product, spring.goal) == ("Nova", "Trail shoes", "Sell out")


def test_fees_are_added_up_within_a_currency_and_never_across():
    spring = factories.campaign("spring")
    for creator, state, fee, currency in [
        ("ana", "agreed", 400, "EUR"),
        ("ben", "paid", "250.50", "EUR"),
        ("cleo", "posted", 300, "USD"),
        ("dan", "declined", 999, "EUR"),
        ("eva", "contacted", 999, "EUR"),
        ("finn", "agreed", None, ""),
    ]:
        factories.collaboration(spring, creator, state=state, fee=fee, currency=currency)
    fees = Collaboration.objects.fees(["spring", "other"])
    assert [(each.currency, str(each.agreed), str(each.paid)) for each in fees["spring"]] == [
        ("EUR", "650.50", "250.50"),
        ("USD", "300.00", "0"),
    ]
    assert "other" not in fees


AFTER = {
    "draft": {"active", "cancelled"},
    "active": {"paused", "completed", "cancelled"},
    "paused": {"active", "completed", "cancelled"},
    "completed": set(),
    "cancelled": set(),
}


class Statuses(RuleBasedStateMachine):
    """The campaign against a model of a few lines: a status, and how often it changed."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.campaign = Campaign.objects.start(by=None, name="Machine")
        self.status, self.events = "draft", 1

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(wanted=st.sampled_from(sorted(AFTER)))
    def ask_for_a_status(self, wanted):
        if wanted == self.status:
            assert not self.campaign.change(by=None, status=wanted)
        elif wanted in AFTER[self.status]:
            assert self.campaign.change(by=None, status=wanted)
            self.status, self.events = wanted, self.events + 1
        else:
            with pytest.raises(NotAllowed) as refusal:
                self.campaign.change(by=None, status=wanted)
            assert set(refusal.value.allowed) == AFTER[self.status]

    @precondition(lambda self: self.status not in ("completed", "cancelled"))
    @rule()
    def pause_and_go_on(self):
        for wanted in ("active", "paused", "active"):
            if self.campaign.change(by=None, status=wanted):
                self.events += 1
        self.status = "active"

    @invariant()
    def what_is_stored_is_what_was_allowed(self):
        self.campaign.refresh_from_db()
        assert self.campaign.status == self.status
        sequences = Event.objects.filter(campaign_id=self.campaign.pk).order_by("sequence")
        assert list(sequences.values_list("sequence", flat=True)) == list(range(1, self.events + 1))


def test_no_order_of_requests_reaches_a_status_that_does_not_follow(db):
    from hypothesis.stateful import run_state_machine_as_test

    quick = settings(max_examples=10, stateful_step_count=8, deadline=None, derandomize=True)
    run_state_machine_as_test(Statuses, settings=settings(quick, suppress_health_check=list(HealthCheck)))
