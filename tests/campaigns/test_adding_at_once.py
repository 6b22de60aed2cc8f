"""Two people add creators at the same moment: each handle goes to one creator, and each creator gets an id."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from campaigns.models import Account, Creator
from tests import factories
from tests.campaigns.test_actions import in_thread
from tests.dev.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/campaigns/creator/add/"


@pytest.fixture
def two():
    """Two people who have signed in, since signing in locks the user."""
    clients = [Client(), Client()]
    for client, name in zip(clients, ("ken", "mara"), strict=True):
        client.force_login(factories.user(name, is_staff=True, is_superuser=True))
    return clients


def add(client, **fields):
    return client.post(ADD, {"revision": "0"} | fields)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_of_two_who_give_one_handle_to_two_creators_the_second_is_refused(two):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = add(two[0], influencer_id="sh1", handle_instagram="SameHandle")
            second = pool.submit(in_thread, add, two[1], influencer_id="sh2", handle_instagram="samehandle")
            wait_until(somebody_waits, 30)
        answer = second.result(30)

    assert (first.status_code, answer.status_code) == (302, 400)
    assert "sh1 has this handle already, with the id sh1." in answer.content.decode()
    assert list(Account.objects.values_list("creator", "handle")) == [("sh1", "SameHandle")]


def test_two_who_add_the_same_name_without_an_id_get_an_id_each(two):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = add(two[0], name="Ana Silva")
            second = pool.submit(in_thread, add, two[1], name="Ana Silva")
            wait_until(somebody_waits, 30)
        answer = second.result(30)

    assert (first.headers["Location"], answer.headers["Location"]) == (
        "/admin/creator/ana-silva/",
        "/admin/creator/ana-silva-2/",
    )
    assert Creator.objects.count() == 2


def test_handles_on_several_platforms_are_held_in_one_order():
    def hold(*handles):
        with transaction.atomic():
            Creator.objects.hold_handles(dict(handles))

    with ThreadPoolExecutor(2) as pool:
        pairs = ("x", "ana"), ("tiktok", "ana")
        held = [pool.submit(in_thread, hold, *pairs[::step]) for step in (1, -1) * 100]
        assert [each.result(30) for each in held] == [None] * 200
