"""Bodies that are too large are refused before anything reads them."""

from io import BytesIO

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import Client

from famekeeda.serving.bodies import Refusal
from tests import factories

PROBLEM = "application/problem+json"


@pytest.fixture
def ken(client, db):
    client.force_login(factories.user("ken", is_superuser=True))
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


class Storing(MemoryFileUploadHandler):
    """An upload handler that notes what it is asked to store."""

    asked: list[str] = []

    def new_file(self, field_name, *args, **kwargs):
        self.asked.append(field_name)
        super().new_file(field_name, *args, **kwargs)


@pytest.mark.parametrize("path", ["/", "/loads", "/nothing", "/admin/loads/load/upload/", "/admin/login/"])
def test_nothing_of_an_upload_from_nobody_is_stored(db, settings, path):
    settings.FILE_UPLOAD_HANDLERS = ["tests.famekeeda.test_body_limit.Storing"]
    Storing.asked.clear()
    client = Client(enforce_csrf_checks=True)
    assert client.post(path, {"file": BytesIO(b"a,b\n" * 700_000)}).status_code in (401, 403, 404)
    assert Storing.asked == []


def test_what_the_web_server_refuses_is_answered_without_a_look_at_the_body(ken):
    refusal = {"famekeeda.refusal": Refusal(503, "4 uploads are under way. Try again in a moment.")}
    answer = ken.post("/loads", b"x", content_type="multipart/form-data; boundary=x", **refusal)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["detail"] == "4 uploads are under way. Try again in a moment."
