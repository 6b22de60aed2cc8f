"""A whole campaign as a marketing person runs it in a real browser: nobody types an id."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from campaigns.models import Account, Campaign, Collaboration, Creator
from famekeeda.events.models import Event
from tests.browser.browsing import click, find, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]

PASSWORD = "Sommer-in-Lissabon-27"


@pytest.fixture
def creators(db):
    for id, name, handle in (("crm-4711", "Ana Lúcia Ferreira", "analu"), ("crm-4712", "Jonas Weiß", "jonas_w")):
        creator = Creator.objects.create(influencer_id=id, name=name)
        Account.objects.create(creator=creator, platform="tiktok", handle=handle, followers=48_200)


def says(browser, words: str) -> None:
    wait(browser).until(lambda it: words in it.find_element(By.TAG_NAME, "body").text)


def sign_in(browser, live_server, django_user_model) -> None:
    browser.delete_all_cookies()
    django_user_model.objects.create_superuser("mara", password=PASSWORD)
    browser.get(f"{live_server.url}/admin/")
    find(browser, By.NAME, "username").send_keys("mara")
    find(browser, By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)


def pick(browser, typed: str, name: str) -> None:
    """Types a part of a name into the picker and chooses who is offered first, by Enter."""
    field = find(browser, By.CSS_SELECTOR, "[role=combobox]")
    field.send_keys(typed)
    wait(browser).until(lambda it: name in it.find_element(By.CSS_SELECTOR, "[role=option]").text)
    field.send_keys(Keys.ENTER)
    wait(browser).until(lambda it: name in it.find_element(By.CSS_SELECTOR, ".fk-chips").text)


def choose_today(browser, number: int) -> None:
    """Opens the calendar of the form's first or second date and chooses today."""
    find(browser, By.ID, f"calendarlink{number}").click()
    find(browser, By.XPATH, f"//*[@id='calendarbox{number}']//a[. = 'Today']").click()


def set_state(browser, state: str) -> None:
    click(browser, state)
    wait(browser).until(lambda it: it.find_element(By.CSS_SELECTOR, "h2 .fk-badge").text == state)


def step(browser, title: str, link: str = "") -> None:
    """Takes a step of the only deliverable, with the link that the step asks for."""
    if not link:
        click(browser, title)
        return
    find(browser, By.XPATH, f"//summary[contains(., '{title}')]").click()
    find(browser, By.CSS_SELECTOR, "details[open] input[type=url], details[open] input[type=text]").send_keys(link)
    find(browser, By.XPATH, f"//details[@open]//button[. = '{title}']").click()


def test_a_campaign_is_run_from_its_creation_to_paid(browser, live_server, django_user_model, creators):
    sign_in(browser, live_server, django_user_model)

    find(browser, By.PARTIAL_LINK_TEXT, "Add a campaign").click()
    for name, words in {"name": "Spring run", "brand": "Nova", "product": "Shoes", "budget": "900"}.items():
        find(browser, By.NAME, name).send_keys(words)
    find(browser, By.NAME, "currency").send_keys("eur")
    find(browser, By.CSS_SELECTOR, "input[name=platforms][value=tiktok]").click()
    find(browser, By.XPATH, "//select[@name='status']/option[. = 'Active']").click()
    choose_today(browser, 0)
    pick(browser, "lúcia", "Ana Lúcia Ferreira")
    pick(browser, "JONAS", "Jonas Weiß")
    click(browser, "Save")
    says(browser, "Spring run is there, with the id spring-run.")

    find(browser, By.PARTIAL_LINK_TEXT, "Ana Lúcia Ferreira").click()
    set_state(browser, "Contacted")
    find(browser, By.NAME, "fee").send_keys("650")
    find(browser, By.CSS_SELECTOR, "#terms footer button").click()
    wait(browser).until(lambda _: Collaboration.objects.filter(fee=650, currency="EUR").exists())
    set_state(browser, "Agreed")

    find(browser, By.PARTIAL_LINK_TEXT, "Add a deliverable").click()
    find(browser, By.NAME, "format").send_keys("video")
    find(browser, By.XPATH, "//select[@name='platform']/option[. = 'TikTok']").click()
    find(browser, By.NAME, "due_on").send_keys((date.today() + timedelta(days=3)).isoformat())
    click(browser, "Save")
    step(browser, "Submit the draft", "https://drafts.example/1")
    step(browser, "Approve")
    step(browser, "It is live", "https://www.tiktok.com/@analu/video/1")
    wait(browser).until(lambda it: it.find_element(By.CSS_SELECTOR, "h2 .fk-badge").text == "Posted")
    set_state(browser, "Paid")

    find(browser, By.LINK_TEXT, "Spring run").click()
    says(browser, "650 EUR paid")
    find(browser, By.LINK_TEXT, "Campaigns").click()
    says(browser, "650 EUR")

    campaign = Campaign.objects.get()
    assert (campaign.budget, campaign.currency, campaign.owner.username) == (Decimal(900), "EUR", "mara")
    assert list(campaign.collaborations.values_list("influencer_id", "state")) == [
        ("crm-4711", "paid"), ("crm-4712", "shortlisted"),
    ]  # fmt: skip
    events = Event.objects.filter(campaign_id="spring-run").order_by("sequence")
    assert set(events.values_list("by__username", flat=True)) == {"mara"}
    moved = events.filter(data__influencerId="crm-4711", type="CreatorStateChanged")
    assert [event.data["after"] for event in moved] == ["shortlisted", "contacted", "agreed", "posted", "paid"]
