"""States that rules and pages name: none is left out when one more comes."""

import re
from itertools import product

import pytest

from campaigns.models import Campaign, Collaboration, Deliverable
from dev.services import BASE_DIR
from tests import factories

STATES = [*Campaign.Status, *Collaboration.State, *Deliverable.State]


def test_each_state_of_a_creator_says_which_rules_it_is_under():
    part = Collaboration
    rules = (part.AT_WORK, part.FEE_COUNTS, part.HAS_POSTED, part.ON_RECORD, part.OUT)
    said = {state.value: tuple(state in rule for rule in rules) for state in Collaboration.State}

    assert said == {
        "shortlisted": (False, False, False, False, False),
        "contacted": (False, False, False, False, False),
        "agreed": (True, True, False, False, False),
        "briefed": (True, True, False, False, False),
        "posted": (False, True, True, False, False),
        "paid": (False, True, True, True, False),
        "declined": (False, False, False, False, True),
    }


@pytest.mark.parametrize(
    ("states", "after"),
    [
        (Campaign.Status, Campaign.STATUSES_AFTER),
        (Collaboration.State, Collaboration.STATES_AFTER),
        (Collaboration.State, Collaboration.STATES_AFTER_COMPLETED),
        (Collaboration.State, Collaboration.STATES_AFTER_CANCELLED),
        (Deliverable.State, Deliverable.STATES_AFTER),
    ],
    ids=["campaign", "creator", "creator, completed", "creator, cancelled", "deliverable"],
)
def test_each_state_says_what_comes_after_it(states, after):
    assert list(after) == list(states)


@pytest.mark.parametrize("state", sorted({state.value for state in STATES}))
def test_each_state_has_a_colour_of_its_badge(state):
    styles = (BASE_DIR / "famekeeda" / "static" / "famekeeda" / "admin.css").read_text()

    assert re.search(rf"^(?!\.dark)[^{{]*\.fk-{state}(?![\w-])[^{{]*{{", styles, re.MULTILINE)


@pytest.mark.django_db
def test_a_deliverable_is_open_in_the_same_states_for_the_database_and_for_a_page():
    for status, state in product(Campaign.Status, Collaboration.State):
        campaign = Campaign.objects.filter(status=status).first() or factories.campaign(status, status=status)
        creator = factories.collaboration(campaign, state, state=state)
        Deliverable.objects.bulk_create(
            Deliverable(collaboration=creator, format="reel", state=own) for own in Deliverable.State
        )
    every = Deliverable.objects.select_related("collaboration__campaign")

    by_page = {each.pk for each in every if each.is_open}

    assert by_page == set(Deliverable.objects.open().values_list("pk", flat=True))
    assert len(by_page) == 4 * 6 * 3  # of 5 x 7 x 4: not live, not declined, in a campaign that is not cancelled
