"""Long-lived tokens: by the API, on their page in the admin, by the command; what ends them, what nobody sees."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from famekeeda.models import Token
from tests import factories

PAGE = "/admin/tokens/"


@pytest.fixture
def ken(db):
    return factories.user("ken", "loads.view_load", is_staff=True)


@pytest.fixture
def session(client, ken):
    client.force_login(ken)
    return client


def use(client, token, method="get", path="/loads", *body):
    return getattr(client, method)(path, *body, headers={"Authorization": f"Token {token}"})


def make(client, token=None, **fields):
    headers = {"Authorization": f"Token {token}"} if token else {}
    return client.post("/tokens", fields, "application/json", headers=headers)


def test_a_token_works_until_it_is_revoked(session, client):
    made = make(session, name="nightly load", days=30)
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    token = made.json()["token"]
    session.logout()
    assert use(client, token).status_code == 200
    listed = use(client, token, path="/tokens").json()
    assert [(row["name"], "token" in row) for row in listed] == [("nightly load", False)]
    assert use(client, token, "delete", f"/tokens/{made.json()['id']}").status_code == 204
    assert use(client, token).status_code == 401
    assert LogEntry.objects.filter(action_flag=3).count() == 1


def test_a_token_may_not_outlive_the_token_that_makes_it(client, ken):
    token = Token.objects.make(ken, days=10)[1]
    refused = make(client, token, days=11)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["days"])
    assert make(client, token, days=9).status_code == 201
    endless = make(client, token).json()
    assert endless["expires"] == use(client, token, path="/tokens").json()[-1]["expires"]


def test_a_token_is_revoked_with_the_token_that_made_it(client, ken):
    row, token = Token.objects.make(ken)
    offspring = make(client, token).json()["token"]
    assert use(client, offspring).status_code == 200
    row.revoke(ken)
    assert use(client, offspring).status_code == 401


def test_a_key_for_repeats_is_refused_because_the_answer_is_kept_nowhere(session):
    answer = session.post("/tokens", {}, "application/json", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])
    assert not Token.objects.exists()


def test_an_unknown_field_is_refused(session):
    answer = make(session, expires="2099-01-01", days=1)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"expires": ["There is no such field."]})
    assert not Token.objects.exists()


def test_a_changed_password_ends_the_tokens(client, ken):
    token = Token.objects.make(ken)[1]
    assert use(client, token).status_code == 200
    ken.set_password("another horse battery")
    ken.save()
    assert use(client, token).status_code == 401


def test_the_same_password_hashed_anew_ends_no_token(client, ken, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ken.set_password("correct horse battery")
    ken.save()
    token = Token.objects.make(ken)[1]
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert client.login(username="ken", password="correct horse battery")
    client.logout()
    assert use(client, token).status_code == 200


def test_an_expired_token_is_refused(client, ken):
    row, token = Token.objects.make(ken, days=1)
    Token.objects.filter(pk=row.pk).update(expiry=timezone.now() - timedelta(seconds=1))
    assert use(client, token).status_code == 401


def test_the_last_use_is_written_every_few_minutes_and_not_at_each(client, ken, django_assert_num_queries):
    token = Token.objects.make(ken)[1]
    assert use(client, token, path="/tokens").json()[0]["lastUsed"] is not None
    used = Token.objects.get().last_used_at
    use(client, token)
    assert Token.objects.get().last_used_at == used
    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    use(client, token)
    assert Token.objects.get().last_used_at >= used


def test_the_fifty_first_token_is_refused(session, ken):
    for _ in range(50):
        Token.objects.make(ken)
    answer = make(session)
    assert answer.status_code == 400
    assert "There are 50 tokens already." in answer.json()["detail"]


def test_nobody_sees_or_revokes_the_token_of_another(client, ken):
    row, token = Token.objects.make(ken)
    client.force_login(factories.user("mara", is_staff=True))
    assert client.get("/tokens").json() == []
    assert client.delete(f"/tokens/{row.token_key}").status_code == 404
    assert client.post(f"{PAGE}{row.token_key}/revoke/").status_code == 404
    assert row.token_key not in client.get(PAGE).content.decode()
    client.logout()
    assert use(client, token).status_code == 200


def test_a_page_makes_a_token_and_shows_it_this_once(session, client, ken, caplog):
    page = session.post(PAGE, {"name": "nightly load", "days": "30"})
    token = re.search(r'id="token">(\w{64})<', page.content.decode())[1]

    assert "no-store" in page["Cache-Control"]
    again = session.get(PAGE)
    assert "no-store" in again["Cache-Control"]
    assert "nightly load" in again.content.decode()
    assert token not in again.content.decode()
    assert token not in str([record.__dict__ for record in caplog.records])
    assert token not in str([entry.get_decoded() for entry in Session.objects.all()])
    assert token not in str(list(LogEntry.objects.values()))
    session.logout()
    assert use(client, token).status_code == 200


def test_the_page_revokes(session, ken):
    row, _ = Token.objects.make(ken)
    assert session.post(f"{PAGE}{row.token_key}/revoke/").status_code == 302
    assert not Token.objects.exists()


def test_the_page_says_what_is_wrong(session):
    page = session.post(PAGE, {"name": "", "days": "0"})
    assert page.status_code == 400
    assert "This field is required." in page.content.decode()
    assert not Token.objects.exists()


def test_only_who_may_change_users_makes_tokens_for_others(client, ken, admin_user):
    client.force_login(ken)
    client.post(PAGE, {"name": "mine", "user": admin_user.pk})
    assert [token.user for token in Token.objects.all()] == [ken]
    client.force_login(admin_user)
    client.post(PAGE, {"name": "theirs", "user": ken.pk})
    assert [token.user for token in Token.objects.filter(name="theirs")] == [ken]


def test_a_command_makes_a_token_and_prints_nothing_else(client, ken):
    out = io.StringIO()
    call_command("create_token", "ken", name="nightly load", days=30, stdout=out)
    assert use(client, out.getvalue().strip()).status_code == 200
    assert Token.objects.get().name == "nightly load"


def test_the_command_refuses_an_unknown_user(db):
    with pytest.raises(CommandError, match="There is no active user 'ken'"):
        call_command("create_token", "ken")
