"""What all tests share: whether there is a browser, and saying so where there is none."""

import shutil

import pytest
from django.core.cache import cache

from famekeeda.celery import app

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
