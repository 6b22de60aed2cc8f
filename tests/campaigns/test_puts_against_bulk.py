"""PUTs of creators, twice at once and against those who change many: none waits in a circle, none counts twice."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connections
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from campaigns.models import Campaign, Collaboration
from famekeeda.events.recording import recording
from famekeeda.models import Event
from tests import factories

ROUNDS, APART_SECONDS = int(os.environ.get("ROUNDS", "5")), 0.002  # ROUNDS=30 takes half a minute
CREATORS = ["ana", "ben", "cleo"]


@pytest.fixture
def at_once(transactional_db):
    """Runs the works in threads of their own, the second one a little after the first, and returns what they return."""

    def in_thread(work, delay):
        time.sleep(delay)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:

        def run(*works):
            waiting = [pool.submit(in_thread, work, number * APART_SECONDS) for number, work in enumerate(works)]
            return [each.result(30) for each in waiting]

        yield run


def put(mara, campaign, creator="ana", **fields):
    headers = {"Authorization": f"Bearer {AccessToken.for_user(mara)}"}
    path = f"/campaigns/{campaign}/creators/{creator}"
    return Client(headers=headers).put(path, fields, content_type="application/json").status_code


def set_all(campaign, state):
    with recording(by=None):
        for each in Collaboration.objects.locked_together(campaign, CREATORS):
            each.change(by=None, state=state)


def joined(campaign):
    events = Event.objects.filter(campaign_id=campaign, type="CreatorStateChanged", data__before=None)
    return Counter(event.data["influencerId"] for event in events)


def test_two_puts_of_one_creator_make_one_creator_and_one_event(at_once, mara):
    for number in range(ROUNDS):
        spring = factories.campaign(f"spring-{number}", status="active", currency="EUR").pk

        answers = at_once(*[partial(put, mara, spring, fee="400.00", state="agreed")] * 2)

        assert sorted(answers) == [200, 201]
        assert joined(spring) == {"ana": 1}
        assert Event.objects.filter(campaign_id=spring, type="CreatorUpdated").count() == 1


def test_a_put_against_those_who_add_and_move_all_creators(at_once, mara):
    for number in range(ROUNDS):
        campaign = factories.campaign(f"spring-{number}", status="active", currency="EUR")
        spring = campaign.pk

        answers = at_once(
            partial(Collaboration.objects.engage_all, campaign, CREATORS, by=None),
            partial(put, mara, spring, "cleo", fee="400.00"),
            partial(set_all, spring, "contacted"),
            partial(put, mara, spring, "ana", note="typed"),
        )

        assert {answers[1], answers[3]} <= {200, 201}
        assert joined(spring) == dict.fromkeys(CREATORS, 1)
        sequences = Event.objects.filter(campaign_id=spring).order_by("sequence").values_list("sequence", flat=True)
        assert list(sequences) == list(range(1, len(sequences) + 1))


def test_a_put_against_the_campaigns_end_comes_before_it_or_is_refused(at_once, mara):
    for number in range(ROUNDS):
        campaign = factories.campaign(f"spring-{number}", status="active", currency="EUR")
        spring = campaign.pk
        factories.collaboration(campaign, "ben", state="agreed", fee=400, currency="EUR")

        answers = at_once(
            partial(put, mara, spring, "ana"),
            partial(Campaign.objects.get(pk=spring).change, by=None, status="completed"),
            partial(put, mara, spring, "ben", fee="500.00", state="briefed"),
        )

        assert (answers[0] in (201, 409), answers[1], answers[2] in (200, 409)) == (True, True, True)
        types = [event.type for event in Event.objects.filter(campaign_id=spring).order_by("sequence")]
        assert types[-1] == "CampaignUpdated"
        assert types.count("CreatorStateChanged") == (answers[0] == 201) + (answers[2] == 200)
