"""Pages of other origins that read the API."""

import re

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from tests import factories
from tests.famekeeda.web_server import begin, head, web_server

RANKING = "/top-performers?campaignId=c"
APP = {"Origin": "https://app.example.com"}


@pytest.fixture(scope="module")
def module_server(django_db_setup):
    with web_server(CORS_ORIGINS="https://app.example.com, http://localhost:3000") as port:
        yield port


@pytest.fixture
def server(transactional_db, module_server):
    return module_server


def test_a_page_of_an_allowed_origin_may_read_without_cookies(server):
    token = AccessToken.for_user(factories.user("ken", is_superuser=True))
    with begin(server, "GET", RANKING, **APP, Authorization=f"Bearer {token}") as client:
        answer = head(client)
    assert answer.startswith("HTTP/1.1 200")
    assert "access-control-allow-origin: https://app.example.com\r\n" in answer
    exposed = "Link, Location, ETag, Retry-After, X-Request-ID, X-Cache, Idempotent-Replayed"
    assert f"access-control-expose-headers: {exposed}\r\n" in answer
    assert "access-control-allow-credentials" not in answer


def test_such_a_page_may_ask_first_and_reads_errors_too(server):
    asks = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization,if-match"}
    with begin(server, "OPTIONS", "/generate-brief", **APP, **asks) as client:
        answer = head(client)
    assert answer.startswith("HTTP/1.1 200")
    allowed = re.search("access-control-allow-headers: (.*)\r\n", answer)[1].split(", ")
    assert {"authorization", "content-type", "idempotency-key", "if-match", "prefer"} <= set(allowed)
    with begin(server, "GET", "/nothing/here", **APP) as client:
        assert "access-control-allow-origin: https://app.example.com\r\n" in head(client)


@pytest.mark.parametrize(("path", "origin"), [(RANKING, "https://evil.example"), ("/admin/login/", APP["Origin"])])
def test_other_origins_and_the_admin_may_not_be_read(server, path, origin):
    with begin(server, "GET", path, Origin=origin) as client:
        assert "access-control-allow-origin" not in head(client)


def test_without_the_setting_no_origin_may(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/healthz", headers=APP)
