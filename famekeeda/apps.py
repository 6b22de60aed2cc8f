"""What an app brings to the parts that all apps share, and the config of famekeeda itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import AppConfig, apps
from django.core import checks


class Capability(AppConfig):
    """The base of every app's config; its attributes are what the app brings to the processes that all apps share.

    A subclass says `default = True`, because Django finds Capability in the same module and has to choose.
    """

    # Groups of queues of the worker `io`, and how many tasks of a group one such worker runs at once. A group is
    # emptied in the order given. Each task needs a route to its queue: tasks without one go to `celery`, the queue of
    # the forking worker.
    queues: Mapping[tuple[str, ...], int] = {}
    routes: Mapping[str, str] = {}

    # Periodic tasks, and the seconds between two runs.
    schedule: Mapping[str, float] = {}


def capabilities() -> list[Capability]:
    return [config for config in apps.get_app_configs() if isinstance(config, Capability)]


class FameKeedaConfig(Capability):
    default = True
    name = "famekeeda"
    verbose_name = "Fame Keeda"

    def ready(self) -> None:
        from famekeeda.access import open_paths
        from famekeeda.celery import gather

        checks.register(open_paths, deploy=True)
        gather()
