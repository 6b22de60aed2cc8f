"""The web server among slow clients, clients that send too much and clients that leave."""

import json
import os
import select
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from tests import factories
from tests.dev.processes import wait_until
from tests.famekeeda.web_server import begin, connect, get, head, status, web_server

UPLOAD = {"Content_Type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
RANKING = "/top-performers?campaignId=c"


@pytest.fixture(scope="module")
def module_server(django_db_setup):
    with web_server("tests.famekeeda.impatient:application") as port:
        yield port


@pytest.fixture
def server(transactional_db, module_server):
    return module_server


@pytest.fixture
def uploader(transactional_db):
    user = factories.user("ken", is_superuser=True)
    return {"Authorization": f"Bearer {AccessToken.for_user(user)}"}


def drip(clients):
    for client in clients:
        with suppress(OSError):  # it was refused
            client.sendall(b"0")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/token", {"Content_Type": "application/json", "Content_Length": 1_000}),
        ("/admin/login/", {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": 1_000}),
        ("/loads", UPLOAD | {"Content_Length": 1_000}),
        ("/loads", UPLOAD | {"Content_Length": 100_000_000}),
    ],
)
def test_forty_clients_that_drip_their_bodies_keep_nobody_waiting(server, path, headers):
    factories.engagement("a", "c", likes=5)
    with ExitStack() as stack:
        slow = [stack.enter_context(begin(server, "POST", path, **headers)) for _ in range(40)]
        for _ in range(3):
            drip(slow)
            assert get(server, "/healthz")[0] == 200
            assert get(server, "/readyz")[0] == 200
            assert json.loads(get(server, RANKING)[1])[0]["influencerId"] == "a"


def test_forty_clients_that_drip_their_headers_keep_nobody_waiting(server):
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(server)) for _ in range(40)]
        for client in slow:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        for _ in range(3):
            drip(slow)
            assert get(server, "/healthz")[0] == 200
            assert get(server, RANKING) == (200, b"[]")


def test_a_body_that_is_not_there_in_time_is_answered_with_408(server):
    with begin(server, "POST", "/token", Content_Type="application/json", Content_Length=1_000) as client:
        assert status(client) == 408


def test_of_33_clients_that_send_large_bodies_at_once_one_is_refused(server):
    headers = {"Content_Type": "application/json", "Content_Length": 100_001}
    with ExitStack() as stack:
        clients = [stack.enter_context(begin(server, "POST", "/token", **headers)) for _ in range(33)]
        answered = select.select(clients, [], [], 20)[0]
        assert [status(client) for client in answered] == [503]


def test_forty_uploads_that_drip_keep_nobody_waiting_and_end(server, uploader):
    with ExitStack() as stack:
        headers = UPLOAD | uploader | {"Content_Length": 100_000_000}
        slow = [stack.enter_context(begin(server, "POST", "/loads", **headers)) for _ in range(40)]
        for client in slow:
            client.sendall(PART)
        assert get(server, "/readyz")[0] == 200
        assert get(server, RANKING) == (200, b"[]")
        statuses = [status(client) for client in slow]
        assert set(statuses) == {408, 503}


def test_an_upload_below_the_least_rate_is_cut_off(server, uploader):
    with begin(server, "POST", "/loads", **UPLOAD, **uploader, Content_Length=100_000_000) as client:
        client.sendall(PART)
        client.settimeout(0.2)
        deadline = time.monotonic() + 20
        answer = b""
        while not answer and time.monotonic() < deadline:
            client.sendall(b"0" * 1_000)
            with suppress(TimeoutError):
                answer = client.recv(12)
    assert answer == b"HTTP/1.1 408"


def test_an_upload_whose_client_leaves_is_no_load_and_leaves_no_file(transactional_db, uploader, tmp_path):
    from loads.models import Load

    with web_server(TMPDIR=str(tmp_path)) as port:
        with begin(port, "POST", "/loads", **UPLOAD, **uploader, Content_Length=3_000_000) as client:
            client.sendall(PART + b"influencerId\n" * 100_000)
            wait_until(lambda: any(tmp_path.iterdir()))
        wait_until(lambda: not any(tmp_path.iterdir()))
    assert not Load.objects.exists()


def test_an_upload_arrives_whole(server, uploader, settings):
    from loads.models import Load

    export = b"influencerId,campaignId,views,likes,comments,shares\n" + b"a,c,100,5,0,0\n" * 300_000
    body = PART + export + b'\r\n--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nperformance\r\n--x--\r\n'
    with begin(server, "POST", "/loads", **UPLOAD, **uploader, Content_Length=len(body)) as client:
        client.sendall(body)
        assert status(client) == 202
    load = Load.objects.get()
    assert load.size == len(export)
    assert load.upload.read() == export
    load.upload.delete(save=False)


