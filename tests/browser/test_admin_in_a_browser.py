"""The admin in a real browser: charts are drawn, nothing breaks, nothing is fetched from elsewhere."""

import pytest
from celery.contrib.testing.worker import start_worker
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from famekeeda.celery import app
from performance.models import Engagement
from tests import factories
from tests.browser.browsing import click, find, wait
from tests.loads.workbooks import workbook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    "page",
    ["/admin/", "/admin/campaign/", "/admin/creator/influencer_1/", "/admin/performance/engagement/", "/docs"],
)
def test_a_page_has_no_errors_and_asks_no_other_host(browser, live_server, page):
    factories.engagement("influencer_1", "campaign_1", likes=10)
    browser.get(live_server.url + page)
    wait(browser).until(lambda it: it.execute_script("return document.readyState") == "complete")


def test_a_person_signs_in_and_sees_the_start_page(chromium, live_server, django_user_model):
    django_user_model.objects.create_superuser("mara", password="a long secret")
    chromium.delete_all_cookies()
    chromium.get(f"{live_server.url}/")
    find(chromium, By.NAME, "username").send_keys("mara")
    find(chromium, By.NAME, "password").send_keys("a long secret")
    click(chromium, "Log in")
    wait(chromium).until(lambda it: "Which creators actually performed?" in it.page_source)


def test_the_user_menu_opens_by_keyboard(browser, live_server):
    browser.get(f"{live_server.url}/admin/")
    log_out = find(browser, By.XPATH, "//form[@id='logout-form']/button")
    opener = find(browser, By.CSS_SELECTOR, "[role=button][aria-label='Your account']")
    assert not log_out.is_displayed()
    while browser.switch_to.active_element != opener:
        ActionChains(browser).send_keys(Keys.TAB).perform()
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    wait(browser).until(lambda it: log_out.is_displayed())


def test_the_menu_of_a_narrow_window_opens_and_closes_by_keyboard(browser, live_server):
    def press(key):
        ActionChains(browser).send_keys(key).perform()

    def has_focus(label):
        return lambda it: it.switch_to.active_element.get_attribute("aria-label") == label

    browser.set_window_size(500, 800)
    try:
        browser.get(f"{live_server.url}/admin/")
        opener = find(browser, By.CSS_SELECTOR, "[role=button][aria-label='Open the menu']")
        menu = browser.find_element(By.ID, "nav-sidebar")
        assert not menu.is_displayed()
        while browser.switch_to.active_element != opener:
            press(Keys.TAB)
        press(Keys.ENTER)
        wait(browser).until(has_focus("Close the menu"))
        assert menu.is_displayed()
        assert opener.get_attribute("aria-expanded") == "true"
        press(Keys.SPACE)
        wait(browser).until(has_focus("Open the menu"))
        assert not menu.is_displayed()
        assert opener.get_attribute("aria-expanded") == "false"
    finally:
        browser.set_window_size(1366, 768)


def test_the_campaign_page_draws_its_charts(browser, live_server):
    for number in range(1, 15):
        factories.engagement(f"influencer_{number}", "campaign_1", likes=number * 10)
    browser.get(f"{live_server.url}/admin/campaign/campaign_1/")
    script = """return [...document.querySelectorAll('canvas')].map(canvas =>
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0))"""
    drawn = wait(browser).until(lambda it: (found := it.execute_script(script)) and all(found) and found)
    assert drawn == [True, True]


def test_a_creator_is_shortlisted_with_a_click(browser, live_server):
    factories.engagement("influencer_1", "campaign_1", likes=10)
    browser.get(f"{live_server.url}/admin/creator/influencer_1/")
    find(browser, By.NAME, "note").send_keys("hire again")
    find(browser, By.XPATH, "//label[contains(., 'Shortlist')]").click()
    click(browser, "Save")
    wait(browser).until(lambda it: "hire again" in it.page_source and "shortlisted" in it.page_source)


