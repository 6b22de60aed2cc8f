"""What an app registers on its config: its panels, the badge of every page, its lines in the menu."""

import sys
from types import ModuleType

import pytest
from django.apps import apps

from famekeeda.apps import MenuGroup, MenuItem, ProjectApp
from famekeeda.checks import check_menu
from famekeeda.pages import Panel
from tests import factories


def text(response) -> str:
    return response.content.decode()


def menu(response) -> list[tuple[str, list[str]]]:
    return [
        (group["title"], [item["title"] for item in group["items"]]) for group in response.context["sidebar_navigation"]
    ]


class Weather(ProjectApp):
    name, path = "weather", "weather"
    panels = "weather.panels"


@pytest.fixture
def app(monkeypatch):
    """An app with a panel for every page and a badge."""
    panels = ModuleType(Weather.panels)
    for page in ("start", "campaigns", "campaign", "creator"):
        panel = Panel("error.html", {"detail": f"Weather of {page}"})
        setattr(panels, page, lambda request, *args, panel=panel: panel)
    panels.environment = lambda request: ["Sunny", "info"]
    monkeypatch.setitem(sys.modules, Weather.panels, panels)
    monkeypatch.setitem(apps.app_configs, "weather", Weather("weather", ModuleType("weather")))
    return apps.app_configs["weather"]


def test_every_app_of_the_project_registers_itself():
    ours = [app.name for app in apps.get_app_configs() if isinstance(app, ProjectApp)]

    assert ours == ["famekeeda", "campaigns", "performance", "briefs", "loads"]


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/admin/", "Weather of start"),
        ("/admin/campaign/", "Weather of campaigns"),
        ("/admin/campaign/campaign_1/", "Weather of campaign"),
        ("/admin/creator/influencer_1/", "Weather of creator"),
    ],
)
def test_a_panel_is_shown_on_the_page_its_function_is_named_for(admin_client, app, path, heading):
    page = text(admin_client.get(path))

    assert f"<p>{heading}</p>" in page
    assert page.count("Weather of") == 1


def test_a_module_of_panels_need_not_fill_every_page(admin_client, app, monkeypatch):
    monkeypatch.delattr(sys.modules[Weather.panels], "start")

    assert "Weather" not in text(admin_client.get("/admin/"))


def test_a_badge_of_an_app_stands_on_every_page(admin_client, app):
    assert "Sunny" in text(admin_client.get("/admin/auth/user/"))


def test_the_menu_has_the_groups_in_their_order(admin_client):
    assert menu(admin_client.get("/admin/")) == [
        (
            "",
            [
                "Start",
                "Campaigns",
                "Add a campaign",
                "Deliverables",
                "Creators",
                "Results by campaign",
                "Creator results",
                "Verdicts",
            ],
        ),
        ("Briefs", ["Add a brief", "All briefs", "Trends", "Personas", "Angles", "Platforms", "Model prices"]),
        ("Data", ["Upload an export", "Loads", "Rejected rows", "Events"]),
        ("People", ["Users", "Groups", "API tokens"]),
    ]


def test_lines_of_an_app_join_the_group_of_the_same_title(admin_client, app):
    line = MenuItem("Weather", "sunny", "pages:campaigns")
    app.sidebar = (MenuGroup("People", (line,), order=90), MenuGroup("Sky", (line,)))

    titles = dict(menu(admin_client.get("/admin/")))

    assert titles["People"] == ["Users", "Groups", "API tokens", "Weather"]
    assert list(titles) == ["", "Briefs", "Sky", "Data", "People"]


def test_the_menu_leaves_out_what_the_user_may_not_see(client, db):
    client.force_login(factories.user("ken", "briefs.view_brief", is_staff=True))

    assert menu(client.get("/admin/")) == [("", ["Start"]), ("Briefs", ["All briefs"])]


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/admin/", ["Start"]),
        ("/admin/campaigns/campaign/", ["Campaigns"]),
        ("/admin/campaigns/campaign/add/", ["Add a campaign"]),
        ("/admin/campaign/", ["Results by campaign"]),
        ("/admin/campaign/campaign_1/", ["Campaigns"]),
        ("/admin/briefs/brief/", ["All briefs"]),
        ("/admin/briefs/brief/add/", ["Add a brief"]),
    ],
)
def test_the_line_of_the_page_is_highlighted(admin_client, path, active):
    groups = admin_client.get(path).context["sidebar_navigation"]

    assert [item["title"] for group in groups for item in group["items"] if item["active"]] == active


def test_an_item_of_the_menu_that_leads_nowhere_is_an_error_of_check(app):
    assert check_menu() == []
    app.sidebar = (MenuGroup("Sky", (MenuItem("Weather", "sunny", "admin:weather_nowhere"),)),)

    assert [error.id for error in check_menu()] == ["famekeeda.E002"]
