"""What is done with several creators of a campaign at once: one message, an event for each, and no deadlock."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.messages import get_messages
from django.db import connection

from campaigns.actions import SetState
from campaigns.models import Collaboration, Deliverable
from famekeeda.events.models import Event
from famekeeda.events.recording import recording
from tests import factories
from tests.campaigns.test_campaigns import recorded
from tests.campaigns.test_story import member, text
from tests.dev.processes import wait_until

pytestmark = pytest.mark.django_db

BACK = "/admin/campaign/spring/#creators"


@pytest.fixture
def spring(client):
    member(client)
    return factories.campaign("spring", status="active")


def act(client, action, creators, campaign_id="spring", **fields):
    asked = {"action": action, "confirmed": "1", "of_campaign": campaign_id, "influencer": creators, "next": BACK}
    return client.post("/admin/act/", asked | fields)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def states() -> dict[str, str]:
    return dict(Collaboration.objects.values_list("influencer_id", "state"))


def test_forty_creators_change_their_state_in_one_go_with_forty_events_and_one_message(client, spring):
    forty = [f"creator_{number}" for number in range(40)]
    for creator in forty:
        factories.collaboration(spring, creator)

    answer = act(client, "set-state", forty, state="contacted")

    assert said(answer) == ["40 creators are contacted now."]
    assert answer["Location"] == BACK
    assert set(states().values()) == {"contacted"}
    assert list(Event.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 41))
    assert Event.objects.values("batch").distinct().count() == 1


def test_creators_to_whom_the_state_does_not_follow_are_named_and_stay(client, spring):
    factories.creator("ana", "Ana Silva")
    for creator, state in (("ana", "paid"), ("ben", "contacted"), ("cleo", "agreed"), ("dora", "declined")):
        factories.collaboration(spring, creator, state=state)

    answer = act(client, "set-state", ["dora", "cleo", "ben", "ana", "stranger"], state="agreed")

    assert said(answer) == [
        "1 creator is agreed now. No fee is set yet: ben. 1 was already. "
        "Left as they are, since after paid comes posted: Ana Silva. "
        "Left as they are, since after declined comes shortlisted or contacted: dora. 1 was not in the campaign."
    ]
    assert states() == {"ana": "paid", "ben": "agreed", "cleo": "agreed", "dora": "declined"}


def test_where_the_state_follows_to_nobody_the_form_stays_and_says_why(client, spring):
    factories.collaboration(spring, "ana", state="paid")

    answer = act(client, "set-state", ["ana"], state="agreed")

    assert answer.status_code == 200
    assert "Left as they are, since after paid comes posted: ana." in text(answer)
    assert "None of them is in the campaign." in text(act(client, "set-state", ["ben"], state="agreed"))
    assert recorded("spring") == []


def test_only_states_that_follow_for_one_of_the_ticked_are_offered(client, spring):
    for creator, state in (("ana", "posted"), ("ben", "paid")):
        factories.collaboration(spring, creator, state=state)

    asked = {"action": "set-state", "of_campaign": "spring", "influencer": ["ana", "ben"], "next": BACK}
    page = client.post("/admin/act/", asked).content.decode()

    assert re.findall(r'<option value="([a-z]+)"', page) == ["briefed", "posted", "paid"]


def test_creators_are_added_to_a_campaign_and_who_is_there_stays(client, spring):
    factories.collaboration(spring, "ana", state="agreed")

    answer = act(client, "add-to-campaign", ["cleo", "ana", "ben"], campaign_id="", campaign="spring")

    assert said(answer) == ["2 creators were added to Spring. 1 was in it already."]
    assert states() == {"ana": "agreed", "ben": "shortlisted", "cleo": "shortlisted"}
    assert [data["influencerId"] for _, data in recorded("spring")] == ["ben", "cleo"]


def test_nobody_is_added_to_a_campaign_that_is_over(client, spring):
    factories.campaign("autumn", status="completed")

    answer = act(client, "add-to-campaign", ["ana"], campaign="autumn")

    assert answer.status_code == 400
    assert "autumn" not in text(answer).lower().partition("choose a campaign")[2]


def test_the_campaign_of_the_table_is_chosen_beforehand(client, spring):
    page = client.post(
        "/admin/act/", {"action": "add-to-campaign", "of_campaign": "spring", "influencer": "ana", "next": BACK}
    )

    assert '<option value="spring" selected>Spring</option>' in page.content.decode()


def test_creators_are_removed_and_who_was_paid_stays_on_record(client, spring):
    factories.creator("ana", "Ana Silva")
    factories.collaboration(spring, "ana", state="paid")
    factories.deliverable(factories.collaboration(spring, "ben", state="agreed"))

    answer = act(client, "remove-from-campaign", ["ana", "ben"])

    assert said(answer) == ["1 creator was removed. Paid, and so left on record: Ana Silva."]
    assert states() == {"ana": "paid"}
    assert recorded("spring") == [("CreatorRemoved", {"influencerId": "ben", "state": "agreed"})]
    assert "Paid, and so left on record: Ana Silva." in text(act(client, "remove-from-campaign", ["ana"]))


@pytest.mark.parametrize(
    "action", ["add-to-campaign", "set-state", "set-fee", "add-deliverable", "remove-from-campaign"]
)
def test_a_reviewer_does_nothing_to_several_creators(client, spring, action):
    member(client, "Reviewer")
    factories.collaboration(spring, "ana")

    assert act(client, action, ["ana"], state="contacted", campaign="spring").status_code == 403
    assert states() == {"ana": "shortlisted"}


def test_the_table_of_creators_offers_the_actions(client, spring):
    factories.collaboration(spring, "ana")

    page = client.get("/admin/campaign/spring/").content.decode()

    for action in ("add-to-campaign", "set-state", "set-fee", "add-deliverable", "remove-from-campaign", "brief"):
        assert f'name="action" value="{action}"' in page


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_creator_holds_only_those_before_in_the_order_of_ids(rf):
    """Two who hold what the other waits for would be a deadlock, whatever the order in which they ticked creators."""
    spring = factories.campaign("spring", status="active")
    for creator in ("cleo", "ben", "ana"):
        factories.collaboration(spring, creator, state="contacted")
    request = rf.post("/admin/act/")
    request.user = factories.user("mara")
    said: list[str] = []

    def agree() -> None:
        try:
            said.append(SetState().run(request, "spring", ["cleo", "ben", "ana"], {"state": "agreed"}))
        finally:
            connection.close()

    with recording(by=None):
        Collaboration.objects.locked_together("spring", ["ana"])
        other = threading.Thread(target=agree)
        other.start()
        wait_until(somebody_waits, 30)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM campaigns_collaboration WHERE influencer_id = 'cleo' FOR UPDATE NOWAIT")
    other.join(30)

    assert said == ["3 creators are agreed now."]


@pytest.mark.django_db(transaction=True)
def test_a_creator_who_is_removed_meanwhile_is_not_in_the_campaign(rf):
    spring = factories.campaign("spring", status="active")
    ana, _ = (factories.collaboration(spring, creator, state="contacted") for creator in ("ana", "ben"))
    request = rf.post("/admin/act/")
    request.user = factories.user("mara")

    with ThreadPoolExecutor(1) as pool:
        with recording(by=None):
            ana.remove(by=None)
            said = pool.submit(in_thread, SetState().run, request, "spring", ["ana", "ben"], {"state": "agreed"})
            wait_until(somebody_waits, 30)

        assert said.result(30) == "1 creator is agreed now. 1 was not in the campaign."


@pytest.mark.django_db(transaction=True)
def test_what_is_added_while_the_creator_is_removed_goes_too():
    ana = factories.collaboration(factories.campaign("spring"), "ana")

    with ThreadPoolExecutor(1) as pool:
        with recording(by=None):
            Deliverable.objects.add(ana, by=None, format="reel")
            removed = pool.submit(in_thread, Collaboration.objects.get().remove, by=None)
            wait_until(somebody_waits, 30)
        removed.result(30)

    assert (Collaboration.objects.count(), Deliverable.objects.count()) == (0, 0)


def in_thread(work, *args, **options):
    """What the work returns, on a connection of its own."""
    try:
        return work(*args, **options)
    finally:
        connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
        return cursor.fetchone()[0] > 0