REFUSED = [
    ("POST", "/loads", UPLOAD, 401),
    ("POST", "/nothing/here", UPLOAD, 404),
    ("PUT", "/token", UPLOAD, 405),
    ("POST", "/token", UPLOAD, 415),
    ("POST", "/", UPLOAD, 403),
    ("POST", "/admin/loads/load/upload/", UPLOAD, 403),
    ("POST", "/token", {"Content_Type": "application/json"}, 413),
]


@pytest.mark.parametrize(("method", "path", "headers", "expected"), REFUSED)
def test_a_refusal_arrives_at_a_client_that_is_still_sending_a_few_megabytes(server, method, path, headers, expected):
    with begin(server, method, path, **headers, Content_Length=3_500_000) as client:
        client.sendall(b"0" * 3_500_000)
        assert status(client) == expected


@pytest.mark.parametrize(("method", "path", "headers", "expected"), REFUSED)
def test_of_a_refused_body_a_few_megabytes_are_read(server, method, path, headers, expected):
    with begin(server, method, path, **headers, Content_Length=199_000_000) as client:
        sent = 0
        with suppress(OSError):
            while sent < 199_000_000:
                sent += client.send(b"0" * 100_000)
    assert 4_000_000 <= sent < 20_000_000  # the kernel's buffers hold some


def test_a_body_of_unknown_length_is_refused(server):
    with begin(server, "POST", "/token", Transfer_Encoding="chunked") as client:
        client.sendall(b"2\r\n{}\r\n0\r\n\r\n")
        assert status(client) == 411


def test_a_client_that_waits_for_leave_to_send_is_refused_before_it_sends(server):
    with begin(server, "POST", "/loads", **UPLOAD, Content_Length=100_000_000, Expect="100-continue") as client:
        assert status(client) == 401


def test_a_client_that_waits_for_leave_to_send_gets_leave(server):
    with begin(server, "POST", "/token", Content_Type="text/plain", Content_Length=2, Expect="100-continue") as client:
        assert status(client) == 100
        client.sendall(b"{}")
        assert status(client) == 415


def test_a_connection_is_kept_for_the_next_request_after_a_body_that_nobody_read(server):
    with begin(server, "POST", "/loads", **UPLOAD, Content_Length=3_000_000) as client:
        client.sendall(b"0" * 3_000_000)
        assert status(client) == 401
        client.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = head(client)
    assert answer.startswith("HTTP/1.1 200 OK")
    assert "content-length: 15" in answer


ASKED = [
    "GET / HTTP/1.1\r\nHost: localhost\r\n",
    "GET /a%20b/%C3%A9/%2F?q=%20x&y HTTP/1.1\r\nHost: example.com:81\r\nX-Forwarded-For: 1.2.3.4\r\n",
    "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n",
    "GET /x HTTP/1.1\r\nHost: localhost\r\nCookie: a=b; c=d\r\nAccept: a\r\nAccept: b\r\n",
    "OPTIONS http://example.com/x HTTP/1.1\r\nX-Forwarded-Proto: https\r\nAuthorization: Bearer x\r\n",
    "GET / HTTP/1.0\r\n",
]


def test_django_is_told_what_granians_own_wsgi_would_tell_it(monkeypatch, db):
    monkeypatch.setenv("ONLY_IN_THE_ENVIRONMENT", "1")
    environs = {}
    for interface in ("wsgi", "rsgi"):
        with web_server(f"tests.famekeeda.environs:{interface}", interface=interface) as port:
            environs[interface] = [environ_told(port, request) for request in ASKED]
    assert environs["wsgi"][0].pop("ONLY_IN_THE_ENVIRONMENT") == "1"
    for ours, theirs in zip(environs["rsgi"], environs["wsgi"], strict=True):
        assert ours == {name: value for name, value in theirs.items() if name not in os.environ}
        assert ours["REMOTE_ADDR"] == "127.0.0.1"


