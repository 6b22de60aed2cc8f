"""What follows in a campaign from what other apps record: an approved brief makes an agreed creator briefed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from briefs.models import Brief
from campaigns.models import Collaboration
from famekeeda.events.recording import recording
from famekeeda.models import Event
from tests import factories
from tests.campaigns.test_actions import in_thread, somebody_waits
from tests.dev.processes import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def brief():
    return factories.brief(campaign_id="spring", influencer_id="ana")


def approve(client, brief) -> None:
    page = f"/admin/briefs/brief/{brief.pk}/decide/"
    client.post(page, {"action": "approve", "revision": brief.revision})
    assert Brief.objects.get(pk=brief.pk).review == "approved"


def test_an_agreed_creator_is_briefed_once_a_brief_is_approved(reviewer, ana, brief):
    approve(reviewer, brief)
    ana.refresh_from_db()
    assert ana.state == "briefed"
    assert list(Event.objects.order_by("sequence").values_list("type", "sequence", "by__username")) == [
        ("BriefApproved", 1, "rita"), ("CreatorStateChanged", 2, "rita"),
    ]  # fmt: skip
    assert Event.objects.get(sequence=2).data == {
        "influencerId": "ana", "before": "agreed", "after": "briefed", "because": "a brief was approved",
    }  # fmt: skip
    assert len(set(Event.objects.values_list("batch", flat=True))) == 1


@pytest.mark.parametrize("state", ["shortlisted", "contacted", "posted", "paid", "declined"])
def test_a_creator_in_another_state_stays_there(reviewer, ana, brief, state):
    Collaboration.objects.update(state=state)
    approve(reviewer, brief)
    ana.refresh_from_db()
    assert ana.state == state
    assert [event.type for event in Event.objects.all()] == ["BriefApproved"]


def test_a_brief_for_another_campaign_creator_or_for_nobody_changes_no_state(reviewer, ana):
    for about in ({"campaign_id": "autumn", "influencer_id": "ana"}, {"campaign_id": "spring"},
                  {"campaign_id": "spring", "influencer_id": "ben"}, {"influencer_id": "ana"}, {}):  # fmt: skip
        approve(reviewer, factories.brief(**about))
    ana.refresh_from_db()
    assert ana.state == "agreed"


def test_a_rejected_brief_briefs_nobody(reviewer, ana, brief):
    sent = {"action": "reject", "revision": brief.revision, "reason": "Too loud"}
    reviewer.post(f"/admin/briefs/brief/{brief.pk}/decide/", sent)
    ana.refresh_from_db()
    assert (Brief.objects.get().review, ana.state) == ("rejected", "agreed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["posted", "declined", None])
def test_what_somebody_changes_while_the_brief_is_approved_stays(client, ana, brief, state):
    client.force_login(factories.user("rita", is_staff=True, is_superuser=True))
    with ThreadPoolExecutor(1) as pool:
        with recording(by=None):
            ana.change(by=None, state=state) if state else ana.remove(by=None)
            approved = pool.submit(in_thread, approve, client, brief)
            wait_until(somebody_waits, 30)
        approved.result(30)

    assert [each.state for each in Collaboration.objects.all()] == ([state] if state else [])
