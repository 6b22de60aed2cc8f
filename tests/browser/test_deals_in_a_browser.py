"""A deliverable goes from a form with a calendar to a decision, by keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from campaigns.models import Deliverable
from tests import factories
from tests.browser.browsing import find, wait

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("catalogues"),
]


def press(browser, *keys) -> None:
    for key in keys:
        browser.switch_to.active_element.send_keys(key)


def test_a_deliverable_is_agreed_submitted_and_approved_by_keyboard(browser, live_server):
    spring = factories.campaign("spring", status="active", platforms=["instagram"])
    ana = factories.collaboration(spring, "ana", state="agreed")
    browser.get(f"{live_server.url}/admin/campaigns/deliverable/owed-in/{ana.pk}/")

    find(browser, By.NAME, "format").send_keys("reel")
    press(browser, Keys.TAB, Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("name") == "due_on"
    day = timezone.localdate() + timedelta(days=3)
    press(browser, day.isoformat(), Keys.ENTER)

    summary = find(browser, By.XPATH, "//summary[contains(., 'Submit the draft')]")
    summary.send_keys(Keys.ENTER)
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("name") == "draft_url"
    press(browser, "https://drafts.example/7", Keys.ENTER)

    find(browser, By.XPATH, "//button[contains(., 'Approve')]").send_keys(Keys.ENTER)
    find(browser, By.XPATH, "//summary[contains(., 'It is live')]")
    wait(browser).until(lambda _: Deliverable.objects.get().state == "approved")
    reel = Deliverable.objects.get()
    assert (reel.format, reel.platform, reel.due_on) == ("reel", "instagram", day)
    assert reel.draft_url == "https://drafts.example/7"


def test_a_double_click_adds_one_deliverable(browser, live_server):
    ana = factories.collaboration(factories.campaign("spring", status="active"), "ana", state="agreed")
    browser.get(f"{live_server.url}/admin/campaigns/deliverable/owed-in/{ana.pk}/")
    find(browser, By.NAME, "format").send_keys("reel")

    ActionChains(browser).double_click(
        find(browser, By.CSS_SELECTOR, "#deliverable footer button, #deliverable button.fk-button")
    ).perform()

    wait(browser).until(lambda it: "owes a reel" in it.page_source)
    assert Deliverable.objects.count() == 1


def test_the_calendar_fills_in_a_day(browser, live_server):
    ana = factories.collaboration(factories.campaign("spring"), "ana")
    browser.get(f"{live_server.url}/admin/campaigns/deliverable/owed-in/{ana.pk}/")
    field = find(browser, By.NAME, "due_on")
    browser.find_element(By.CSS_SELECTOR, "[id^=calendarlink]").click()
    find(browser, By.CSS_SELECTOR, ".calendarbox .calendar-shortcuts a").click()
    wait(browser).until(lambda _: field.get_attribute("value"))
    assert len(field.get_attribute("value")) == len("2027-05-14")


@pytest.mark.parametrize("width", [390, 1366])
def test_no_page_is_wider_than_the_screen(browser, live_server, width):
    ana = factories.collaboration(factories.campaign("spring", status="active"), "ana", note="W" * 300)
    reel = factories.deliverable(
        ana, "r" * 60, platform="p" * 40, state="submitted", note="N" * 200, draft_url=f"https://{'d' * 60}.example/",
        due_on=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for page in (f"collaboration/{ana.pk}/change", f"collaboration/{ana.pk}/remove",
                     f"deliverable/{reel.pk}/change", f"deliverable/{reel.pk}/remove"):  # fmt: skip
            browser.get(f"{live_server.url}/admin/campaigns/{page}/")
            find(browser, By.CSS_SELECTOR, "section.fk")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, page
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
