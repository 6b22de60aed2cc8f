"""What tests of famekeeda share: an app of nobody, that answers what a test has it answer."""

import sys
from types import ModuleType

import pytest
from django.apps import apps

from famekeeda.apps import ProjectApp


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
