"""The id of a request, and the line that the log has about it."""

import pytest

from tests import factories


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken", is_superuser=True))
    return client


@pytest.mark.parametrize("given", ["a b", "x" * 65, "é", "<script>"])
def test_a_request_id_with_other_characters_is_replaced(client, given):
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert len(answer["X-Request-ID"]) == 32


def test_a_request_id_of_the_client_comes_back(client):
    assert client.get("/healthz", headers={"X-Request-ID": "cron.7_a-b"})["X-Request-ID"] == "cron.7_a-b"


def test_a_failure_is_one_line_in_the_log_with_its_traceback(ken, monkeypatch, caplog):
    monkeypatch.setattr("performance.views.Ranking", lambda query: 1 / 0)
    ken.raise_request_exception = False
    ken.get("/top-performers?campaignId=c")
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.msg["path"] == "/top-performers"
    assert isinstance(line.msg["exc_info"], ZeroDivisionError)


def test_a_log_line_carries_the_request_id_and_no_secret(client, db, caplog):
    with caplog.at_level("INFO", logger="famekeeda.requests"):
        client.get("/healthz?token=hush", headers={"X-Request-ID": "abc-1", "Authorization": "Bearer hush"})
    lines = [record.getMessage() for record in caplog.records if record.name == "famekeeda.requests"]
    assert len(lines) == 1
    assert "abc-1" in lines[0]
    assert "hush" not in lines[0]
