"""The headers that tell browsers what a response may do."""

import pytest


def test_only_the_admin_may_evaluate_scripts(client, admin_client):
    assert "unsafe" not in client.get("/healthz", headers={"Accept": "text/html"})["Content-Security-Policy"]
    assert "'unsafe-eval'" in admin_client.get("/admin/")["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/healthz", "/admin/login/"])
def test_pages_are_not_framed_nor_sniffed(client, db, path):
    answer = client.get(path)
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_a_problem_has_the_headers_that_protect_people(client, db):
    answer = client.get("/nothing/here")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
