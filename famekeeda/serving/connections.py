"""The socket under a request, which granian does not hand out: to see that the client has gone, and to break off."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any

GONE = getattr(select, "POLLRDHUP", 0)  # only Linux tells of a client that closed just its own half


def connection_of(scope: Any) -> socket | None:
    """A copy of the request's connection, found among the process's open files; None once granian has closed it.

    A copy stays with its connection, even if granian closes its own and the number goes to another file.
    """
    for file in Path("/dev/fd").iterdir():
        with suppress(OSError):  # closed by now
            copy = os.dup(int(file.name))
            if joins(copy, scope):
                return socket(fileno=copy)
            os.close(copy)
    return None


def joins(copy: int, scope: Any) -> bool:
    """Whether the file is the connection between this client and this server. Of several addresses that granian
    listens on, the scope tells `0.0.0.0`, so that of the server's address the port must do."""
    try:
        end = socket(fileno=copy)
    except OSError:  # no socket
        return False
    try:
        client, server = end.getpeername(), end.getsockname()
    except OSError:  # not connected: a socket that waits for clients
        return False
    finally:
        end.detach()
    if not (isinstance(client, tuple) and isinstance(server, tuple)):  # of a Unix socket
        return False
    name, _, port = scope.client.rpartition(":")
    return (client[0], str(client[1])) == (name.strip("[]"), port) and scope.server.endswith(f":{server[1]}")


def disconnect(client: socket) -> None:
    """Ends the connection without the end of the response, for granian's copy too."""
    with suppress(OSError):  # the client has gone
        client.shutdown(SHUT_RDWR)
