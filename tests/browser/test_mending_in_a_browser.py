"""Rejects are mended with the keyboard alone, on a phone too; loads are cancelled with it."""

import pytest
from celery.contrib.testing.worker import start_worker
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from famekeeda.celery import app
from loads.models import Load
from tests.browser.browsing import find, wait
from tests.loads.loading import HEADER, load_text, new_load, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = (390, 844), (1366, 768)


def type_into(browser, element, text: str) -> None:
    """Tabs to the element, as somebody without a mouse does, and replaces its text."""
    for _ in range(200):
        if browser.switch_to.active_element == element:
            break
        browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element == element
    element.send_keys(Keys.CONTROL, "a")
    element.send_keys(text)


@pytest.fixture
def sized(browser):
    yield browser.set_window_size
    browser.set_window_size(*LAPTOP)


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_a_reject_is_mended_with_the_keyboard(browser, live_server, sized, size):
    sized(*size)
    load = load_text(HEADER + "ana,spring,1000,100,1,1\nana,spring,4 000 000,40,2,x\n")
    reject = load.rejects.get()
    with start_worker(app, queues=["celery"], perform_ping_check=False, shutdown_timeout=30):
        browser.get(f"{live_server.url}/admin/loads/load/{load.pk}/mend/")
        type_into(browser, find(browser, By.NAME, f"{reject.pk}.views"), "4000")
        type_into(browser, find(browser, By.NAME, f"{reject.pk}.shares"), "2" + Keys.ENTER)
        wait(browser).until(lambda it: "1 row mended" in it.page_source)
        wait(browser).until(lambda it: Load.objects.get(mends=load).state == "loaded")

    assert table() == {("ana", "spring", "", 5000, 140, 3, 3)}
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def test_the_cancel_button_keeps_the_focus_while_the_page_renews_itself(browser, live_server):
    load = new_load(upload="loads/may.csv")
    browser.get(f"{live_server.url}/admin/loads/load/{load.pk}/change/")
    button = find(browser, By.ID, "cancel")
    browser.execute_script("arguments[0].focus(); arguments[0].dataset.old = true", button)
    wait(browser).until(lambda it: not it.execute_script("return document.getElementById('cancel').dataset.old"))
    wait(browser).until(lambda it: it.switch_to.active_element.get_attribute("id") == "cancel")

    browser.switch_to.active_element.send_keys(Keys.ENTER)

    wait(browser).until(lambda it: it.find_elements(By.CSS_SELECTOR, "#load[data-status=cancelled]"))
    assert Load.objects.get().state == "cancelled"
