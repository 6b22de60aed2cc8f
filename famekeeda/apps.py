"""The app that all others share."""

from django.apps import AppConfig
from django.core import checks


class FameKeedaConfig(AppConfig):
    name = "famekeeda"
    verbose_name = "Fame Keeda"

    def ready(self) -> None:
        from famekeeda.access import open_paths

        checks.register(open_paths, deploy=True)
