"""Errors as clients see them: a problem document each, with the request's id and without secrets."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from structlog.testing import capture_logs

from tests import factories

PROBLEM = "application/problem+json"


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken", is_superuser=True))
    return client


def test_a_refused_question_names_its_fields(ken):
    answer = ken.get("/top-performers?limit=0", headers={"X-Request-ID": "abc-1"})
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "limit: Ensure this value is greater than or equal to 1. campaignId: This field is required.",
        "requestId": "abc-1",
        "errors": {
            "limit": ["Ensure this value is greater than or equal to 1."],
            "campaignId": ["This field is required."],
        },
    }


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("get", "/nothing/here", {}, 404),
        ("delete", "/top-performers", {}, 405),
        ("get", "/top-performers?campaignId=c", {"headers": {"Accept": "image/png"}}, 406),
        ("post", "/token", {"data": "{", "content_type": "application/json"}, 400),
        ("post", "/token", {"data": "<a/>", "content_type": "application/xml"}, 415),
        ("post", "/token", {"data": "x" * 3_000_000, "content_type": "application/json"}, 413),
        ("get", "/nothing/here", {"headers": {"Host": "evil.example"}}, 400),
    ],
)
def test_whatever_goes_wrong_is_a_problem_document(ken, method, path, options, status):
    answer = getattr(ken, method)(path, **options)
    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (status, PROBLEM, status)


def test_a_missing_token_is_401_and_says_which_kind_is_meant(client, db):
    answer = client.get("/top-performers?campaignId=c")
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_failure_of_ours_tells_the_client_nothing(ken, monkeypatch):
    def fail(*args):
        raise RuntimeError("secret: SELECT password FROM users")

    monkeypatch.setattr("performance.views.Ranking", fail)
    ken.raise_request_exception = False
    answer = ken.get("/top-performers?campaignId=c")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "secret" not in answer.content.decode()


def test_a_database_that_is_away_is_503_with_when_to_try_again(ken, monkeypatch):
    def fail(*args):
        raise OperationalError("connection refused on /var/run/secret")

    monkeypatch.setattr("performance.views.Ranking", fail)
    answer = ken.get("/top-performers?campaignId=c")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "secret" not in answer.content.decode()


def test_the_admin_keeps_its_own_pages_for_errors(admin_client):
    answer = admin_client.get("/admin/nothing/here/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_browser_sees_the_problem_in_its_page(ken):
    answer = ken.get("/top-performers", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert PROBLEM in answer.content.decode()
    assert "campaignId: This field is required." in answer.content.decode()


def test_a_browser_gets_the_plain_document_when_the_database_is_away(ken, monkeypatch):
    def fail(*args):
        raise OperationalError

    monkeypatch.setattr("performance.views.Ranking", fail)
    answer = ken.get("/top-performers?campaignId=c", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)


def test_a_laptop_shows_clients_no_traceback_either(ken, settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr("performance.views.Ranking", lambda query: 1 / 0)
    ken.raise_request_exception = False
    answer = ken.get("/top-performers?campaignId=c")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "ZeroDivisionError" not in answer.content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_the_admins_pages_for_errors_are_the_houses(admin_client, client, settings, monkeypatch, debug):
    settings.DEBUG = debug
    admin_client.raise_request_exception = False
    monkeypatch.setattr("famekeeda.pages.gather", lambda *args: 1 / 0)
    client.force_login(factories.user("ken", is_staff=True))
    pages = {
        404: admin_client.get("/admin/nothing/here/"),
        403: client.get("/admin/auth/user/"),
        500: admin_client.get("/admin/campaign/"),
    }
    for status, page in pages.items():
        assert page.status_code == status
        assert '<div class="brand">Fame Keeda</div>' in page.content.decode()
        assert page["X-Request-ID"] in page.content.decode()
        assert "'unsafe-inline'" in page["Content-Security-Policy"]
        assert "Traceback" not in page.content.decode()


def test_a_form_of_another_site_is_refused_on_a_page(db):
    answer = Client(enforce_csrf_checks=True).post(
        "/admin/login/", {"username": "ken"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert "was not opened on this site" in answer.content.decode()


def test_a_database_that_is_away_is_503_in_the_admin_too(admin_client, monkeypatch):
    def fail(*args):
        raise OperationalError("connection refused on /var/run/secret")

    monkeypatch.setattr("famekeeda.pages.gather", fail)
    admin_client.raise_request_exception = False
    answer = admin_client.get("/admin/campaign/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "<p>The database does not answer. Try again in a moment.</p>" in answer.content.decode()


@pytest.mark.parametrize("condition", ["deadlock_detected", "serialization_failure"])
def test_of_two_who_change_the_same_at_once_the_one_who_was_undone_is_told_to_repeat_it(
    ken, admin_client, monkeypatch, condition
):
    def fail(*args):
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '{condition}'; END $$")

    said = "Somebody else changed the same data at the same moment, and nothing of this request was kept."
    monkeypatch.setattr("performance.views.Ranking", fail)
    monkeypatch.setattr("famekeeda.pages.gather", fail)
    admin_client.raise_request_exception = False
    with capture_logs() as logs:
        answers = [within(ken.get, "/top-performers?campaignId=c"), within(admin_client.get, "/admin/campaign/")]
    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert said in answer.content.decode()
        assert "secret" not in answer.content.decode()
    told = [line["event"] for line in logs if line["event"] != "request" and line["log_level"] != "info"]
    assert told == ["changed_at_once"] * 2


def within(get, path):
    """The answer, whose failed statement does not end the transaction of the test."""
    with transaction.atomic():
        answer = get(path)
        transaction.set_rollback(True)
    return answer


def test_an_invented_method_makes_no_series_of_its_own(client, db):
    client.generic("BREW", "/healthz")
    client.generic("POUR", "/healthz")
    client.force_login(factories.user("ken"))
    metrics = client.get("/metrics").content.decode()
    assert 'method="other"' in metrics
    assert "BREW" not in metrics
