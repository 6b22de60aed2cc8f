"""Repeating a POST: with one Idempotency-Key it has its effect once, whoever dies, waits or asks at the same time."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.client import encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from dev.services import BASE_DIR
from famekeeda.idempotency import is_idempotent
from famekeeda.keeping import forgetting, retention
from famekeeda.models import KeptAnswer
from tests import factories
from tests.famekeeda import repeated
from tests.famekeeda.web_server import environment

# POSTs that are not idempotent, and why.
EXCEPTIONS = {
    "token": "Nothing happens but that two JWTs are signed, and nobody is signed in yet.",
    "token/refresh": "Nothing happens but that a JWT is signed.",
    "tokens": "The answer is a secret, of which nothing but a hash is kept: a key is refused.",
}


def with_post(patterns, prefix=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from with_post(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and hasattr(getattr(pattern.callback, "cls", None), "post"):
            yield path, pattern.callback.cls


def test_every_post_of_the_api_may_be_repeated_but_for_the_exceptions():
    views = dict(with_post(get_resolver().url_patterns))
    assert {path for path, view in views.items() if not is_idempotent(view)} == set(EXCEPTIONS)
    assert {"loads", "loads/<int:pk>/cancel", "generate-brief"} <= set(views)


@pytest.fixture
def groups(settings):
    """Paths whose POST makes a group."""
    settings.ROOT_URLCONF = "tests.famekeeda.repeated"


@pytest.fixture
def api(db, groups):
    return signed_in("ken")


def signed_in(name):
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {AccessToken.for_user(factories.user(name))}")
    return api


def post(api, key="k", then="", path="/groups", **body):
    headers = {"Idempotency-Key": key} | ({"X-Then": then} if then else {})
    return api.post(path, body or {"name": "A"}, headers=headers)


def count():
    return Group.objects.filter(name__in=["A", "B"]).count()


def test_without_a_key_nothing_is_kept(api):
    assert api.post("/groups", {"name": "A"}).status_code == 201
    assert not KeptAnswer.objects.exists()


def test_a_number_of_any_size_is_as_good_as_without_a_key(api):
    assert post(api, name="A", size=2**70).status_code == 201
    assert post(api, name="A", size=2**70 + 1).status_code == 422


def test_a_repeat_gets_the_same_status_headers_and_bytes(api):
    first, repeat = post(api), post(api)
    group = Group.objects.get(name="A")
    assert first.status_code == repeat.status_code == 201
    assert first.content == repeat.content == f'{{"id":{group.pk},"name":"A"}}'.encode()
    for name, value in {"Location": f"/groups/{group.pk}", "ETag": '"1"', "Content-Type": "application/json"}.items():
        assert (first[name], repeat[name]) == (value, value)
    assert ("Idempotent-Replayed" in first, repeat["Idempotent-Replayed"]) == (False, "true")


def test_another_key_has_an_effect_of_its_own(api):
    assert [post(api, "a").status_code, post(api, "b", name="B").status_code] == [201, 201]
    assert count() == 2


def test_another_user_with_the_same_key_has_an_effect_of_his_own(api):
    post(api)
    assert post(signed_in("lea"), name="B").json()["name"] == "B"
    assert count() == 2


@pytest.mark.parametrize(
    "other", [{"name": "B"}, {"name": "A", "more": 1}, {"path": "/other-groups"}, {"path": "/groups?a=1"}]
)
def test_another_request_with_the_same_key_is_422(api, other):
    post(api)
    answer = post(api, **other)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["detail"] == (
        "This Idempotency-Key belongs to a POST /groups that asked something else. Use a new one."
    )
    assert count() == 1


def test_the_order_of_fields_and_the_space_between_them_do_not_make_another_request(api):
    for body in ['{"name":"A","x":[1, 2]}', ' { "x" : [1,2] , "name" : "\\u0041" }']:
        answer = api.post("/groups", body.encode(), content_type="application/json", headers={"Idempotency-Key": "k"})
        assert answer.status_code == 201
    assert count() == 1


def test_the_order_of_a_list_makes_another_request(api):
    assert [post(api, name="A", x=x).status_code for x in ([1, 2], [2, 1])] == [201, 422]


def form(boundary, content=b"x" * 100, **fields):
    body = {"name": "A", "file": SimpleUploadedFile("a.csv", content)} | fields
    return encode_multipart(boundary, body), f"multipart/form-data; boundary={boundary}"


def test_a_form_with_another_boundary_is_the_same_request_and_one_with_another_file_is_not(api):
    forms = [form("one"), form("two"), form("one", b"y" * 100), form("one", more="1"), form("two")]
    answers = [api.post("/groups", body, content_type=type, headers={"Idempotency-Key": "k"}) for body, type in forms]
    assert [answer.status_code for answer in answers] == [201, 201, 422, 422, 201]
    assert count() == 1


@pytest.mark.parametrize(
    "key", ["", " ", '""', "x" * 256, "ü", "\xa0", "a\tb", "a\x7f", "a,b", '"a","a"', '"a', 'a"', '"a"b"', "a\\b"]
)
def test_what_is_no_key_is_refused_by_the_name_of_the_header(api, key):
    answer = post(api, key)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])
    assert (count(), KeptAnswer.objects.count()) == (0, 0)


@pytest.mark.parametrize("key", ["x", "x" * 255, '"x"', " x ", "7f3c-a_b.c~!", "with spaces"])
def test_any_printable_text_is_a_key(api, key):
    assert [post(api, key).status_code, post(api, key).status_code] == [201, 201]
    assert count() == 1


def test_quotes_around_a_key_do_not_matter(api):
    assert [post(api, "x").status_code, post(api, '"x"')["Idempotent-Replayed"]] == [201, "true"]


@pytest.mark.parametrize("body", [b'{"name": "A"', b'{"name": NaN}', b"[" * 2_000 + b"]" * 2_000, b"\xff"])
def test_a_body_that_cannot_be_read_is_400_and_keeps_nothing(api, body):
    answer = api.post("/groups", body, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, KeptAnswer.objects.count()) == (400, 0)
    assert post(api).status_code == 201


@pytest.mark.parametrize(("then", "status"), [("raise", 404), ("break", 500), ("answer an error", 409)])
def test_an_error_undoes_the_effect_and_is_not_kept(api, then, status):
    assert post(api, then=then).status_code == status
    assert (count(), KeptAnswer.objects.count()) == (0, 0)
    answer = post(api)
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)


@pytest.mark.parametrize(
    ("second", "status", "answer"), [({"answer": 2}, 201, 1), (NotFound("It is gone."), 404, None)]
)
def test_of_two_that_waited_for_a_final_answer_the_first_one_stays(api, monkeypatch, second, status, answer):
    first: list[Any] = []
    monkeypatch.setattr(repeated.Slow, "meanwhile", [lambda: first.append(post(api, path="/slow"))])
    monkeypatch.setattr(repeated.Slow, "answers", [{"answer": 1}, second])

    slower = post(api, path="/slow")

    assert first[0].content == b'{"answer":1}'
    assert (slower.status_code, slower.json().get("answer")) == (status, answer)
    assert post(api, path="/slow").content == b'{"answer":1}'


def test_who_is_not_signed_in_is_refused_before_the_key_is_looked_at(db, groups):
    assert post(APIClient(), "").status_code == 401


def test_a_browser_gets_json_too(api):
    headers = {"Idempotency-Key": "k", "Accept": "text/html"}
    answers = [api.post("/groups", {"name": "A"}, headers=headers) for _ in range(2)]
    assert [answer["Content-Type"] for answer in answers] == ["application/json"] * 2
    assert answers[0].content == answers[1].content


def test_a_repeat_costs_one_statement_beside_those_that_know_the_user(api, django_assert_num_queries):
    post(api)
    with django_assert_num_queries(4):  # the user; savepoint and release, in place of BEGIN and COMMIT; lock and look
        post(api)


# Rights that are taken away, or given, between a POST and its repeat.


@pytest.mark.parametrize("left", [["view_event"], []])
def test_who_lost_a_right_meanwhile_gets_no_repeat_and_the_effect_stands(db, groups, left):
    api, ken = signed_in("ken"), User.objects.get(username="ken")
    ken.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "view_fee"]))
    post(api)
    ken.user_permissions.set(Permission.objects.filter(codename__in=left))

    answer = post(api)

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "you had campaigns.view_fee" in answer.json()["detail"]
    assert "you no longer have. What the first request did stands." in answer.json()["detail"]
    assert count() == 1


def test_who_got_a_right_meanwhile_gets_the_repeat(api):
    post(api)
    User.objects.get(username="ken").user_permissions.set(Permission.objects.filter(codename="view_fee"))
    assert post(api)["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("before", "after", "status"), [(True, False, 403), (False, True, 201), (True, True, 201)])
def test_a_superuser_has_every_right(api, before, after, status):
    ken = User.objects.filter(username="ken")
    ken.update(is_superuser=before)
    ken.get().user_permissions.set(Permission.objects.filter(codename="view_fee"))
    post(api)
    ken.update(is_superuser=after)
    answer = post(api)
    assert answer.status_code == status
    assert status == 201 or "you had every right, which" in answer.json()["detail"]


def test_who_was_deactivated_or_may_not_post_any_more_is_refused_before_the_key_is_looked_at(api):
    post(api)
    User.objects.filter(username="ken").update(is_active=False)
    assert post(api).status_code == 401


# In flight.


@pytest.fixture
def server(transactional_db, groups, live_server):
    return live_server.url


def over_http(server, user, key="k", then="", name="A"):
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}", "Idempotency-Key": key, "X-Then": then}
    return httpx2.post(f"{server}/groups", headers=headers, json={"name": name}, timeout=30)


def test_fifty_posts_at_once_with_one_key_have_one_effect(transactional_db, groups):
    api, start = signed_in("ken"), Barrier(50)

    def client(_):
        start.wait(20)
        try:
            return post(api)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as clients:  # the live server's queue is too short for so many at once
        answers = list(clients.map(client, range(50)))
    expected = f'{{"id":{Group.objects.get(name="A").pk},"name":"A"}}'.encode()
    answered = [answer for answer in answers if answer.status_code == 201]
    assert {answer.content for answer in answered} == {expected}
    assert [answer.get("Idempotent-Replayed") for answer in answered].count(None) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert post(api).content == expected


def test_a_request_in_flight_is_409_at_once_for_its_key_and_no_other(server):
    ken = factories.user("ken")
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(over_http, server, ken, then="wait")
        repeated.met.wait(20)
        repeat, other = over_http(server, ken), over_http(server, ken, key="other", name="B")
        of_lea = over_http(server, factories.user("lea"), name="B and more")
        assert not waits.done()
        repeated.met.wait(20)
        assert waits.result().status_code == 201
    assert (repeat.status_code, repeat.headers["Retry-After"]) == (409, "1")
    assert repeat.json()["detail"] == "A request with this Idempotency-Key is being answered. Repeat it in a moment."
    assert (other.status_code, of_lea.status_code) == (201, 201)
    assert over_http(server, ken).content == waits.result().content


def test_a_key_given_twice_is_refused(server):
    headers = [
        ("Authorization", f"Bearer {AccessToken.for_user(factories.user('ken'))}"),
        ("Idempotency-Key", "k"),
        ("Idempotency-Key", "k"),
    ]
    answer = httpx2.post(f"{server}/groups", headers=headers, json={"name": "A"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


@pytest.mark.parametrize(("then", "groups_left"), [("die before", 0), ("die after", 1)])
def test_a_process_killed_around_the_commit_leaves_effect_and_answer_or_neither(
    transactional_db, groups, then, groups_left
):
    ken = factories.user("ken")
    token = str(AccessToken.for_user(ken))
    settings = {"DEBUG": "1", "ALLOWED_HOSTS": "", "DJANGO_SETTINGS_MODULE": "famekeeda.settings"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.famekeeda.repeated", token, "k", then],
        cwd=BASE_DIR,
        env=environment() | settings,
        timeout=60,
    )
    assert ended.returncode == -9
    assert (count(), KeptAnswer.objects.count()) == (groups_left, groups_left)
    api = APIClient(headers={"Authorization": f"Bearer {token}"})
    answer = post(api)
    assert (answer.status_code, answer.get("Idempotent-Replayed") == "true") == (201, bool(groups_left))
    assert answer.json() == {"id": Group.objects.get(name="A").pk, "name": "A"}
    assert count() == 1


# How long answers are kept.


def test_an_answer_is_repeated_for_a_day(api):
    post(api)
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert post(api)["Idempotent-Replayed"] == "true"


def test_after_a_day_the_key_is_a_new_one(api):
    post(api)
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    answers = [post(api, name="B"), post(api, name="B")]
    assert [answer.json()["name"] for answer in answers] == ["B", "B"]
    assert ["Idempotent-Replayed" in answer for answer in answers] == [False, True]
    assert count() == 2


def test_answers_are_deleted_after_a_day(api):
    post(api, "old")
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    post(api, "young", name="B")
    assert {entry.what: number for entry, number in retention.prune()}["answers to repeat"] == 1
    assert [json.loads(answer.body)["name"] for answer in KeptAnswer.objects.all()] == ["B"]


def test_answers_that_mention_a_creator_are_forgotten_with_the_creator(api):
    post(api, "a", name="A")
    post(api, "b", name='with "mara"')
    evidence = forgetting.forget("mara", by="ken")
    assert [(count.what, count.how, count.rows) for count in evidence.went] == [("answers to repeat", "deleted", 1)]
    assert [json.loads(answer.body)["name"] for answer in KeptAnswer.objects.all()] == ["A"]


def test_answers_go_with_their_user(api):
    post(api)
    User.objects.get(username="ken").delete()
    assert not KeptAnswer.objects.exists()
