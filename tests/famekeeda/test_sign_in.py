"""Signing in with a password: guesses are slowed down, their owners are not locked out, readers go on reading."""

import io
import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from famekeeda.accounts import sign_in
from famekeeda.models import SignInCount
from tests import factories

LOGIN = "/admin/login/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fast_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose


@pytest.fixture
def ken(db):
    return factories.user("ken", password=PASSWORD, is_staff=True)


@pytest.fixture
def clock(monkeypatch):
    """The time that signing in goes by, which only the test moves."""

    class Clock:
        now = timezone.now() + timedelta(seconds=1)

        def wait(self, **span):
            self.now += timedelta(**span)

    clock = Clock()
    monkeypatch.setattr(sign_in.timezone, "now", lambda: clock.now)
    return clock


def token(client, password, name="ken", address="192.0.2.1"):
    body = {"username": name, "password": password}
    return client.post("/token", body, "application/json", REMOTE_ADDR=address)


def log_in(client, password, name="ken", path=LOGIN, **options):
    """As a browser's form does."""
    form = urlencode({"username": name, "password": password})
    return client.post(path, form, "application/x-www-form-urlencoded", REMOTE_ADDR="192.0.2.1", **options)


def guess(client, times, **options):
    return [token(client, f"wrong {number}", **options).status_code for number in range(times)]


def test_spaces_around_a_password_are_a_part_of_it(client, db):
    factories.user("ken", password=" two spaces ", is_staff=True)

    assert token(client, "two spaces").status_code == 401
    assert token(client, " two spaces ").status_code == 200
    assert log_in(client, " two spaces ").status_code == 302


def test_after_five_wrong_passwords_the_next_has_to_wait(client, ken, clock):
    assert guess(client, 5) == [401] * 5

    refused = token(client, PASSWORD)

    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "1"
    assert refused.json()["detail"] == "Too many attempts to sign in failed. Try again in 1 second."


def test_waits_grow_up_to_a_quarter_of_an_hour_and_end(client, ken, clock):
    guess(client, 5)
    waits = []
    for _ in range(12):
        waits.append(int(token(client, "wrong")["Retry-After"]))
        clock.wait(seconds=waits[-1])
        assert token(client, "wrong").status_code == 401

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    clock.wait(minutes=15)
    assert token(client, PASSWORD).status_code == 200


def test_what_is_refused_is_not_counted_so_that_hammering_locks_nobody_out(client, ken, clock):
    guess(client, 5)
    assert guess(client, 50) == [429] * 50

    clock.wait(seconds=1)

    assert token(client, PASSWORD).status_code == 200


def test_the_right_password_forgets_the_wrong_ones_before_it(client, ken, clock):
    assert guess(client, 4) == [401] * 4
    assert token(client, PASSWORD).status_code == 200
    assert guess(client, 4) == [401] * 4


def test_a_day_without_an_attempt_forgets_the_failures(client, ken, clock):
    guess(client, 5)
    clock.wait(days=1, minutes=1)
    assert guess(client, 5) == [401] * 5


def test_an_address_that_tries_many_names_has_to_wait(client, ken, clock):
    assert [token(client, "wrong", name=f"name{number}").status_code for number in range(30)] == [401] * 30
    assert token(client, PASSWORD).status_code == 429
    assert token(client, PASSWORD, address="198.51.100.7").status_code == 200


def test_addresses_of_one_ipv6_network_count_together(client, ken, clock):
    addresses = [f"2001:db8:1:2::{number}" for number in range(1, 31)]
    for number, address in enumerate(addresses):
        token(client, "wrong", name=f"name{number}", address=address)
    assert token(client, PASSWORD, address="2001:db8:1:2::ffff").status_code == 429
    assert token(client, PASSWORD, address="2001:db8:1:3::1").status_code == 200


def test_a_name_that_many_addresses_try_waits_but_not_where_its_owner_signed_in_lately(client, ken, clock):
    assert token(client, PASSWORD, address="198.51.100.7").status_code == 200
    for number in range(31):
        token(client, "wrong", address=f"203.0.113.{number}")

    assert token(client, PASSWORD, address="192.0.2.1").status_code == 429
    assert token(client, PASSWORD, address="198.51.100.7").status_code == 200
    clock.wait(minutes=1)
    assert token(client, PASSWORD, address="192.0.2.1").status_code == 200


def test_waits_of_a_name_that_many_addresses_try_grow_up_to_a_minute(client, ken, clock):
    addresses = (f"203.0.113.{number}" for number in range(256))
    assert [token(client, "wrong", address=next(addresses)).status_code for _ in range(30)] == [401] * 30
    waits = []
    for _ in range(8):
        waits.append(int(token(client, "wrong", address=next(addresses))["Retry-After"]))
        clock.wait(seconds=waits[-1])
        assert token(client, "wrong", address=next(addresses)).status_code == 401

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(("days", "expected"), [(29, 200), (31, 429)])
def test_where_somebody_signed_in_is_remembered_for_thirty_days(client, ken, clock, days, expected):
    assert token(client, PASSWORD, address="198.51.100.7").status_code == 200
    clock.wait(days=days)
    for number in range(30):
        token(client, "wrong", address=f"203.0.113.{number}")
    assert token(client, PASSWORD, address="198.51.100.7").status_code == expected


