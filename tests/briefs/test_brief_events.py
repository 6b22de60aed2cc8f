"""The events of briefs: written, approved and rejected, each in the transaction of the change."""

import pytest

from briefs.generation import chain
from briefs.models import Brief, Decision
from famekeeda.events.models import Event
from tests import factories
from tests import fake_llm as model
from tests.briefs.writing import claimed_brief, written

pytestmark = pytest.mark.usefixtures("catalogues")


def events() -> list[tuple]:
    rows = Event.objects.order_by("id").values_list("type", "campaign_id", "sequence", "data__briefId", "data__note")
    return list(rows)


def test_a_written_brief_is_announced_in_its_campaign(fake_llm):
    brief = written(campaign_id="spring", influencer_id="ana")

    event = Event.objects.get()
    assert (event.type, event.campaign_id, event.sequence) == ("BriefReady", "spring", 1)
    assert event.data == {
        "briefId": brief.pk,
        "influencerId": "ana",
        "brand": "Nike",
        "product": "Air Max",
        "platform": "instagram",
        "note": "",
    }


def test_a_brief_without_a_campaign_is_announced_too(fake_llm):
    brief = written()

    assert events() == [("BriefReady", "", None, brief.pk, "")]


def test_a_brief_that_fails_or_that_another_worker_took_over_announces_nothing(fake_llm):
    fake_llm.always(model.refusal)
    chain.write(claimed_brief())
    fake_llm.always()
    taken = claimed_brief(product="Pegasus")
    Brief.objects.filter(pk=taken.pk).update(owner=None)
    chain.write(taken)

    assert events() == []


def test_approval_and_rejection_say_who_decided_and_why(db):
    rita = factories.user("rita")
    good, bad = (factories.brief(campaign_id="spring", influencer_id="ana", product=name) for name in ("A", "B"))

    assert good.approve(by=rita, revision=0)
    assert bad.reject(by=rita, revision=0, reason="Too loud.")
    assert bad.reopen(by=rita, revision=1)

    assert events() == [
        ("BriefApproved", "spring", 1, good.pk, ""),
        ("BriefRejected", "spring", 2, bad.pk, "Too loud."),
    ]
    assert {event.by for event in Event.objects.all()} == {rita}


def test_a_decision_that_comes_too_late_says_nothing(db):
    brief = factories.brief()
    rita = factories.user("rita")

    assert brief.approve(by=rita, revision=0)
    assert not brief.reject(by=rita, revision=0, reason="Too loud.")

    assert [type for type, *_ in events()] == ["BriefApproved"]


@pytest.fixture
def no_events(monkeypatch):
    """Events cannot be stored."""

    def refuse(events):
        raise OSError

    monkeypatch.setattr("famekeeda.events.recording.store_now", refuse)


def test_a_brief_whose_event_cannot_be_stored_is_not_ready(fake_llm, no_events):
    brief = claimed_brief()

    with pytest.raises(OSError):
        chain.write(brief)

    assert Brief.objects.get().state == "running"


def test_a_decision_whose_event_cannot_be_stored_is_not_taken(db, no_events):
    brief = factories.brief()

    with pytest.raises(OSError):
        brief.approve(by=factories.user("rita"), revision=0)

    brief.refresh_from_db()
    assert (brief.review, Decision.objects.count()) == ("pending", 0)
