"""Authentication: JWTs, long-lived tokens, what a laptop and production let anonymous requests do."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import path
from knox.models import AuthToken
from rest_framework_simplejwt.tokens import AccessToken

from famekeeda import access
from tests import factories
from tests.dev.processes import wait_until

CLOSED = ["/top-performers?campaignId=c", "/loads", "/loads/1", "/tokens", "/schema", "/docs", "/metrics"]


@pytest.fixture
def ken(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    return factories.user("ken", password="correct horse battery")


def bearer(client):
    answer = client.post("/token", {"username": "ken", "password": "correct horse battery"}, "application/json")
    return {"Authorization": f"Bearer {answer.json()['access']}"}


@pytest.mark.parametrize("path", CLOSED)
def test_production_needs_a_token(client, db, path):
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_need_no_token(client, db, path):
    assert client.get(path).status_code == 200


def test_a_laptop_reads_without_a_token_but_writes_with_one(client, db, settings):
    settings.DEBUG = True
    assert client.get("/top-performers?campaignId=c").status_code == 200
    assert client.post("/loads").status_code == 401


def test_a_password_gets_a_jwt_and_its_refresh_token_gets_another(client, ken):
    assert client.get("/loads", headers=bearer(client)).status_code == 200
    pair = client.post("/token", {"username": "ken", "password": "correct horse battery"}, "application/json").json()
    again = client.post("/token/refresh", {"refresh": pair["refresh"]}, "application/json")
    assert client.get("/loads", headers={"Authorization": f"Bearer {again.json()['access']}"}).status_code == 200


def test_a_wrong_password_gets_no_jwt(client, ken):
    assert client.post("/token", {"username": "ken", "password": "wrong"}, "application/json").status_code == 401


def test_a_jwt_of_a_deactivated_user_is_refused_at_once(client, ken):
    token = bearer(client)
    assert client.get("/loads", headers=token).status_code == 200
    ken.is_active = False
    ken.save()
    assert client.get("/loads", headers=token).status_code == 401


def test_a_jwt_of_a_deleted_user_is_refused_at_once(client, ken):
    token = bearer(client)
    assert client.get("/loads", headers=token).status_code == 200
    ken.delete()
    assert client.get("/loads", headers=token).status_code == 401


def test_a_jwt_that_was_accepted_is_refused_once_it_has_expired(client, ken):
    token = AccessToken.for_user(ken)
    token.set_exp(lifetime=timedelta(seconds=2))
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/loads", headers=headers).status_code == 200
    wait_until(lambda: client.get("/loads", headers=headers).status_code == 401, 4)


def test_another_signature_under_an_accepted_jwt_is_refused(client, ken):
    head, claims, signature = str(AccessToken.for_user(ken)).split(".")
    forged = signature[:-2] + ("AA" if signature[-2:] != "AA" else "BA")
    answers = [
        client.get("/loads", headers={"Authorization": f"Bearer {head}.{claims}.{end}"}).status_code
        for end in (signature, forged, signature)
    ]
    assert answers == [200, 401, 200]


def test_a_changed_password_ends_the_jwts_of_the_old_one(client, ken):
    token = bearer(client)
    assert client.get("/loads", headers=token).status_code == 200
    ken.set_password("another horse battery")
    ken.save()
    assert client.get("/loads", headers=token).status_code == 401


def test_a_deleted_user_gets_no_fresh_token(client, ken):
    pair = client.post("/token", {"username": "ken", "password": "correct horse battery"}, "application/json").json()
    ken.delete()
    answer = client.post("/token/refresh", {"refresh": pair["refresh"]}, "application/json")
    assert (answer.status_code, answer.json()["detail"]) == (401, "The token's user was deleted.")


def test_a_form_gets_a_jwt_too(client, ken):
    form = "username=ken&password=correct horse battery"
    assert client.post("/token", form, "application/x-www-form-urlencoded").status_code == 200


def test_an_expired_token_is_refused(client, ken):
    expired = AuthToken.objects.create(ken, expiry=timedelta(seconds=-1))[1]
    assert client.get("/loads", headers={"Authorization": f"Token {expired}"}).status_code == 401


@pytest.mark.parametrize("given", ["Token", "Token a b", "Token \x00", "Token \xff", "Bearer \x00", "Bearer a.b.c"])
def test_a_malformed_token_is_401(client, db, given):
    assert client.get("/loads", headers={"Authorization": given}).status_code == 401


def test_a_long_lived_token_works_until_it_is_revoked(client, ken):
    made = client.post("/tokens", {"days": 30}, "application/json", headers=bearer(client))
    assert made.status_code == 201
    token = {"Authorization": f"Token {made.json()['token']}"}
    assert client.get("/loads", headers=token).status_code == 200
    assert "token" not in client.get("/tokens", headers=token).json()[0]
    assert client.delete(f"/tokens/{made.json()['id']}", headers=bearer(client)).status_code == 204
    assert client.get("/loads", headers=token).status_code == 401


def test_nobody_sees_or_revokes_the_token_of_another(client, ken):
    made = client.post("/tokens", {}, "application/json", headers=bearer(client)).json()
    client.force_login(factories.user("mara"))
    assert client.get("/tokens").json() == []
    assert client.delete(f"/tokens/{made['id']}").status_code == 404
    client.logout()
    assert client.get("/loads", headers={"Authorization": f"Token {made['token']}"}).status_code == 200


def test_a_command_makes_a_token_and_prints_nothing_else(client, ken):
    out = io.StringIO()
    call_command("create_token", "ken", stdout=out)
    assert client.get("/loads", headers={"Authorization": f"Token {out.getvalue().strip()}"}).status_code == 200


def test_the_command_refuses_an_unknown_user(db):
    with pytest.raises(CommandError, match="There is no active user 'ken'"):
        call_command("create_token", "ken")


def test_an_open_path_fails_the_deployment_check(settings):
    assert access.check_authentication() == []
    settings.ROOT_URLCONF = type("Paths", (), {"urlpatterns": [path("leak", lambda request: None)]})
    assert [error.id for error in access.check_authentication()] == ["famekeeda.E001"]
