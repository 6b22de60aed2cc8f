"""Recording events: in the transaction of the change, numbered per campaign without gaps, whoever writes at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from famekeeda.events import recording as module
from famekeeda.events.models import Event, EventCounter
from famekeeda.events.recording import NewEvent, Record, recording
from famekeeda.events.types import EventType, check_event_types, event_types
from performance.models import Verdict
from tests import factories
from tests.famekeeda.happenings import GREW, SOWN, plant

WHEAT = {"seed": "Wheat", "depth": "3 cm"}


@pytest.fixture(autouse=True)
def garden(monkeypatch):
    plant(monkeypatch)
    yield
    event_types.cache_clear()


class Hail(Exception):
    pass


def stored() -> list[tuple]:
    return list(Event.objects.order_by("id").values_list("type", "campaign_id", "sequence"))


def verdicts() -> list[str]:
    return list(Verdict.objects.values_list("influencer_id", flat=True))


def test_an_event_says_what_happened_when_where_and_who_did_it(db):
    mara = factories.user("mara")

    with recording(by=mara) as record:
        record(SOWN, "spring", WHEAT)

    event = Event.objects.get()
    assert (event.type, event.version, event.campaign_id, event.sequence) == ("Sown", 1, "spring", 1)
    assert (event.by, event.data) == (mara, WHEAT)
    assert event.id.version == 7


def test_events_of_each_campaign_are_numbered_in_the_order_in_which_they_were_recorded(db):
    with recording() as record:
        for campaign_id in ("b", "a", "b"):
            record(SOWN, campaign_id, WHEAT)
        record(GREW, "a", {"seed": "Wheat"})
    with recording() as record:
        record(SOWN, "a", WHEAT)

    assert stored() == [("Sown", "b", 1), ("Sown", "a", 1), ("Sown", "b", 2), ("Grew", "a", 2), ("Sown", "a", 3)]
    assert dict(EventCounter.objects.values_list("campaign_id", "sequence")) == {"a": 3, "b": 2}


def test_an_event_without_a_campaign_has_no_sequence(db):
    with recording() as record:
        record(SOWN, "", WHEAT)
        record(SOWN, "spring", WHEAT)

    assert stored() == [("Sown", "", None), ("Sown", "spring", 1)]
    assert EventCounter.objects.count() == 1


def test_all_events_are_stored_by_one_statement_at_the_end(db, django_assert_num_queries):
    with django_assert_num_queries(3) as queries, recording() as record:  # a savepoint and its release around it
        for number in range(40):
            record(SOWN, f"campaign_{number % 4}", WHEAT)

    assert queries[1]["sql"].lstrip().startswith("WITH given")
    assert len({event.batch for event in Event.objects.all()}) == 1


def test_a_block_without_events_asks_the_database_for_nothing_but_its_transaction(db, django_assert_num_queries):
    with django_assert_num_queries(2), recording():
        pass


def test_an_inner_block_joins_the_outer_one_and_has_its_user(db):
    mara, jo = factories.user("mara"), factories.user("jo")

    with recording(by=mara) as outer:
        outer(SOWN, "spring", {"seed": "1", "depth": ""})
        with recording() as inner:
            inner(SOWN, "spring", {"seed": "2", "depth": ""})
        with recording(by=jo) as inner:
            inner(SOWN, "spring", {"seed": "3", "depth": ""})
        outer(SOWN, "spring", {"seed": "4", "depth": ""})
        assert not Event.objects.exists()

    events = Event.objects.order_by("sequence")
    assert [(event.data["seed"], event.by) for event in events] == [("1", mara), ("2", mara), ("3", jo), ("4", mara)]
    assert len({event.batch for event in events}) == 1


def test_an_inner_block_that_raises_takes_its_events_and_changes_with_it_and_those_of_the_outer_go_on(db):
    with recording() as outer:
        outer(SOWN, "spring", WHEAT)
        with suppress(Hail), recording() as inner:
            factories.verdict("ana")
            inner(GREW, "spring", {"seed": "Wheat"})
            raise Hail
        factories.verdict("bea")
        outer(SOWN, "spring", WHEAT)

    assert stored() == [("Sown", "spring", 1), ("Sown", "spring", 2)]
    assert verdicts() == ["bea"]


def test_nothing_is_recorded_when_the_block_raises(db):
    with suppress(Hail), recording() as record:
        record(SOWN, "spring", WHEAT)
        raise Hail
    with recording() as record:
        record(SOWN, "spring", WHEAT)

    assert stored() == [("Sown", "spring", 1)]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_around_the_block_commits_its_events_or_rolls_them_back():
    for campaign_id, weather in (("spring", Hail), ("autumn", None)):
        with suppress(Hail), transaction.atomic():
            with recording() as record:
                record(SOWN, campaign_id, WHEAT)
            if weather:
                raise weather

    assert stored() == [("Sown", "autumn", 1)]
    assert [counter.campaign_id for counter in EventCounter.objects.all()] == ["autumn"]


def test_a_record_that_is_used_outside_its_block_fails_loudly(db):
    with recording() as record:
        pass

    with pytest.raises(RuntimeError, match="Sown was recorded after its block of recording"):
        record(SOWN, "spring", WHEAT)


def test_a_type_that_no_app_has_registered_is_refused(db):
    with pytest.raises(RuntimeError, match=r"Sown is in no app's EVENT_TYPES"), recording() as record:
        record(EventType("Sown", "Another", "", {}), "spring", WHEAT)


@pytest.mark.parametrize(
    "note",
    [
        lambda data: Record(None)(SOWN, "spring", data),
        lambda data: NewEvent(SOWN, "", data),  # which a load stores on a connection of its own
    ],
)
def test_data_with_a_key_that_the_example_does_not_have_is_refused(note):
    with pytest.raises(RuntimeError, match="Sown says fee, grower, which its example does not have"):
        note(WHEAT | {"fee": "400.00", "grower": "ana"})


def test_an_anonymous_user_is_nobody(db):
    with recording(by=AnonymousUser()) as record:
        record(SOWN, "spring", WHEAT)

    assert Event.objects.get().by is None


def test_a_reaction_changes_and_records_in_the_same_transaction(db, monkeypatch):
    def grow(event):
        assert not Event.objects.exists()  # nothing is stored yet
        with recording() as record:
            record(GREW, event.campaign_id, {"seed": event.data["seed"]})

    monkeypatch.setattr(module, "grow", grow, raising=False)
    plant(monkeypatch, reactions={"Sown": "famekeeda.events.recording.grow"})
    mara = factories.user("mara")

    with recording(by=mara) as record:
        record(SOWN, "spring", WHEAT)

    assert stored() == [("Sown", "spring", 1), ("Grew", "spring", 2)]
    assert {event.by for event in Event.objects.all()} == {mara}


def test_a_reaction_hears_what_another_reaction_records(db, monkeypatch):
    def grow(event):
        with recording() as record:
            record(GREW, event.campaign_id, {"seed": event.data["seed"]})

    monkeypatch.setattr(module, "grow", grow, raising=False)
    monkeypatch.setattr(module, "praise", lambda event: factories.verdict(event.data["seed"]), raising=False)
    reactions = {"Sown": "famekeeda.events.recording.grow", "Grew": "famekeeda.events.recording.praise"}
    plant(monkeypatch, reactions=reactions)

    with recording() as record:
        record(SOWN, "spring", WHEAT)

    assert stored() == [("Sown", "spring", 1), ("Grew", "spring", 2)]
    assert verdicts() == ["Wheat"]


def test_a_reaction_that_raises_takes_the_change_with_it(db, monkeypatch):
    def wither(event):
        raise Hail

    monkeypatch.setattr(module, "wither", wither, raising=False)
    plant(monkeypatch, reactions={"Sown": "famekeeda.events.recording.wither"})

    with pytest.raises(Hail), recording() as record:
        factories.verdict("ana")
        record(SOWN, "spring", WHEAT)

    assert (stored(), verdicts()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_apps_are_woken_once_the_events_are_committed_and_not_otherwise(monkeypatch):
    woken = []
    monkeypatch.setattr(module, "ring", lambda: woken.append(Event.objects.count()), raising=False)
    plant(monkeypatch, woken_by_events="famekeeda.events.recording.ring")

    with recording():
        pass
    with suppress(Hail), transaction.atomic():
        with recording() as record:
            record(SOWN, "spring", WHEAT)
        raise Hail
    assert woken == []
    with transaction.atomic():
        with recording() as record:
            record(SOWN, "spring", WHEAT)
        assert woken == []
    assert woken == [1]


def in_threads(number: int, work) -> None:
    """Runs `work(index)` in that many threads at once, each with its own connection, and raises what they raise."""

    def run(index: int) -> None:
        try:
            work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(run, range(number)))


def gaps() -> dict[str, list[int]]:
    """The sequences of each campaign that are not 1, 2, 3 and so on in the order of their times."""
    numbers: dict[str, list[int]] = {}
    for campaign_id, sequence in Event.objects.order_by("at").values_list("campaign_id", "sequence"):
        numbers.setdefault(campaign_id, []).append(sequence)
    return {campaign: found for campaign, found in numbers.items() if found != list(range(1, len(found) + 1))}


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_of_one_campaign_leave_no_gap_and_no_double_although_some_roll_back():
    def write(index: int) -> None:
        chance = random.Random(index)
        for _ in range(20):
            with suppress(Hail), transaction.atomic():
                with recording() as record:
                    for _ in range(chance.randint(1, 3)):
                        record(SOWN, "spring", {"seed": str(index), "depth": ""})
                if chance.random() < 0.3:
                    raise Hail  # after the counter was taken

    in_threads(20, write)

    number = Event.objects.count()
    assert number > 400
    assert gaps() == {}
    assert EventCounter.objects.get().sequence == number


@pytest.mark.django_db(transaction=True)
def test_bulk_work_on_the_same_campaigns_in_opposite_order_does_not_deadlock():
    campaigns = [f"campaign_{number}" for number in range(12)]

    def write(index: int) -> None:
        for _ in range(15):
            with recording() as record:
                for campaign_id in campaigns if index % 2 else reversed(campaigns):
                    with recording() as inner:
                        inner(SOWN, campaign_id, WHEAT)
                record(SOWN, "", WHEAT)

    in_threads(8, write)

    assert Event.objects.exclude(campaign_id="").count() == 8 * 15 * 12
    assert {campaign for campaign in gaps() if campaign} == set()
    assert set(EventCounter.objects.values_list("sequence", flat=True)) == {120}


def test_every_type_of_the_project_tells_its_example():
    assert check_event_types() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (EventType("Sown", "Again", "", {}), "The event type Sown has the name of another type."),
        (EventType("A day", "", "", {}), "The event type A day needs a name of letters, digits and underscores."),
        (EventType("Mown", "", "", {"influencerID": "ana"}), "The event type Mown names a creator under influencerID,"),
        (EventType("Mown", "", "{grass}", {}), "The event type Mown cannot tell its example: KeyError('grass')."),
        (EventType("Mown", "", "", {"a": float("nan")}), "The event type Mown cannot tell its example: ValueError("),
        (EventType("Mown", "", "", {"a": object()}), "The event type Mown cannot tell its example: TypeError("),
        (
            EventType("Mown", "", "", {}, confidential={"fee": "garden.view_fee"}),
            "The event type Mown hides fee, which its example does not have.",
        ),
        (
            EventType("Mown", "", lambda data: data["fee"].upper(), {"fee": "3"}, confidential={"fee": "a.view_fee"}),
            "The event type Mown cannot tell its example: AttributeError(",
        ),
    ],
)  # fmt: skip
def test_the_system_check_names_a_type_that_is_wrong(monkeypatch, wrong, said):
    plant(monkeypatch, SOWN, wrong)

    (error,) = check_event_types()

    assert error.msg.startswith(said)


def test_a_type_tells_its_title_where_the_data_is_not_as_the_text_needs_it():
    assert SOWN.said(WHEAT) == "Wheat was sown, 3 cm deep"
    assert SOWN.said({"seed": "Wheat", "depth": None}) == "Wheat was sown, – deep"
    assert SOWN.said({}) == "Something was sown"
