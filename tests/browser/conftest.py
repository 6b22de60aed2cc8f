"""One browser for all tests in one; what they share is that no page complains or asks another host for anything."""

import os
import shutil

import pytest
from selenium import webdriver

from tests.browser.browsing import hosts_asked

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--window-size=1366,768",
)  # fmt: skip


@pytest.fixture(scope="package")
def chromium(tmp_path_factory):
    """Of the package, not of the session: so it is closed before the server, which would else wait for it."""
    home = tmp_path_factory.mktemp("chromium")
    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, f"--user-data-dir={home}"):
        options.add_argument(option)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"), env=os.environ | {"HOME": str(home)})
    with webdriver.Chrome(options, service) as chromium:
        yield chromium


@pytest.fixture
def browser(chromium, live_server, admin_user, client):
    """Signed in; afterwards no page may have complained or asked another host for anything."""
    client.force_login(admin_user)
    chromium.get(f"{live_server.url}/healthz")
    chromium.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})
    chromium.get_log("browser")
    chromium.get_log("performance")
    yield chromium
    assert [entry["message"] for entry in chromium.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert hosts_asked(chromium) == {"localhost"}