def environ_told(port, request):
    with connect(port) as client:
        client.sendall(f"{request}Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    environ = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert environ.pop("SERVER_PORT") == str(port)
    return environ


def test_a_header_with_an_underscore_cannot_pose_as_another(db):
    with web_server("tests.famekeeda.environs:rsgi") as port:
        environ = environ_told(port, "GET / HTTP/1.1\r\nX_Forwarded_Proto: https\r\nHost: a\r\n")
    assert "HTTP_X_FORWARDED_PROTO" not in environ


def test_a_header_that_is_no_ascii_is_there_and_cannot_be_read(db):
    """Left out, a key that makes a POST repeatable would be taken for none, and its effect doubled."""
    with web_server("tests.famekeeda.environs:rsgi") as port:
        environ = environ_told(port, "GET / HTTP/1.1\r\nIdempotency-Key: ké\r\nHost: a\r\n")
    assert environ["HTTP_IDEMPOTENCY_KEY"] == "\x80"


@pytest.fixture
def rejects_path(uploader):
    load = factories.load()
    load.rejects.bulk_create(
        load.rejects.model(load=load, line=line, raw=f"{line}," + "x" * 1_000, reason="no number", cells={})
        for line in range(5_000)
    )
    return f"/loads/{load.pk}/rejects?format=csv"


def test_a_long_download_arrives_whole(server, uploader, rejects_path):
    status, body = get(server, rejects_path, **uploader)
    assert status == 200
    assert len(body) > 5_000_000
    assert body.count(b"\r\n") == 5_001


def test_a_client_that_leaves_a_download_or_stops_reading_holds_no_thread(server, uploader, rejects_path):
    with ExitStack() as stack:
        idle = [stack.enter_context(begin(server, "GET", rejects_path, **uploader)) for _ in range(34)]
        for client in idle[:17]:
            client.recv(1_000)
            client.close()
        wait_until(lambda: get(server, RANKING, **uploader) == (200, b"[]"))


def rest_of(client):
    received = bytearray()
    with suppress(ConnectionError):
        while more := client.recv(1_000_000):
            received += more
    return bytes(received)


def test_a_download_that_breaks_off_looks_incomplete(transactional_db):
    with (
        web_server("tests.famekeeda.broken:application") as port,
        begin(port, "GET", "/broken.csv", Connection="close") as client,
    ):
        received = rest_of(client)
    assert b"influencerId" in received
    assert not received.endswith(b"0\r\n\r\n")


def test_a_download_that_its_client_did_not_read_looks_incomplete(server, uploader, rejects_path):
    with begin(server, "GET", rejects_path, **uploader, Connection="close") as client:
        client.recv(1_000)
        time.sleep(3)  # longer than the server's MAX_PAUSE_SECONDS
        received = rest_of(client)
    assert not received.endswith(b"0\r\n\r\n")


def test_forty_downloads_whose_clients_leave_at_once_keep_nobody_waiting(transactional_db, uploader, rejects_path):
    with web_server("tests.famekeeda.unopened:application") as port:
        for _ in range(40):
            begin(port, "GET", rejects_path, **uploader).close()
        assert get(port, RANKING, **uploader) == (200, b"[]")


def test_a_head_of_a_download_has_no_body(server, uploader, rejects_path):
    with begin(server, "HEAD", rejects_path, **uploader, Connection="close") as client:
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert received.endswith(b"\r\n\r\n")


def test_a_static_file_is_sent_and_not_sent_again(server):
    path = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"
    status, body = get(server, path)
    assert (status, len(body) > 1_000_000) == (200, True)
    with begin(server, "GET", path) as client:
        modified = head(client).partition("last-modified: ")[2].partition("\r\n")[0]
    with begin(server, "GET", path, If_Modified_Since=modified) as client:
        assert head(client).startswith("HTTP/1.1 304")


STATIC = "/static/famekeeda/admin.css"


def test_a_static_file_can_only_be_read(server):
    with begin(server, "POST", STATIC, Content_Length=0) as client:
        answer = head(client)
    assert answer.startswith("HTTP/1.1 405")
    assert "allow: GET, HEAD\r\n" in answer
    assert "content-type: application/problem+json" in answer


def test_a_part_that_a_static_file_does_not_have_is_416(server):
    with begin(server, "GET", STATIC, Range="bytes=99999999-") as client:
        answer = head(client)
    assert answer.startswith("HTTP/1.1 416")
    assert "content-type: application/problem+json" in answer
    assert "content-range: bytes */" in answer


def test_a_server_that_is_told_to_stop_answers_what_it_has_begun(transactional_db, uploader, rejects_path):
    received = bytearray()
    with web_server() as port, ThreadPoolExecutor(1) as reader:
        client = begin(port, "GET", rejects_path, **uploader, Connection="close")
        received += client.recv(1_000)
        rest = reader.submit(lambda: b"".join(iter(lambda: client.recv(65_536), b"")))
        port.process.terminate()
        received += rest.result()
    assert received.endswith(b"\r\n0\r\n\r\n")
    client.close()
