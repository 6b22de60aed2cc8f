"""manage.py on a laptop and in production: what stands in for what is not configured."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from dev import services


@pytest.fixture
def empty_database(db):
    """The address of a database that nobody has migrated."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE without_tables TEMPLATE template0")
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path="/without_tables").geturl()
        cursor.execute("DROP DATABASE without_tables WITH (FORCE)")


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=services.BASE_DIR, env=os.environ | environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogues")
def test_eval_briefs_runs_on_the_demo_model_where_none_is_configured():
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    done = manage("eval_briefs", DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("demo: 100.0% of ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", ["create_token mara", "load_creators Makefile", "prune"])
def test_a_database_without_tables_is_told_in_one_line(empty_database, command):
    done = manage(*command.split(), DATABASE_URL=empty_database)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("famekeeda: the database has no tables yet: run `make run` once, or `manage.py")
    assert done.stderr.count("\n") == 1


def test_production_works_without_the_package_dev():
    code = "import sys; sys.modules['dev'] = None; import manage; sys.argv = ['manage.py', 'check']; manage.main()"
    production = {"DEBUG": "0", "SECRET_KEY": "s3cr3t-and-not-guessed-" * 3, "ALLOWED_HOSTS": "localhost"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=services.BASE_DIR, env=os.environ | production, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr
