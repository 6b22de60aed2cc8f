"""An app with types of events, for tests of what events are without any app that records them."""

import sys
from types import ModuleType

from django.apps import apps

from famekeeda.apps import ProjectApp
from famekeeda.events.types import EventType, event_types

SOWN = EventType("Sown", "Something was sown", "{seed} was sown, {depth} deep", {"seed": "Wheat", "depth": "3 cm"})
GREW = EventType("Grew", "Something grew", "{seed} grew", {"seed": "Wheat"})


class Garden(ProjectApp):
    name, path = "garden", "garden"
    event_types = "garden.event_types"


def plant(monkeypatch, *types: EventType, **attributes) -> None:
    """Installs the app, with these types and these attributes of its config, until the test ends."""
    module = ModuleType(Garden.event_types)
    module.EVENT_TYPES = types or (SOWN, GREW)
    monkeypatch.setitem(sys.modules, Garden.event_types, module)
    garden = Garden("garden", ModuleType("garden"))
    garden.apps, garden.models = apps, {}
    for name, value in attributes.items():
        setattr(garden, name, value)
    monkeypatch.setitem(apps.app_configs, "garden", garden)
    event_types.cache_clear()
