"""Finds pooled connections that PostgreSQL has closed, without a round trip to PostgreSQL.

Django's CONN_HEALTH_CHECKS makes a pool run a statement at every checkout: 0.13 ms of a request's 1.3 ms of CPU.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and _is_closed(connection):
            connection.close()
            self.pool.putconn(connection)  # the pool drops it and opens another
            connection = super().get_new_connection(conn_params)
        return connection


def _is_closed(connection: Any) -> bool:
    """Whether an idle connection has ended. There is nothing to read from one unless the server says goodbye."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if not poll.poll(0):
        return False
    try:
        connection.execute("")
    except OperationalError:
        return True
    return False
