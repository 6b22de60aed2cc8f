"""Uploads while the disk is full: the kernel refuses to let the web server's files grow beyond a limit."""

import resource
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from loads.models import Load
from tests import factories
from tests.famekeeda.web_server import begin, web_server

HALF_KILOBYTES = "6000"  # 3 MB
NO_ROOM = "The server has no room left on its disk. Nothing of this request was kept."
START = b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nperformance\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"a,b\n" * 1_500_000


def upload(port, path, form=b"", **headers):
    body = START + form + FILE + b"\r\n--x--\r\n"
    with begin(
        port, "POST", path, Content_Type="multipart/form-data; boundary=x", Content_Length=len(body),
        Connection="close", **headers,
    ) as client:  # fmt: skip
        client.sendall(body)
        return b"".join(iter(lambda: client.recv(65_536), b"")).decode()


@pytest.fixture
def full(transactional_db, tmp_path):
    """A web server on a full disk."""
    limited = ("sh", "-c", f'ulimit -f {HALF_KILOBYTES}; exec "$@"', "sh")
    with web_server(within=limited, MEDIA_ROOT=str(tmp_path / "media"), TMPDIR=str(tmp_path)) as port:
        yield port
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert not Load.objects.exists()


def test_the_api_says_so(full):
    user = factories.user("ken", is_superuser=True)
    answer = upload(full, "/loads", Authorization=f"Bearer {AccessToken.for_user(user)}")
    assert answer.startswith("HTTP/1.1 507 ")
    assert "content-type: application/problem+json" in answer
    assert NO_ROOM in answer


def test_the_wizard_says_so(full):
    client = Client()
    client.force_login(factories.user("ken", is_staff=True, is_superuser=True))
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    token = b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + b"a" * 32 + b"\r\n"
    answer = upload(full, "/admin/loads/load/upload/", token, Cookie=cookies)
    assert answer.startswith("HTTP/1.1 507 ")
    assert f"<p>{NO_ROOM}</p>" in answer


@contextmanager
def room_for(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_half_a_file_is_not_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(OSError, match="File too large"), room_for(1_000_000):
        default_storage.save("a.csv", ContentFile(b"a,b\n" * 1_000_000))
    assert list(tmp_path.iterdir()) == []


def test_a_load_that_the_database_refuses_leaves_no_file(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b"a,b\n", "a.csv")
    with pytest.raises(DatabaseError):
        Load.objects.create(kind="k" * 100, file="a.csv", upload=file, size=4)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
