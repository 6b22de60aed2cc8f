"""Outbound HTTP against a server that drips, redirects, compresses and answers too much."""

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from famekeeda import http
from tests.fake_llm import packed_spaces


class Answers(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_GET(self):
        getattr(self, self.path.strip("/"))()

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def encoding(self):
        self.answer(self.headers["Accept-Encoding"].encode())

    def largest(self):
        self.answer(b"x" * http.MAX_BODY_BYTES)

    def too_large(self):
        self.answer(b"x" * (http.MAX_BODY_BYTES + 1), status=503)

    def compressed(self):
        self.answer(gzip.compress(b"Run far."), Content_Encoding="gzip")

    def bomb(self):
        self.answer(packed_spaces(100), Content_Encoding="gzip")

    def redirect(self):
        self.answer(b"", status=307, Location="/encoding")

    def drip(self):
        self.send_response(200)
        self.end_headers()
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"x")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.closing, server.daemon_threads = threading.Event(), True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.closing.set()
    server.shutdown()
    server.server_close()


def get(url, seconds=10, **options):
    async def call():
        async with http.new_client() as client:
            return await client.get(url)

    return http.run(call(), deadline=time.monotonic() + seconds, **options)


def test_no_compression_is_asked_for(server):
    assert get(f"{server}/encoding").text == "identity"


def test_a_body_is_read_up_to_the_cap(server):
    assert len(get(f"{server}/largest").content) == 4_000_000


def test_a_body_above_the_cap_is_an_error_with_the_answers_status(server):
    with pytest.raises(http.BodyTooLarge) as caught:
        get(f"{server}/too_large")
    assert caught.value.status_code == 503


def test_a_compressed_body_is_decompressed_although_nobody_asked_for_it(server):
    assert get(f"{server}/compressed").text == "Run far."


def test_the_cap_holds_for_what_a_compressed_body_unpacks_to(server):
    with pytest.raises(http.BodyTooLarge):
        get(f"{server}/bomb")


def test_a_redirect_is_answered_and_not_followed(server):
    assert get(f"{server}/redirect").status_code == 307


def test_a_server_that_drips_does_not_outlast_the_deadline(server):
    began = time.monotonic()
    with pytest.raises(http.DeadlinePassed):
        get(f"{server}/drip", seconds=0.3)
    assert time.monotonic() - began < 3


def test_meanwhile_runs_while_the_call_is_in_flight(server):
    order = []

    async def call():
        while not order:
            await http.asyncio.sleep(0.01)
        order.append("answered")

    http.run(call(), deadline=time.monotonic() + 5, meanwhile=lambda: order.append("meanwhile"))
    assert order == ["meanwhile", "answered"]


def test_an_exception_meanwhile_cancels_the_call():
    cancelled = threading.Event()

    async def call():
        try:
            await http.asyncio.sleep(60)
        finally:
            cancelled.set()

    def fail():
        time.sleep(0.1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        http.run(call(), deadline=time.monotonic() + 60, meanwhile=fail)
    assert cancelled.wait(5)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("soon", None), ("", None), ("-1", None), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert http.retry_after_seconds(header) == seconds
