"""Authentication and rights: JWTs, what a laptop and production let anonymous requests do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from famekeeda.accounts import access
from famekeeda.api import ListView
from famekeeda.models import Token
from tests import factories
from tests.dev.processes import wait_until

CLOSED = ["/top-performers?campaignId=c", "/loads", "/loads/1", "/tokens", "/schema", "/docs", "/metrics"]


@pytest.fixture
def ken(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    return factories.user("ken", "loads.view_load", password="correct horse battery")


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


@pytest.mark.parametrize("given", ["Token", "Token a b", "Token \x00", "Token \xff", "Bearer \x00", "Bearer a.b.c"])
def test_a_malformed_token_is_401(client, db, given):
    assert client.get("/loads", headers={"Authorization": given}).status_code == 401


def test_a_changed_password_ends_the_refresh_tokens_of_the_old_one(client, ken):
    pair = client.post("/token", {"username": "ken", "password": "correct horse battery"}, "application/json").json()
    ken.set_password("another horse battery")
    ken.save()
    answer = client.post("/token/refresh", {"refresh": pair["refresh"]}, "application/json")
    assert (answer.status_code, answer.json()["detail"]) == (401, "The user's password has been changed.")


RIGHTS = [
    ("/top-performers?campaignId=c", "performance.view_engagement"),
    ("/loads", "loads.view_load"),
    ("/loads/1", "loads.view_load"),
    ("/loads/1/rejects", "loads.view_reject"),
    ("/briefs", "briefs.view_brief"),
    ("/briefs/1", "briefs.view_brief"),
]


@pytest.mark.parametrize(("path", "right"), RIGHTS)
def test_a_user_without_a_group_sees_nothing_and_is_told_which_right_is_missing(client, db, path, right):
    answer = client.get(path, headers={"Authorization": f"Bearer {AccessToken.for_user(factories.user())}"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["detail"] == f"None of your groups has the right {right}."


@pytest.mark.parametrize(("path", "right"), RIGHTS)
@pytest.mark.parametrize("way", ["Bearer", "Token", "session"])
def test_the_right_opens_its_path_by_every_way_of_signing_in(client, db, path, right, way):
    user = factories.user("ken", right)
    headers = {}
    if way == "session":
        client.force_login(user)
    else:
        token = AccessToken.for_user(user) if way == "Bearer" else Token.objects.make(user)[1]
        headers = {"Authorization": f"{way} {token}"}
    assert client.get(path, headers=headers).status_code in (200, 404)


@pytest.mark.parametrize(("path", "right"), RIGHTS)
def test_marketing_may_read_all_of_it(client, db, path, right):
    user = factories.user()
    user.groups.add(Group.objects.get(name="Marketing"))
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"}
    assert client.get(path, headers=headers).status_code in (200, 404)


def test_a_right_that_a_group_loses_is_gone_at_the_next_request(client, db):
    group = Group.objects.create(name="Readers")
    group.permissions.add(Permission.objects.get(codename="view_load"))
    user = factories.user()
    user.groups.add(group)
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"}
    assert client.get("/loads", headers=headers).status_code == 200
    group.permissions.clear()
    assert client.get("/loads", headers=headers).status_code == 403


def test_user_and_rights_take_one_query(client, db, django_assert_num_queries):
    headers = {"Authorization": f"Bearer {AccessToken.for_user(factories.user('ken', 'performance.view_engagement'))}"}
    client.get("/top-performers?campaignId=c", headers=headers)
    with django_assert_num_queries(2):
        assert client.get("/top-performers?campaignId=c", headers=headers).status_code == 200


class Guarded(APIView):
    """A view that needs a token also on a laptop."""

    permission_classes = [access.TokenAlways]
    rights = {"GET": "loads.view_load", "POST": "loads.add_load"}

    def get(self, request):
        return Response([])

    def post(self, request):
        return Response([], 201)


@pytest.fixture
def guarded_on_a_laptop(settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = type("Paths", (), {"urlpatterns": [path("guarded", Guarded.as_view())]})


def expired(user):
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=timedelta(seconds=-1))
    return f"Bearer {token}"


@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
@pytest.mark.parametrize(
    "token",
    [
        lambda user: "",
        expired,
        lambda user: f"Bearer {RefreshToken.for_user(user)}",
        lambda user: f"Token {AccessToken.for_user(user)}",
        lambda user: f"Bearer {Token.objects.make(user)[1]}",
        lambda user: "Bearer a.b.c",
        lambda user: "Token abc",
    ],
    ids=["absent", "expired", "refresh", "JWT as Token", "Token as Bearer", "no JWT", "no Token"],
)
def test_a_guarded_path_refuses_who_shows_no_valid_token_also_on_a_laptop(
    client, ken, guarded_on_a_laptop, method, token
):
    given = token(ken)
    answer = getattr(client, method)("/guarded", headers={"Authorization": given} if given else {})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_guarded_path_asks_for_the_right_of_the_method(client, ken, guarded_on_a_laptop):
    headers = {"Authorization": f"Bearer {AccessToken.for_user(ken)}"}
    assert client.get("/guarded", headers=headers).status_code == 200
    assert client.post("/guarded", headers=headers).status_code == 403


def test_a_guarded_path_passes_the_deployment_check(guarded_on_a_laptop):
    assert access.check_authentication() == []


def test_an_open_path_fails_the_deployment_check(settings):
    assert access.check_authentication() == []
    settings.ROOT_URLCONF = type("Paths", (), {"urlpatterns": [path("leak", lambda request: None)]})
    assert [error.id for error in access.check_authentication()] == ["famekeeda.E001"]


def test_a_path_without_a_right_fails_the_deployment_check(settings):
    class Leak(ListView):
        pass

    settings.ROOT_URLCONF = type("Paths", (), {"urlpatterns": [path("leak", Leak.as_view())]})
    assert [error.id for error in access.check_authentication()] == ["famekeeda.E003"]
