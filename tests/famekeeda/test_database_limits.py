"""Web requests while the database is locked, slow, or away."""

import json

import pytest
from django.db import connection
from rest_framework_simplejwt.tokens import AccessToken

from tests import factories
from tests.famekeeda.web_server import get, locked_results, web_server

RANKING = "/top-performers?campaignId=c"


@pytest.fixture
def token(transactional_db):
    return {"Authorization": f"Bearer {AccessToken.for_user(factories.user('ken', is_superuser=True))}"}


@pytest.mark.parametrize(
    ("statement", "lock", "expected"),
    [
        ("1", "20", (504, "The database would take too long for this. Ask for less.")),
        ("20", "1", (503, "The data are locked, by a load for example. Try again in a moment.")),
    ],
)
def test_a_request_ends_when_its_statement_takes_too_long(token, statement, lock, expected):
    with web_server(WEB_STATEMENT_TIMEOUT=statement, WEB_LOCK_TIMEOUT=lock) as port, locked_results():
        status, body = get(port, RANKING, **token)
    assert (status, json.loads(body)["detail"]) == expected


def test_what_is_no_web_request_takes_as_long_as_it_needs(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("0", "0")


@pytest.fixture(scope="module")
def without_database(django_db_setup):
    production = {"DEBUG": "0", "SECRET_KEY": "0123456789" * 6, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "0"}
    with web_server(DATABASE_URL="postgres://nobody@127.0.0.1:1/none", **production) as port:
        yield port


def test_without_the_database_the_admin_shows_a_page_that_says_so(without_database):
    status, page = get(without_database, "/admin/", Cookie="sessionid=0123456789abcdef")
    assert status == 503
    assert "<p>The database does not answer. Try again in a moment.</p>" in page.decode()


def test_without_the_database_a_path_that_is_not_there_is_404(without_database):
    status, body = get(without_database, "/nothing/here", Cookie="sessionid=0123456789abcdef")
    assert (status, json.loads(body)["detail"]) == (404, "There is nothing at this path.")
