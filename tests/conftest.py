"""What tests of several apps share: a browser or word that there is none, a model's server, a worker, catalogues,
an app of nobody."""

import shutil
import sys
from importlib import import_module
from types import ModuleType

import pytest
from celery.contrib.testing.worker import start_worker
from django.apps import apps
from django.core.cache import cache
from django.db import connection

from famekeeda.apps import ProjectApp
from famekeeda.celery import app
from tests.dev.processes import wait_until

HAS_BROWSER = bool(shutil.which("chromium") and shutil.which("chromedriver"))


def pytest_collection_modifyitems(items):
    if not HAS_BROWSER:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no chromium and chromedriver"))


def pytest_terminal_summary(terminalreporter):
    if not HAS_BROWSER:
        terminalreporter.write_line(
            "The browser tests were left out: install chromium and chromium-driver to run them."
        )


@pytest.fixture
def admin_user(db, django_user_model):
    return django_user_model.objects.create_superuser("admin")  # without a password, which takes long to hash


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def no_broker(monkeypatch):
    """Nobody answers where the broker should be."""
    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/valkey.sock?virtual_host=0")
    monkeypatch.setattr(app, "_pool", None)  # the connections there are lead to the one that answers
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.fixture
def fake_llm(settings):
    """The configured model's server."""
    from tests.fake_llm import FakeLLM

    with FakeLLM() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = server.url, "demo"
        yield server


@pytest.fixture
def catalogues(db):
    """What the migrations bring, also after a test with real transactions has emptied every table."""
    from briefs.models import PlatformRule

    if not PlatformRule.objects.exists():
        with connection.schema_editor() as editor:
            for name in ("0002_platform_rules", "0003_starting_catalogues"):
                import_module(f"briefs.migrations.{name}").fill(apps, editor)


@pytest.fixture(scope="module")
def module_worker(django_db_setup, django_db_blocker):
    """A worker with threads, in this process, so that it sees the test's database and settings."""
    with (
        django_db_blocker.unblock(),
        start_worker(app, pool="threads", concurrency=8, queues=["rescue", "briefs"], perform_ping_check=False),
    ):
        yield


@pytest.fixture
def worker(transactional_db, catalogues, fake_llm, module_worker):
    """A real worker, which starts once for all tests of a module; a test ends when all that it began has ended."""
    from briefs.models import IN_FLIGHT, Brief

    yield
    fake_llm.closing.set()  # whoever hangs goes on
    wait_until(lambda: not Brief.objects.filter(state__in=IN_FLIGHT).exists(), 30)


class Neighbour(ProjectApp):
    path = "neighbour"


@pytest.fixture
def register(monkeypatch):
    """A function that registers an app, the last one, whose shared module has the functions given."""

    def add(name, **functions):
        app = Neighbour(name, ModuleType(name))
        app.apps, app.models = apps, {}
        app.shared = f"{name}.shared"
        module = ModuleType(app.shared)
        vars(module).update(functions)
        monkeypatch.setitem(sys.modules, app.shared, module)
        monkeypatch.setitem(apps.app_configs, name, app)
        return app

    return add


@pytest.fixture
def acting(register, monkeypatch):
    """A function that registers an app with actions of the classes given."""

    def add(*classes):
        app, module = register("weather"), sys.modules["weather.shared"]
        for each in classes:
            setattr(module, each.__name__, each)
        app.actions = tuple(f"weather.shared.{each.__name__}" for each in classes)

    return add
