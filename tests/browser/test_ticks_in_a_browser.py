"""Ticking creators in a real browser, by keyboard alone, and briefing those who are ticked."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from briefs.models import Brief
from tests import factories
from tests.browser.browsing import find, wait

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues", "fake_llm"),
]  # fmt: skip


def ticked(browser) -> list[str]:
    boxes = browser.find_elements(By.CSS_SELECTOR, "input[name=influencer]:checked")
    return [box.get_attribute("value") for box in boxes]


def test_several_creators_of_a_ranking_are_briefed_by_keyboard(browser, live_server):
    for number in range(1, 4):
        factories.engagement(f"creator_{number}", "spring", likes=100 - number)
    browser.get(f"{live_server.url}/admin/campaign/spring/")
    all_of_them = find(browser, By.CSS_SELECTOR, "#ranking-ticks [name=all]")

    all_of_them.send_keys(Keys.SPACE)
    assert ticked(browser) == ["creator_1", "creator_2", "creator_3"]
    find(browser, By.CSS_SELECTOR, "input[value=creator_2]").send_keys(Keys.SPACE)
    assert (ticked(browser), all_of_them.is_selected()) == (["creator_1", "creator_3"], False)

    find(browser, By.CSS_SELECTOR, "#ranking-ticks button[value=brief]").send_keys(Keys.ENTER)
    for name, words in {"brand": "Nike", "product": "Air Max", "goal": "Reach runners", "platform": "TikTok"}.items():
        find(browser, By.NAME, name).send_keys(words)
    find(browser, By.CSS_SELECTOR, ".fk-act + footer button").send_keys(Keys.ENTER)

    wait(browser).until(lambda it: "2 briefs are requested." in it.page_source)
    assert browser.current_url.endswith("/admin/campaign/spring/#ranking")
    assert sorted(Brief.objects.values_list("influencer_id", flat=True)) == ["creator_1", "creator_3"]