def test_right_passwords_of_an_office_do_not_count_for_its_address(client, db, clock):
    names = [f"name{number}" for number in range(35)]
    for name in names:
        factories.user(name, password=PASSWORD)
    assert [token(client, PASSWORD, name=name).status_code for name in names] == [200] * 35


def test_a_right_password_makes_nobody_wait_at_an_address_of_many_failures(client, ken, clock):
    factories.user("lea", password=PASSWORD)
    for number in range(32):
        token(client, "wrong", name=f"nobody{number}")
        clock.wait(minutes=1)
    assert token(client, PASSWORD).status_code == 200
    assert token(client, PASSWORD, name="lea").status_code == 200


def test_right_passwords_do_not_count_for_the_name_that_gives_them_at_many_addresses(client, ken, clock):
    addresses = [f"203.0.113.{number}" for number in range(35)]
    assert [token(client, PASSWORD, address=address).status_code for address in addresses] == [200] * 35


def test_the_api_and_the_admin_share_the_count(client, ken, clock):
    guess(client, 5)

    page = log_in(client, PASSWORD)

    assert (page.status_code, page["Retry-After"]) == (429, "1")
    assert "Too many attempts to sign in failed. Try again in 1 second." in page.content.decode()


def test_wrong_passwords_at_the_admin_count_at_the_api(client, ken, clock):
    for _ in range(5):
        assert log_in(client, "x").status_code == 200
    assert token(client, PASSWORD).status_code == 429


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 401)])
def test_only_addresses_that_our_proxies_wrote_are_believed(client, ken, clock, settings, proxies, last):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
    statuses = [
        client.post(
            "/token",
            {"username": "ken", "password": "wrong"},
            "application/json",
            headers={"X-Forwarded-For": f"8.8.8.{number}, 192.0.2.{number if number == 5 else 1}"},
        ).status_code
        for number in range(6)
    ]
    assert statuses == [401] * 5 + [last]


def test_a_forged_address_before_the_proxys_changes_nothing(client, ken, clock, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    statuses = [
        client.post(
            "/token",
            {"username": "ken", "password": "wrong"},
            "application/json",
            headers={"X-Forwarded-For": f"8.8.8.{number}, 192.0.2.1"},
        ).status_code
        for number in range(6)
    ]
    assert statuses == [401] * 5 + [429]


def test_a_failure_is_logged_with_address_and_name_and_never_the_password(client, ken, caplog):
    token(client, "hunter2 hunter2")

    line = next(record.msg for record in caplog.records if record.name == "famekeeda.accounts.sign_in")
    assert (line["event"], line["address"], line["name"]) == ("sign_in_failed", "192.0.2.1", "ken")
    assert "hunter2" not in str([record.__dict__ for record in caplog.records])


def test_nothing_that_was_typed_is_stored(client, ken):
    token(client, "wrong", name="my password, typed into the wrong field")
    assert sorted(len(count.key) for count in SignInCount.objects.all()) == [64, 64, 64]


def test_the_throttle_can_be_switched_off(client, ken, settings):
    settings.SIGN_IN_THROTTLE = False
    assert guess(client, 7) == [401] * 7


def test_counts_that_decide_nothing_are_pruned(client, ken, clock):
    guess(client, 1)
    clock.wait(days=31)
    call_command("prune", stdout=io.StringIO())
    assert not SignInCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_sign_in_at_once_few_wait_and_one_hashes(client, monkeypatch):
    factories.user("ken", password=PASSWORD)
    hashing, most, gate = [], [], threading.Event()

    def slow(self, request, username=None, password=None, **kwargs):
        hashing.append(username)
        most.append(len(hashing))
        gate.wait(20)
        hashing.pop()

    monkeypatch.setattr(sign_in.ModelBackend, "authenticate", slow)
    statuses: list[int] = []

    def sign_in_as(number):
        statuses.append(token(client, "x", name=f"name{number}", address=f"192.0.2.{number}").status_code)
        connection.close()

    threads = [threading.Thread(target=sign_in_as, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    while len(statuses) < 12:  # refused at once
        threads[-1].join(0.05)
    gate.set()
    for thread in threads:
        thread.join()

    assert max(most) == 1
    assert sorted(statuses) == [401] * 8 + [429] * 12


def test_who_is_added_to_a_group_in_the_admin_gets_to_the_start_page(admin_client, client, db):
    marketing = Group.objects.get(name="Marketing")
    new = {"username": "mara", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert admin_client.post("/admin/auth/user/add/", new).status_code == 302
    mara = marketing.user_set.model.objects.get(username="mara")
    groups = {"username": "mara", "is_active": "on", "groups": [marketing.pk]}
    assert admin_client.post(f"/admin/auth/user/{mara.pk}/change/", groups).status_code == 302

    start = log_in(client, PASSWORD, "mara", f"{LOGIN}?next=/admin/", follow=True)

    assert start.redirect_chain == [("/admin/", 302)]
    assert "Upload an export" in start.content.decode()
    assert client.get("/admin/auth/user/").status_code == 403


def test_who_is_in_no_group_is_told_what_is_missing(client, db):
    factories.user("mara", password=PASSWORD)

    page = log_in(client, PASSWORD, "mara").content.decode()

    assert "mara belongs to no group yet." in page
    assert client.get("/admin/").status_code == 302
