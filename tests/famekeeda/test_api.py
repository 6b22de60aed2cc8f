"""What every endpoint shares: checked query parameters, formats, pages, throttling."""

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle

from famekeeda.api import WholeNumberField
from famekeeda.health import Healthz
from tests import factories


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken", is_superuser=True))
    return client


@pytest.mark.parametrize("given", ["", "x", "-1", "+1", "5.0", "1_0", " 5", "٥", "1e3", "0x1", True, 5.0, [5], None])
def test_a_whole_number_is_written_in_digits(given):
    with pytest.raises(ValidationError):
        WholeNumberField().run_validation(given)


@pytest.mark.parametrize("given", [7, "7", "007"])
def test_digits_are_a_whole_number(given):
    assert WholeNumberField().run_validation(given) == 7


def test_a_refusal_names_every_wrong_parameter(ken):
    answer = ken.get("/loads?limit=0&offset=1&offset=2&colour=red")
    assert answer.json()["errors"] == {
        "limit": ["Ensure this value is greater than or equal to 1."],
        "offset": ["May be given only once."],
        "colour": ["There is no such parameter."],
    }


def test_a_refusal_of_an_unknown_format_names_the_known_ones(ken):
    assert ken.get("/loads?format=xml").json()["errors"] == {"format": ["Must be one of: json, csv, api."]}


def test_a_list_is_csv_too(ken):
    answer = ken.get("/tokens?format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="tokens.csv"'
    assert answer.content == b"id,name,created,lastUsed,expires\r\n"


def test_a_browser_gets_a_page_with_a_link_to_the_login(client, settings, db):
    settings.DEBUG = True
    page = client.get("/loads", headers={"Accept": "text/html,*/*;q=0.8"}).content.decode()
    assert "Fame Keeda" in page
    assert 'href="/admin/login/?next=/loads"' in page
    assert "<style" not in page


@pytest.mark.parametrize("path", ["/schema", "/docs"])
def test_the_schema_and_its_page_are_there(ken, path):
    assert ken.get(path).status_code == 200


def test_the_page_of_the_schema_loads_nothing_from_elsewhere(ken):
    page = ken.get("/docs").content.decode()
    assert 'src="/static/' in page
    assert "http://" not in page
    assert "https://" not in page


@pytest.fixture
def once_a_minute(monkeypatch):
    monkeypatch.setattr(Healthz, "throttle_classes", [AnonRateThrottle])
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "1/min"})


def test_one_request_too_many_is_429_with_when_to_come_back(client, once_a_minute):
    first, second = client.get("/healthz"), client.get("/healthz")
    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Content-Type"] == "application/problem+json"
    assert 1 <= int(second["Retry-After"]) <= 60


def test_another_forwarded_address_does_not_make_another_client(client, once_a_minute):
    first, second = (client.get("/healthz", headers={"X-Forwarded-For": address}) for address in ("1.1.1.1", "2.2.2.2"))
    assert (first.status_code, second.status_code) == (200, 429)


def test_without_redis_nobody_is_throttled(client, once_a_minute, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=0"}}
    assert [client.get("/healthz").status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("method", ["options", "post"])
def test_what_is_no_list_is_csv_too_where_csv_is_asked_for(ken, method):
    answer = getattr(ken, method)("/tokens", {}, "application/json", headers={"Accept": "text/csv"})
    assert answer.status_code in (200, 201)
    assert answer["Content-Type"].startswith("text/csv")
