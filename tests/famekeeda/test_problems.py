"""Errors as clients see them: a problem document each, with the request's id and nothing that is not theirs to know."""

import pytest
from django.db import OperationalError

from tests import factories

PROBLEM = "application/problem+json"


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken"))
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
        ("get", "/healthz", {"headers": {"Host": "evil.example"}}, 400),
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


@pytest.mark.parametrize("given", ["a b", "x" * 65, "é", "<script>"])
def test_an_insane_request_id_is_replaced(client, given):
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert len(answer["X-Request-ID"]) == 32


def test_a_sane_request_id_comes_back(client):
    assert client.get("/healthz", headers={"X-Request-ID": "cron.7_a-b"})["X-Request-ID"] == "cron.7_a-b"


UPLOAD = {
    "content_type": "multipart/form-data; boundary=x",
    "CONTENT_LENGTH": "200000001",
    "HTTP_EXPECT": "100-continue",
}


def test_an_upload_that_says_it_is_too_large_is_refused_before_anything_reads_it(ken):
    answer = ken.post("/loads", b"x", **UPLOAD)
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)
    assert answer.json()["detail"] == "An upload may be 200 MB at most."


def test_the_admin_says_so_on_a_page(ken):
    answer = ken.post("/admin/login/", b"x", **UPLOAD)
    assert answer.status_code == 413
    assert "<p>An upload may be 200 MB at most.</p>" in answer.content.decode()


def test_a_body_without_its_length_is_refused_rather_than_taken_for_empty(client):
    answer = client.generic("POST", "/token", headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer["Content-Type"]) == (411, PROBLEM)


def test_a_problem_has_the_headers_that_protect_people(client, db):
    answer = client.get("/nothing/here")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


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


def test_a_failure_is_one_line_in_the_log_with_its_traceback(ken, monkeypatch, caplog):
    monkeypatch.setattr("performance.views.Ranking", lambda query: 1 / 0)
    ken.raise_request_exception = False
    ken.get("/top-performers?campaignId=c")
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.msg["path"] == "/top-performers"
    assert isinstance(line.msg["exc_info"], ZeroDivisionError)
