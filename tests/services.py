"""A pytest plugin that starts the tests' own PostgreSQL and Valkey before Django reads its settings.

It works when it is imported, since pytest-django reads the settings before any hook of ours could run.
"""

import os
import re

from dev import services


def forget_the_developers_settings() -> None:
    """Empty every variable of .env.example, which wins over .env too: results depend on the code alone."""
    for name in re.findall(r"^#?([A-Z_]+)=", (services.BASE_DIR / ".env.example").read_text(), re.MULTILINE):
        os.environ[name] = ""


if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # The services came with the environment; pytest-django gives each worker a database, this a Valkey database.
    database = int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("?db=0", f"?db={database}")
else:
    forget_the_developers_settings()
    services.attach_throwaway()
