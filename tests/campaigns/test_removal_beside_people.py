"""A creator who is forgotten and demo data that go, beside people who change the same: nobody waits in a circle."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from briefs.models import Brief
from campaigns.models import Account, Collaboration, Creator, Deliverable
from famekeeda.events.recording import recording
from famekeeda.keeping import demo, forgetting
from tests import factories
from tests.campaigns.test_actions import in_thread, somebody_waits
from tests.dev.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def forget() -> None:
    forgetting.forget("ana", by="mara")


removals = pytest.mark.parametrize("remove", [forget, demo.remove])


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def part():
    return factories.collaboration(factories.campaign("spring", status="active", is_sample=True), "ana", state="agreed")


@removals
def test_a_deliverable_is_changed_by_who_holds_the_creator_before_it_goes(part, remove):
    reel = factories.deliverable(part)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            part.locked()
            removed = pool.submit(in_thread, remove)
            wait_until(somebody_waits, 30)
            reel.change(by=None, note="By noon")
        removed.result(30)

    assert (Collaboration.objects.count(), Deliverable.objects.count()) == (0, 0)


@removals
def test_an_account_is_changed_by_who_holds_the_profile_before_it_goes(remove):
    ana = factories.creator("ana", is_sample=True)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ana.locked()
            removed = pool.submit(in_thread, remove)
            wait_until(somebody_waits, 30)
            Account.objects.filter(creator=ana).update(followers=13_000)
        removed.result(30)

    assert (Creator.objects.count(), Account.objects.count()) == (0, 0)


def test_a_profile_that_somebody_changes_while_the_demo_data_go_is_the_teams(part):
    ana = factories.creator("ana", is_sample=True)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ana.change(by=None, accounts=[{"platform": "instagram", "followers": 13_000}])
            removed = pool.submit(in_thread, demo.remove)
            wait_until(somebody_waits, 30)
        removed.result(30)

    assert list(Creator.objects.values_list("pk", "is_sample", "accounts__followers")) == [("ana", False, 13_000)]


@removals
def test_a_brief_is_approved_by_who_holds_it_before_it_goes(part, remove):
    brief = factories.brief(campaign_id="spring", influencer_id="ana")

    with ThreadPoolExecutor(1) as pool:
        with recording(by=None):
            Brief.objects.select_for_update().get(pk=brief.pk)
            removed = pool.submit(in_thread, remove)
            wait_until(somebody_waits, 30)
            part.change(by=None, state="briefed")
        removed.result(30)

    assert not Collaboration.objects.exists()


def test_a_deliverable_that_names_a_creator_who_is_forgotten_waits_for_its_own_creator(part):
    ben = factories.collaboration(part.campaign, "ben")
    reel = factories.deliverable(ben, note="Together with ana")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ben.locked()
            removed = pool.submit(in_thread, forget)
            wait_until(somebody_waits, 30)
            reel.locked()
            part.campaign.as_it_stays()
        removed.result(30)

    assert Deliverable.objects.get().note == "Together with [forgotten creator]"
