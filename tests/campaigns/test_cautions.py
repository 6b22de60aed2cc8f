"""Whoever agrees without a fee, or pays before anything is live, is told so, and not kept from it."""

import pytest

from campaigns.cautions import cautions
from campaigns.models import Collaboration
from tests import factories
from tests.campaigns.deal_pages import page_of
from tests.campaigns.test_actions import act, said
from tests.campaigns.test_board import move
from tests.campaigns.test_campaigns import recorded

pytestmark = pytest.mark.django_db

NO_FEE, NOTHING_LIVE, STILL_OPEN = (
    "No fee is set yet.", "Nothing is live yet.", "Not every deliverable is live yet.",
)  # fmt: skip


@pytest.fixture
def spring(db):
    return factories.campaign("spring", status="active", currency="EUR")


def part(spring, creator, state, fee=400, deliverables=()):
    amount = {} if fee is None else {"fee": fee, "currency": "EUR"}
    found = factories.collaboration(spring, creator, state=state, **amount)
    for each in deliverables:
        factories.deliverable(found, state=each)
    return found


def set_to(client, collaboration, state):
    address = page_of(collaboration, "move")
    return client.post(address, {"state": state, "revision": str(collaboration.revision)})


@pytest.mark.parametrize(
    ("before", "state", "fee", "deliverables", "doubt"),
    [
        ("contacted", "agreed", 400, (), ""),
        ("contacted", "agreed", 0, (), ""),
        ("contacted", "agreed", None, (), NO_FEE),
        ("shortlisted", "contacted", None, (), ""),
        ("posted", "paid", 400, ("live", "live"), ""),
        ("posted", "paid", 400, ("live", "planned"), STILL_OPEN),
        ("posted", "paid", 400, ("planned", "approved"), NOTHING_LIVE),
        ("posted", "paid", 400, (), NOTHING_LIVE),
        ("posted", "paid", None, (), f"{NO_FEE} {NOTHING_LIVE}"),
    ],
)
def test_the_page_and_the_board_say_what_was_too_early_perhaps(
    marketing, spring, before, state, fee, deliverables, doubt
):
    ana, ben = (part(spring, creator, before, fee, deliverables) for creator in ("ana", "ben"))

    set_to(marketing, ana, state)
    told = said(move(marketing, state, ben))  # nobody has looked at a page, so both wait to be shown

    assert told == [f"ana is {state} now. {doubt}".strip(), f"ben is {state} now. {doubt}".strip()]
    assert set(Collaboration.objects.values_list("state", flat=True)) == {state}
    assert [event for event, _ in recorded("spring")] == ["CreatorStateChanged"] * 2


def test_a_script_on_the_board_gets_the_caution_as_one(marketing, spring):
    page = move(marketing, "agreed", part(spring, "ana", "contacted", None), headers={"HX-Request": "true"})
    assert "fk-warn" in page.content.decode()
    assert NO_FEE in page.content.decode()
    page = move(marketing, "agreed", part(spring, "ben", "contacted"), headers={"HX-Request": "true"})
    assert "fk-good" in page.content.decode()


def test_several_at_once_are_named(marketing, spring):
    factories.creator("ben", "Ben Ode")
    part(spring, "ana", "posted", deliverables=("live",))
    part(spring, "ben", "posted", None)
    part(spring, "cleo", "posted", None, ("live", "submitted"))
    part(spring, "dora", "paid", None)  # paid already

    answer = act(marketing, "set-state", ["ana", "ben", "cleo", "dora"], state="paid")

    assert said(answer) == [
        "3 creators are paid now. No fee is set yet: Ben Ode, cleo. Nothing is live yet: Ben Ode. "
        "Not every deliverable is live yet: cleo. 1 was already."
    ]


def test_nobody_is_told_of_fees_or_deliverables_without_the_right_to_see_them(sign_in, spring):
    client = sign_in("nina", "campaigns.view_collaboration", "campaigns.change_collaboration")

    set_to(client, part(spring, "ana", "contacted", None), "agreed")
    told = said(set_to(client, part(spring, "ben", "posted", None), "paid"))

    assert told == ["ana is agreed now.", "ben is paid now."]


def test_twenty_creators_are_looked_at_with_one_query(mara, spring, django_assert_num_queries):
    mara.get_all_permissions()
    twenty = [part(spring, f"creator{number}", "paid", None, ("live",)) for number in range(20)]
    with django_assert_num_queries(1):
        cautions(twenty, mara)
    with django_assert_num_queries(0):
        cautions([], mara)
