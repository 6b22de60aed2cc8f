"""What tests in a browser do there."""

import json
from urllib.parse import urlsplit

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


def wait(browser) -> WebDriverWait:
    return WebDriverWait(browser, 10, ignored_exceptions=[StaleElementReferenceException])  # the page went on


def click(browser, button: str) -> None:
    browser.find_element(By.XPATH, f"//button[contains(., '{button}')]").click()


def hosts_asked(browser) -> set[str]:
    events = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    asked = (event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent")
    return {urlsplit(url).hostname for url in asked if url.startswith("http")}
