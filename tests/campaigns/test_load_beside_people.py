"""A load of profiles beside people who write the same profiles: both wait for each other in one order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest
from django.db import connection, transaction
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from campaigns.models import Creator
from loads.models import Load
from tests import factories
from tests.dev.processes import wait_until
from tests.loads.loading import load_text

pytestmark = pytest.mark.django_db(transaction=True)

CREATORS = [f"creator_{number:03}" for number in range(300)]


def lines(name: str) -> str:
    return "influencerId,name,platform,handle\n" + "".join(f"{each},{name},tiktok,{each}\n" for each in CREATORS)


def load(name: str) -> Load:
    try:
        return load_text(lines(name), kind="creators", max_rejects="")
    finally:
        connection.close()


def test_a_load_waits_for_who_has_locked_a_profile_and_writes_it_then():
    factories.creator("creator_000", "Before")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            creator = Creator.objects.get(pk="creator_000").locked()
            loading = pool.submit(load, "Loaded")

            def is_waiting() -> bool:
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                return bool(cursor.fetchone()[0])

            wait_until(is_waiting, 30)
            creator.change(by=None, name="Typed")
        ended = loading.result(30)

    assert (ended.state, ended.error) == ("loaded", "")
    assert Creator.objects.get(pk="creator_000").name == "Loaded"


def test_a_load_beside_people_who_put_the_same_profiles_ends_loaded():
    assert load("First").state == "loaded"
    token = AccessToken.for_user(
        factories.user(
            "mara", *(f"campaigns.{right}" for right in ("view_creator", "add_creator", "change_creator", "view_fee"))
        )
    )
    is_over, begun = threading.Event(), threading.Barrier(4)

    def keep_putting(number: int) -> set[int]:
        client, statuses = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"}), set()
        try:
            begun.wait(30)
            for turn, each in enumerate(cycle(CREATORS[number::3])):
                if is_over.is_set():
                    return statuses
                answer = client.put(f"/creators/{each}", {"name": f"Put {turn}"}, content_type="application/json")
                statuses.add(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as people:
        answers = [people.submit(keep_putting, number) for number in range(3)]
        begun.wait(30)
        try:
            ended = [load(f"Load {number}") for number in range(10)]
        finally:
            is_over.set()
        assert [(each.state, each.error) for each in ended] == [("loaded", "")] * 10
        assert [answer.result(30) for answer in answers] == [{200}] * 3
