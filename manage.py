#!/usr/bin/env python
"""Django's command line; on a laptop embedded services and the demo model replace those that are not configured."""

import os
import sys
from pathlib import Path

import environ


def main() -> None:
    environ.Env.read_env(Path(__file__).resolve().parent / ".env")
    if os.environ.get("DEBUG", "").strip().lower() not in ("0", "false"):
        stand_in()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


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
