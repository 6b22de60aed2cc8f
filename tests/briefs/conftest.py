"""What tests of briefs share: a model's server that behaves as it is told, a worker, and the starting catalogues."""

from importlib import import_module

import pytest
from celery.contrib.testing.worker import start_worker
from django.apps import apps
from django.db import connection

from briefs.models import PlatformRule
from famekeeda.celery import app
from tests.briefs.opponent import Opponent


@pytest.fixture
def opponent(settings):
    """The configured model's server."""
    with Opponent() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = server.url, "demo"
        yield server


@pytest.fixture
def catalogues(db):
    """What the migrations bring, also after a test with real transactions has emptied every table."""
    if not PlatformRule.objects.exists():
        with connection.schema_editor() as editor:
            for name in ("0002_platform_rules", "0003_starting_catalogues"):
                import_module(f"briefs.migrations.{name}").fill(apps, editor)


@pytest.fixture
def worker(transactional_db, catalogues):
    """A real worker with threads, in this process, so that it sees the test's database and settings."""
    app.set_current()
    app.conf.task_always_eager = False
    with start_worker(app, pool="threads", concurrency=8, queues=["briefs"], perform_ping_check=False):
        yield
