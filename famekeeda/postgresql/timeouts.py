"""Bounds how long the statements of web requests may take; loads, migrations and workers take as long as they need."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections


def limit_statements() -> None:
    """Sets both time-outs on every connection that this process is going to open."""
    options = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"]
    timeouts = {"statement_timeout": settings.WEB_STATEMENT_TIMEOUT, "lock_timeout": settings.WEB_LOCK_TIMEOUT}
    given = [f"-c {name}={seconds}s" for name, seconds in timeouts.items()]
    options["options"] = " ".join([options.get("options", ""), *given]).strip()
