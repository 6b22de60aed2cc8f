"""How long events are kept, what becomes of them when a creator is forgotten, and their table in the admin."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from briefs.event_types import BRIEF_APPROVED, BRIEF_REJECTED
from famekeeda.events.models import Event, EventCounter
from famekeeda.events.recording import recording
from famekeeda.events.types import EventType, event_types
from famekeeda.keeping.forgetting import forget
from famekeeda.keeping.retention import prune
from loads.event_types import LOAD_FINISHED
from tests import factories
from tests.famekeeda.happenings import SOWN, plant

TABLE = "/admin/famekeeda/event/"
FEE_AGREED = EventType(
    "FeeAgreed",
    "A fee was agreed",
    "{influencerId} gets {fee}",
    {"influencerId": "ana", "fee": "400.00", "posts": 3},
    confidential={"fee": "loads.delete_load"},
)


@pytest.fixture(autouse=True)
def garden(monkeypatch, db):
    plant(monkeypatch, SOWN, FEE_AGREED)
    yield
    event_types.cache_clear()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_events_are_deleted_after_two_years_and_numbers_go_on():
    for _ in range(3):
        factories.event(SOWN)
    Event.objects.filter(sequence__lte=2).update(at=Now() - timedelta(days=730, hours=1))

    pruned = {entry.what: rows for entry, rows in prune()}
    factories.event(SOWN)

    assert pruned["events"] == 2
    assert list(Event.objects.of("spring").values_list("sequence", flat=True)) == [4, 3]
    assert EventCounter.objects.get().sequence == 4


def test_of_events_about_a_forgotten_creator_only_numbers_stay(admin_user):
    factories.event(FEE_AGREED, by=admin_user, influencerId="bea")
    event = factories.event(FEE_AGREED, by=admin_user)

    evidence = forget("ana", by="mara")

    assert {count.what: count.rows for count in evidence.went} == {"events about the creator": 1}
    kept = Event.objects.get(pk=event.pk)
    assert kept.data == {"influencerId": "[forgotten creator]", "posts": 3}
    assert (kept.type, kept.sequence, kept.by, kept.at) == ("FeeAgreed", 2, admin_user, event.at)
    assert Event.objects.get(sequence=1).data["influencerId"] == "bea"


def test_other_events_lose_each_mention_and_sequences_stay():
    factories.event(BRIEF_REJECTED, influencerId="bea", note="Sounds like ana, or a banana")
    factories.event(LOAD_FINISHED, "", file="ana.csv")
    factories.event(BRIEF_APPROVED, influencerId="ana")
    factories.event(SOWN, seed="ana")

    evidence = forget("ana", by="mara")

    assert {count.what: count.rows for count in evidence.went} == {"events about the creator": 1, "other events": 3}
    assert evidence.remains == []
    assert Event.objects.get(type="BriefRejected").data["note"] == "Sounds like [forgotten creator], or a banana"
    assert Event.objects.get(type="LoadFinished").data["file"] == "[forgotten creator].csv"
    assert list(Event.objects.of("spring").values_list("sequence", flat=True)) == [3, 2, 1]
    with recording() as record:
        record(SOWN, "spring", SOWN.example)
    assert Event.objects.of("spring").first().sequence == 4


def test_an_event_of_a_forgotten_creator_is_told_by_its_title(client):
    factories.event(FEE_AGREED)
    factories.event(BRIEF_APPROVED)
    forget("ana", by="mara")
    client.force_login(factories.user("mara", "famekeeda.view_event"))

    texts = [event["text"] for event in client.get("/events?campaignId=spring&after=0").json()]

    assert texts == ["A fee was agreed", "A brief was approved"]


def test_the_table_tells_what_happened_and_is_filtered_by_campaign_and_type(admin_client):
    factories.event(SOWN, "spring", seed="Oats")
    factories.event(SOWN, "autumn", seed="Rye")
    factories.event(FEE_AGREED, "spring")
    factories.event(SOWN, "", seed="Barley")

    def seen(query: str) -> list[str]:
        page = text(admin_client.get(f"{TABLE}{query}"))
        return [seed for seed in ("Oats", "Rye", "ana gets 400.00", "Barley") if seed in page]

    assert seen("") == ["Oats", "Rye", "ana gets 400.00", "Barley"]
    assert seen("?campaign_id=spring") == ["Oats", "ana gets 400.00"]
    assert seen("?campaign_id=spring&type=Sown") == ["Oats"]
    assert seen("?type=FeeAgreed") == ["ana gets 400.00"]


def test_table_and_page_of_an_event_hide_confidential_values(client):
    event = factories.event(FEE_AGREED)
    client.force_login(factories.user("mara", "famekeeda.view_event", is_staff=True))

    for path in (TABLE, f"{TABLE}{event.pk}/change/"):
        page = text(client.get(path))
        assert "ana gets –" in page
        assert "400.00" not in page
    client.force_login(factories.user("olga", "famekeeda.view_event", "loads.delete_load", is_staff=True))
    assert "400.00" in text(client.get(f"{TABLE}{event.pk}/change/"))


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_events_are_neither_added_nor_deleted_by_hand(admin_client, path):
    event = factories.event(SOWN)

    assert admin_client.get(TABLE + path.format(pk=event.pk)).status_code == 403


def test_an_event_is_never_changed_by_hand(admin_client):
    event = factories.event(SOWN)

    assert admin_client.post(f"{TABLE}{event.pk}/change/", {"type": "Rained"}).status_code == 403
    assert Event.objects.get().type == "Sown"


def test_the_table_takes_few_queries(admin_client, django_assert_max_num_queries):
    for number in range(60):
        factories.event(FEE_AGREED, f"campaign_{number}", influencerId=f"creator_{number}")

    with django_assert_max_num_queries(14):
        admin_client.get(TABLE)
