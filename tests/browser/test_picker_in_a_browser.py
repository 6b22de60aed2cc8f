"""The picker of creators in a real browser: by keyboard, by mouse, by paste; ids that nobody knows."""

import os

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests import factories
from tests.browser.browsing import find, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def offered(browser) -> list[str]:
    return [
        option.text.split("\n")[0]
        for option in browser.find_elements(By.CSS_SELECTOR, ".fk-offers li > span:last-child")
    ]


def chosen(browser) -> list[str]:
    return [chip.text for chip in browser.find_elements(By.CSS_SELECTOR, ".fk-chips li > span:not(.fk-face)")]


def test_creators_are_chosen_by_keyboard_and_taken_out_again(browser, live_server):
    factories.creator("c-1", "Ana Silva")
    factories.creator("c-2", "Ana Costa", followers=90_000)
    browser.get(f"{live_server.url}/admin/campaigns/campaign/add/")
    field = find(browser, By.CSS_SELECTOR, ".fk-picker [role=combobox]")

    field.send_keys("ana")
    wait(browser).until(lambda it: offered(it) == ["Ana Costa", "Ana Silva", "Use “ana” as an id"])
    if folder := os.environ.get("SHOTS"):
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
        browser.save_screenshot(f"{folder}/picker.png")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert (chosen(browser), field.get_attribute("value")) == (["Ana Silva"], "")
    field.send_keys("nobody_9")
    wait(browser).until(lambda it: offered(it) == ["Use “nobody_9” as an id"])
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    field.send_keys("cost")
    wait(browser).until(lambda it: "Ana Costa" in offered(it))
    field.send_keys(Keys.ESCAPE)
    assert offered(browser) == []
    field.send_keys(Keys.BACKSPACE * 4, Keys.BACKSPACE)

    assert chosen(browser) == ["Ana Silva"]
    text = browser.find_element(By.CSS_SELECTOR, ".fk-picker textarea")
    assert text.get_property("value") == "c-1"
    assert not text.is_displayed()
    assert field.get_attribute("aria-expanded") == "false"
