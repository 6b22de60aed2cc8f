"""What tests in a browser do there."""

import json
from urllib.parse import urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait


def wait(browser) -> WebDriverWait:
    """Whatever the driver complains of until then, the page is on its way, or went on."""
    return WebDriverWait(browser, 20, ignored_exceptions=[WebDriverException])


def find(browser, by: str, value: str) -> WebElement:
    return wait(browser).until(lambda it: it.find_element(by, value))


def click(browser, button: str) -> None:
    wait(browser).until(lambda it: it.find_element(By.XPATH, f"//button[contains(., '{button}')]").click() or True)


def hosts_asked(browser) -> set[str]:
    events = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    asked = (event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent")
    return {urlsplit(url).hostname for url in asked if url.startswith("http")}
