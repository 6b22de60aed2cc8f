#!/usr/bin/env python
"""Django's command line; without DATABASE_URL and REDIS_URL on the laptop's embedded services."""

import os
import sys

from famekeeda import local


def main() -> None:
    local.attach()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
