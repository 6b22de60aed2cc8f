#!/usr/bin/env python
"""Django's command line; on a laptop embedded services and the demo model replace those that are not configured."""

import os
import sys
from pathlib import Path

import environ

NO_TABLES = (
    "famekeeda: the database has no tables yet: run `make run` once, or `manage.py migrate`. "
    "LOCAL_STATE_DIR=… names the folder of a `make run` that keeps its data elsewhere"
)


def main() -> None:
    environ.Env.read_env(Path(__file__).resolve().parent / ".env")
    if os.environ.get("DEBUG", "").strip().lower() not in ("0", "false"):
        stand_in()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError:
        if has_tables():
            raise
        sys.exit(NO_TABLES)


def has_tables() -> bool:
    from django.db import connection

    connection.close()  # a transaction that failed answers nothing
    return bool(connection.introspection.table_names())


def stand_in() -> None:
    from dev import services  # production does without this package

    services.attach()
    if "eval_briefs" in sys.argv[1:2] and not any(argument.startswith("--base-url") for argument in sys.argv):
        from dev.demo import server

        server.stand_in()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
