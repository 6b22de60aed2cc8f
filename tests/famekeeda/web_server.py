"""A real web server on the tests' database, as the Procfile starts it, and sockets that speak HTTP to it by hand."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from dev.services import BASE_DIR
from tests.dev.processes import wait_until

GRANIAN = [sys.executable, "-m", "granian", "--no-ws", "--workers-kill-timeout", "5", "--log-level", "error"]
ENTRY = "famekeeda.serving.rsgi:application"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment() -> dict[str, str]:
    """The environment of a process that works on the test's database."""
    name = connection.settings_dict["NAME"]
    return os.environ | {"DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))}


class Port(int):
    process: subprocess.Popen


@contextmanager
def web_server(
    target: str = ENTRY, *, interface: str = "rsgi", within: tuple[str, ...] = (), **settings: str
) -> Iterator[Port]:
    """Runs granian until the block ends, `within` another command if need be; yields its port."""
    port = Port(free_port())
    process = port.process = subprocess.Popen(
        [*within, *GRANIAN, "--interface", interface, "--port", str(port), target],
        cwd=BASE_DIR,
        env=environment() | {"DATABASE_POOL": "34"} | settings,
    )
    try:
        wait_until(lambda: process.poll() is not None or listens(port), 60)
        assert process.poll() is None
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def get(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(port)), timeout=20)


def begin(port: int, method: str, path: str, **headers: object) -> socket.socket:
    """Sends a request's head; its body, if any, is left to the caller."""
    client = connect(port)
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return client


def head(client: socket.socket) -> str:
    """The first line of the next response, and its headers."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = client.recv(65_536)
        assert more, received
        received += more
    return received.partition(b"\r\n\r\n")[0].decode()


def status(client: socket.socket) -> int:
    return int(head(client).split()[1])


@contextmanager
def locked_results() -> Iterator[None]:
    """The table of results, locked for everybody else until the block ends."""
    settings = connection.settings_dict
    with psycopg.connect(dbname=settings["NAME"], host=settings["OPTIONS"]["host"], user=settings["USER"]) as other:
        other.execute("LOCK TABLE performance_engagement")
        yield