def test_a_file_is_uploaded_matched_checked_and_loaded(browser, live_server, tmp_path):
    export = tmp_path / "may.csv"
    export.write_text("Creator,Campaign,Video views,Likes,Comments,Shares\na,c,100,5,2,1\nb,c,x,5,2,1\n")
    factories.load(is_sample=True)

    # A worker in a thread of this process: as real as one of its own, and there in no time.
    with start_worker(app, queues=["celery"], perform_ping_check=False, shutdown_timeout=30):
        browser.get(f"{live_server.url}/admin/loads/load/add/")
        find(browser, By.ID, "file").send_keys(str(export))
        click(browser, "Next: match columns")
        click(browser, "Next: check the file")
        wait(browser).until(status_is("checked"))
        assert "views is not a whole number" in browser.page_source
        assert not Engagement.objects.exists()
        assert "Sample data" in browser.page_source
        click(browser, "Load it")
        wait(browser).until(status_is("loaded"))
        wait(browser).until(lambda it: "Sample data" not in it.page_source)  # removed by this load
        assert Engagement.objects.get().views == 100


def status_is(status):
    return lambda it: it.find_elements(By.CSS_SELECTOR, f"#load[data-status={status}]")


def test_a_sheet_of_a_workbook_is_chosen_and_loaded(browser, live_server, tmp_path):
    export = tmp_path / "may.xlsx"
    export.write_bytes(workbook(["a", "c", "1.2M", 5, 2, 1], change=lambda book: book.create_sheet("Cover", 0)))

    with start_worker(app, queues=["celery"], perform_ping_check=False, shutdown_timeout=30):
        browser.get(f"{live_server.url}/admin/loads/load/add/")
        find(browser, By.ID, "file").send_keys(str(export))
        click(browser, "Next: match columns")
        wait(browser).until(lambda it: "may.xlsx is empty" in it.page_source)
        find(browser, By.XPATH, "//option[. = 'Sheet']").click()
        click(browser, "Read this sheet")
        wait(browser).until(lambda it: "1.2M → 1,200,000" in it.page_source)
        find(browser, By.NAME, "approximate").click()
        click(browser, "Next: check the file")
        wait(browser).until(status_is("checked"))
        click(browser, "Load it")
        wait(browser).until(status_is("loaded"))
        assert Engagement.objects.get().views == 1_200_000


def test_another_encoding_is_shown_chosen_and_loaded(browser, live_server, tmp_path):
    export = tmp_path / "may.csv"
    export.write_bytes("Wer,campaignId,views,likes,comments,shares\nZoë,c,100,5,2,1\n".encode("cp1252"))

    with start_worker(app, queues=["celery"], perform_ping_check=False, shutdown_timeout=30):
        browser.get(f"{live_server.url}/admin/loads/load/add/")
        find(browser, By.ID, "file").send_keys(str(export))
        click(browser, "Next: match columns")
        wait(browser).until(lambda it: "Zo\\xeb" in it.page_source and "Zoë" in it.page_source)
        find(browser, By.XPATH, "//select[@name='influencerId']/option[. = 'Wer']").click()
        click(browser, "Read it so")
        wait(browser).until(lambda it: "Read as cp1252" in it.page_source)
        click(browser, "Next: check the file")
        wait(browser).until(status_is("checked"))
        click(browser, "Load it")
        wait(browser).until(status_is("loaded"))
        assert Engagement.objects.get().influencer_id == "Zoë"


def test_a_picture_is_refused_on_the_page_where_it_was_chosen(browser, live_server, tmp_path):
    export = tmp_path / "may.csv"
    export.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    browser.get(f"{live_server.url}/admin/loads/load/add/")
    find(browser, By.ID, "file").send_keys(str(export))
    click(browser, "Next: match columns")
    wait(browser).until(lambda it: "may.csv is a picture (PNG)" in it.page_source)
    browser.get_log("browser")  # of the answer's status, 400


def test_a_file_above_the_limit_is_refused_before_it_is_sent(browser, live_server, settings, tmp_path):
    settings.UPLOAD_MAX_MB = 1
    export = tmp_path / "large.csv"
    export.write_bytes(b"x" * 1_000_001)
    browser.get(f"{live_server.url}/admin/loads/load/add/")
    find(browser, By.ID, "file").send_keys(str(export))
    wait(browser).until(lambda it: "1 MB is the most" in it.find_element(By.ID, "file-error").text)
    assert browser.execute_script("return document.getElementById('upload').checkValidity()") is False
