"""Bodies that are too large are refused before anything reads them."""

import pytest

from tests import factories

PROBLEM = "application/problem+json"


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken"))
    return client


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
