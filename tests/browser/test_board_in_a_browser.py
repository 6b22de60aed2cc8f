"""The board of a campaign in a real browser: cards moved by mouse and by keyboard, and what is said about it."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from campaigns.models import Collaboration
from tests import factories
from tests.browser.browsing import find, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana(browser, live_server):
    factories.creator("ana", "Ana Silva")
    spring = factories.campaign("spring", status="active")
    ana = factories.collaboration(spring, "ana", state="contacted")
    factories.collaboration(spring, "ben", state="agreed")
    browser.get(f"{live_server.url}/admin/campaign/spring/?view=board")
    return ana


def says(words):
    return lambda it: words in it.find_element(By.ID, "said").text


def drag(browser, key, state):
    """As the mouse does it: chromium's driver makes no drag and drop of HTML by itself."""
    browser.execute_script(
        """
        const card = document.querySelector(`[data-key="${arguments[0]}"]`);
        const column = document.querySelector(`[data-state="${arguments[1]}"]`);
        const dataTransfer = new DataTransfer();
        const happen = (element, name) => element.dispatchEvent(
          new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
        happen(card, "dragstart");
        happen(column, "dragover");
        happen(column, "drop");
        happen(card, "dragend");
        """,
        str(key),
        state,
    )


def test_a_card_is_dragged_to_another_column_and_back_again_on_the_new_board(browser, ana):
    drag(browser, ana.pk, "agreed")
    wait(browser).until(says("Ana Silva is agreed now."))
    assert "Ana Silva" in find(browser, By.CSS_SELECTOR, '[data-state="agreed"]').text

    drag(browser, ana.pk, "contacted")
    wait(browser).until(says("Ana Silva is contacted now."))
    ana.refresh_from_db()
    assert (ana.state, ana.revision) == ("contacted", 3)


def test_a_card_that_is_dropped_where_it_may_not_go_stays_and_it_is_said_why(browser, ana):
    drag(browser, ana.pk, "paid")
    wait(browser).until(says("Ana Silva is contacted and cannot become paid. After contacted comes"))
    assert "Ana Silva" in find(browser, By.CSS_SELECTOR, '[data-state="contacted"]').text


def test_a_card_is_moved_by_keyboard_and_the_keyboard_stays_with_it(browser, ana):
    summary = find(browser, By.ID, f"move-{ana.pk}")
    summary.send_keys(Keys.ENTER)
    ActionChains(browser).send_keys(Keys.TAB, Keys.TAB, Keys.ENTER).perform()  # shortlisted, agreed
    wait(browser).until(says("Ana Silva is agreed now."))
    wait(browser).until(lambda it: it.switch_to.active_element.get_attribute("id") == f"move-{ana.pk}")
    assert Collaboration.objects.get(pk=ana.pk).state == "agreed"


def test_escape_closes_the_menu_of_a_card(browser, ana):
    find(browser, By.ID, f"move-{ana.pk}").send_keys(Keys.ENTER)
    wait(browser).until(lambda it: it.find_elements(By.CSS_SELECTOR, "details.ca-move[open]"))
    ActionChains(browser).send_keys(Keys.TAB, Keys.ESCAPE).perform()
    wait(browser).until(lambda it: not it.find_elements(By.CSS_SELECTOR, "details.ca-move[open]"))
    assert browser.switch_to.active_element.get_attribute("id") == f"move-{ana.pk}"
