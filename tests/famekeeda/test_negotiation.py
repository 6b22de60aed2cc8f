"""Which format a response has."""

import pytest

from tests import factories


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken", is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        ("*/*", 200, "application/json"),
        ("text/csv", 200, "text/csv; charset=utf-8"),
        ("text/csv;q=0.1, application/json", 200, "application/json"),
        ("text/csv; q=0.9, application/json; q=0.8", 200, "text/csv; charset=utf-8"),
        ("text/csv, */*;q=0.1", 200, "text/csv; charset=utf-8"),
        ("application/json;q=0, */*", 200, "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200, "text/html; charset=utf-8"),
        ("*/*;q=nonsense", 200, "application/json"),
        ("*/*;q=0", 406, "application/problem+json"),
        ("image/png;q=0.5", 406, "application/problem+json"),
        ("a/b;q=1," * 3_000, 406, "application/problem+json"),
    ],
)
def test_the_weights_of_accept_are_obeyed(ken, accept, status, content_type):
    answer = ken.get("/top-performers?campaignId=c", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, content_type)
