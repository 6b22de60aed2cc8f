"""Clients that send a byte a second: does the web server answer others meanwhile?

python3 benchmarks/slow_clients.py https://localhost        # composition with the TLS front
python3 benchmarks/slow_clients.py http://127.0.0.1:8000    # past it
"""

from __future__ import annotations

import argparse
import socket
import ssl
import time
import urllib.request
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
# Path, content type, Content-Length and what is sent at once, before the body begins to trickle.
BODIES = {
    "json": ("/token", "application/json", 1_000, b""),
    "form": ("/admin/login/", "application/x-www-form-urlencoded", 1_000, b""),
    "file": ("/admin/login/", "multipart/form-data; boundary=x", 100_000_000, PART),
    "file, 5 MB of it fast": ("/admin/login/", "multipart/form-data; boundary=x", 100_000_000, PART + b"0" * 5_000_000),
}
UNVERIFIED = ssl._create_unverified_context()  # a certificate for localhost is nobody's


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    plain = socket.create_connection((parts.hostname, parts.port or (443 if tls else 80)), timeout=5)
    return UNVERIFIED.wrap_socket(plain, server_hostname=parts.hostname) if tls else plain


def begin(client: socket.socket, url: str, body: str) -> None:
    """Sends a request's head. The cookie and the Referer take a form past the check of its origin."""
    path, content_type, length, at_once = BODIES[body]
    host = urlsplit(url).netloc
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\nReferer: https://{host}/\r\n"
        f"Cookie: csrftoken={'a' * 32}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
    client.sendall(head.encode())
    client.settimeout(0.5)  # of a server that reads no further
    trickle(client, at_once)


def trickle(client: socket.socket, data: bytes = b"0") -> None:
    with suppress(OSError):  # refused, or full
        client.sendall(data)


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=3, context=UNVERIFIED) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def measure(url: str, body: str, clients: int, seconds: int) -> str:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(url)) for _ in range(clients)]
        for client in slow:
            begin(client, url, body)
        answers, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            for client in slow:
                trickle(client)
            answers.append(is_ready(url))
            time.sleep(1)
    return f"{clients} slow clients, {body}: GET /readyz answered {sum(answers)} of {len(answers)} times"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--seconds", type=int, default=15)
    given = parser.parse_args()
    for body in BODIES:
        print(measure(given.url, body, given.clients, given.seconds), flush=True)
        time.sleep(5)  # until the server has noticed that they left
