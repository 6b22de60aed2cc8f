"""The WSGI environ of a request that came by RSGI, as granian's own WSGI interface builds it."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from typing import Any

CONSTANT = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}
PROTOCOLS = {"1": "HTTP/1", "1.1": "HTTP/1.1", "2": "HTTP/2"}
UNREADABLE = "\x80"  # stands for a value that is no ASCII; code that reads a token or a key refuses it
MAX_KNOWN_HEADERS = 1_000  # clients may invent as many as they like


def environ_of(scope: Any, body: Any) -> dict[str, Any]:
    """Differs from granian's WSGI in four ways: the process's environment variables are left out, as are headers with
    an underscore in their name, which could pose as others; bytes of a path that are no UTF-8 become U+FFFD; and a
    header whose value is no ASCII is UNREADABLE, where granian leaves it out."""
    server_name, server_port = address(scope.server)
    path = scope.path
    environ = CONSTANT | {
        "SERVER_PROTOCOL": PROTOCOLS.get(scope.http_version, "HTTP/1"),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": path if path.isascii() else path.encode().decode("latin1"),
        "QUERY_STRING": scope.query_string,
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
    }
    for header, value in scope.headers.items():
        if name := environ_name(header):
            environ[name] = f"{environ[name]},{value}" if name in environ else value
    for header in scope.headers:
        if (name := environ_name(header)) and name not in environ:
            environ[name] = UNREADABLE
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority or ""
    return environ


@cache
def address(text: str) -> tuple[str, str]:
    """Name and port of the server's own address, of which there are few."""
    name, _, port = text.rpartition(":")
    return name.strip("[]"), port


@lru_cache(MAX_KNOWN_HEADERS)
def environ_name(header: str) -> str:
    """The header's name in an environ; empty for a header that is left out."""
    if "_" in header:
        return ""
    name = header.replace("-", "_").upper()
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
