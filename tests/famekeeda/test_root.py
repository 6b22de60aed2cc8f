"""What the path `/` answers."""

import pytest


def test_programs_learn_name_version_and_links(client):
    answer = client.get("/", headers={"Accept": "application/json"})
    assert answer.json() == {
        "name": "Fame Keeda",
        "version": "1",
        "links": {
            "docs": "http://testserver/docs",
            "schema": "http://testserver/schema",
            "token": "http://testserver/token",
            "admin": "http://testserver/admin/",
        },
    }
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "image/png", "text/html;q=0.9"])
def test_everybody_else_goes_to_the_admin(client, accept):
    assert client.get("/", headers={"Accept": accept})["Location"] == "/admin/"
