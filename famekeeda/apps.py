"""What an app brings to the pages and processes that all apps share, and the config of famekeeda itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.core import checks


@dataclass(frozen=True)
class MenuItem:
    """A link in the admin's menu, for users with the permission (`app.codename`), or for all staff without one.

    Whoever removes the page `url_name` removes its line too: a line without a page is an error on every admin page.
    """

    title: str
    icon: str  # a name among Google's Material Symbols
    url_name: str
    permission: str = ""
    # URL names of pages that belong to the line, although their paths do not lie below its own.
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class MenuGroup:
    """Lines of the admin's menu under one title. The menu joins groups that have the same title.

    The menu sorts groups by `order`, and groups of the same order by their apps' places in INSTALLED_APPS.
    """

    title: str
    items: tuple[MenuItem, ...]
    order: int = 50


class ProjectApp(AppConfig):
    """The base of every app's config; its attributes are the hooks that an app may fill.

    A subclass says `default = True`, because Django finds ProjectApp in the same module and has to choose.
    """

    # Dotted name of a module with panels; famekeeda.pages says which functions the module may define.
    panels = ""
    sidebar: tuple[MenuGroup, ...] = ()
    # Dotted names of classes: the kinds of file that the app loads (loads.kinds).
    load_kinds: tuple[str, ...] = ()
    # For each group of queues of the worker `io`: how many tasks of the group one such worker runs at once. It takes
    # tasks from the queues in the order given. Tasks without a route go to `celery`, the queue of the forking worker.
    queues: Mapping[tuple[str, ...], int] = {}
    routes: Mapping[str, str] = {}
    # Periodic tasks, and the seconds between two runs.
    schedule: Mapping[str, float] = {}
    # Dotted name of a module that says what the app keeps, and for how long (famekeeda.keeping.retention).
    retention = ""
    # Dotted name of a module that says what the app holds of creators (famekeeda.keeping.forgetting).
    forgetting = ""
    # Dotted name of a module with what the app tells the other apps (famekeeda.shared).
    shared = ""
    # Dotted name of a module that says what of the app's data is demo (famekeeda.keeping.demo).
    demo = ""
    # Dotted names of classes: what can be done with several creators at once (famekeeda.actions).
    actions: tuple[str, ...] = ()
    # Dotted name of a module with the types of events that the app records (famekeeda.events.types).
    event_types = ""
    # Dotted functions, by the name of a type: each is called with a NewEvent of that type, in the transaction that
    # records the event, and may change and record more (famekeeda.events.recording).
    reactions: Mapping[str, str] = {}
    # Dotted function, called without arguments after a commit that stored events.
    woken_by_events = ""


def project_apps() -> list[ProjectApp]:
    """The configs of the project's own apps, in the order of INSTALLED_APPS."""
    return [app for app in apps.get_app_configs() if isinstance(app, ProjectApp)]


class AdminConfig(SimpleAdminConfig):
    """Django's admin on our site. urls.py loads the admin modules, which commands do not need."""

    default_site = "famekeeda.site.Site"


class FameKeedaConfig(ProjectApp):
    default = True
    name = "famekeeda"
    verbose_name = "Fame Keeda"
    panels = "famekeeda.panels"
    schedule = {"famekeeda.tasks.prune_daily": 3600}
    retention = "famekeeda.keeping.retention"
    forgetting = "famekeeda.keeping.forgetting"
    shared = "famekeeda.events.shared"
    sidebar = (
        MenuGroup("", order=0, items=(MenuItem("Start", "home", "admin:index"),)),
        MenuGroup(
            "Data",
            order=81,
            items=(MenuItem("Events", "history", "admin:famekeeda_event_changelist", "famekeeda.view_event"),),
        ),
        MenuGroup(
            "People",
            order=90,
            items=(
                MenuItem("Users", "person", "admin:auth_user_changelist", "auth.view_user"),
                MenuItem("Groups", "group", "admin:auth_group_changelist", "auth.view_group"),
                MenuItem("API tokens", "key", "admin:famekeeda_token_changelist", "famekeeda.view_token"),
            ),
        ),
    )

    def ready(self) -> None:
        from famekeeda.checks import check_authentication, check_event_types, check_menu

        checks.register(check_authentication, deploy=True)
        checks.register(check_menu)
        checks.register(check_event_types)
        if celery := sys.modules.get("famekeeda.celery"):  # importing Celery takes 0.3 s that few commands need
            celery.configure()
