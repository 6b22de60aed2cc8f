"""The admin in a real browser: charts are drawn, nothing breaks, nothing is fetched from elsewhere."""

import json
import os
import shutil
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--window-size=1366,768",
)  # fmt: skip


@pytest.fixture
def browser(live_server, admin_user, client, tmp_path):
    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, f"--user-data-dir={tmp_path}"):
        options.add_argument(option)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"), env=os.environ | {"HOME": str(tmp_path)})
    with webdriver.Chrome(options, service) as browser:
        client.force_login(admin_user)
        browser.get(f"{live_server.url}/healthz")
        browser.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})
        browser.get_log("browser")
        browser.get_log("performance")
        yield browser


def hosts_asked(browser) -> set[str]:
    events = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    asked = (event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent")
    return {urlsplit(url).hostname for url in asked if url.startswith("http")}


@pytest.mark.parametrize("page", ["/admin/", "/admin/campaigns/campaign_1/", "/admin/creators/influencer_1/", "/docs"])
def test_a_page_has_no_errors_and_asks_no_other_host(browser, live_server, page):
    for number in range(1, 15):
        factories.engagement(f"influencer_{number}", "campaign_1", likes=number * 10)
    browser.get(live_server.url + page)
    WebDriverWait(browser, 10).until(lambda it: it.execute_script("return document.readyState") == "complete")
    assert [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert hosts_asked(browser) == {"localhost"}


def test_the_campaign_page_draws_its_charts(browser, live_server):
    for number in range(1, 15):
        factories.engagement(f"influencer_{number}", "campaign_1", likes=number * 10)
    browser.get(f"{live_server.url}/admin/campaigns/campaign_1/")
    script = """return [...document.querySelectorAll('canvas')].map(canvas =>
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0))"""
    drawn = WebDriverWait(browser, 10).until(lambda it: (found := it.execute_script(script)) and all(found) and found)
    assert drawn == [True, True]


def test_a_creator_is_shortlisted_with_a_click(browser, live_server):
    factories.engagement("influencer_1", "campaign_1", likes=10)
    browser.get(f"{live_server.url}/admin/creators/influencer_1/")
    browser.find_element(By.NAME, "note").send_keys("hire again")
    browser.find_element(By.XPATH, "//label[contains(., 'Shortlist')]").click()
    browser.find_element(By.XPATH, "//button[text()='Save']").click()
    WebDriverWait(browser, 10).until(lambda it: "hire again" in it.page_source and "shortlisted" in it.page_source)
