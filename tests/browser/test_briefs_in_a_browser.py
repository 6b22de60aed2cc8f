"""Briefs in a real browser: asked for and watched, edited with an eye on the limits, decided, handed on."""

import pytest
from selenium.webdriver.common.by import By

from briefs.models import Brief
from tests import factories
from tests.browser.browsing import click, find, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]


def says(words):
    return lambda it: words in it.find_element(By.TAG_NAME, "body").text


def test_a_brief_is_asked_for_and_watched_until_it_is_written(browser, live_server):
    browser.get(f"{live_server.url}/admin/briefs/brief/add/")
    for name, words in {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners"}.items():
        find(browser, By.NAME, name).send_keys(words)
    find(browser, By.XPATH, "//option[. = 'TikTok']").click()
    click(browser, "Write the brief")
    wait(browser).until(says("Waiting for its turn"))

    brief = Brief.objects.get()
    Brief.objects.update(state="running", started_at=brief.created_at)
    step = factories.step(brief, "tool", "trendFetcher", asked_by="model", received={"hashtags": ["#fyp"]},
                          sent={"arguments": '{"platform": "TikTok"}'})  # fmt: skip
    wait(browser).until(says("#fyp"))
    find(browser, By.CSS_SELECTOR, f"#step-{step.pk} summary").click()

    factories.step(brief, "tool", "personaClassifier", asked_by="model", received={"persona": "Night nurse"})
    wait(browser).until(says("Night nurse"))
    assert '{"platform": "TikTok"}' in find(browser, By.ID, f"step-{step.pk}").text  # still open

    Brief.objects.update(state="ready", generated=factories.CONTENT, finished_at=brief.created_at)
    wait(browser).until(says("Tap the link and pick your pair."))
    assert browser.find_elements(By.CSS_SELECTOR, "[hx-trigger='every 1s']") == []


def test_who_edits_sees_the_limits_while_typing(browser, live_server):
    brief = factories.brief()
    browser.get(f"{live_server.url}/admin/briefs/brief/{brief.pk}/edit/")

    caption = find(browser, By.NAME, "caption")
    caption.clear()
    caption.send_keys("Run")
    wait(browser).until(lambda it: "has to begin with #ad" in it.find_element(By.ID, "live").text)
    caption.clear()
    caption.send_keys("#ad Run")
    wait(browser).until(lambda it: "24 of 2,200 characters" in it.find_element(By.ID, "live").text)
    click(browser, "Save")
    wait(browser).until(says("edited: Caption"))
    brief.refresh_from_db()
    assert brief.edited["caption"] == "#ad Run"


def test_a_brief_is_rejected_with_a_reason_reopened_and_approved(browser, live_server):
    brief = factories.brief()
    browser.get(f"{live_server.url}/admin/briefs/brief/{brief.pk}/change/")

    find(browser, By.CSS_SELECTOR, ".br-reject summary").click()
    find(browser, By.NAME, "reason").send_keys("Too loud")
    click(browser, "Reject brief")
    wait(browser).until(says("“Too loud”"))
    click(browser, "Reopen")
    wait(browser).until(says("admin reopened"))
    click(browser, "Approve")
    wait(browser).until(says("admin approved"))
    brief.refresh_from_db()
    assert brief.review == "approved"


def test_a_rejected_brief_is_asked_for_again_with_a_line_of_instructions(browser, live_server, admin_user):
    brief = factories.brief()
    brief.reject(by=admin_user, revision=0, reason="Too loud")
    browser.get(f"{live_server.url}/admin/briefs/brief/{brief.pk}/change/")

    find(browser, By.CSS_SELECTOR, ".br-reject summary").click()
    find(browser, By.NAME, "instructions").send_keys("Quieter")
    click(browser, "Generate another brief")

    wait(browser).until(lambda _: Brief.objects.filter(regenerated_from=brief, instructions="Quieter").exists())


def test_two_versions_are_compared_on_a_phone(browser, live_server):
    longest = factories.CONTENT | {"caption": f"#ad {'Ganzlangeswort' * 20}", "tone": "Cool"}
    one, other = factories.brief(), factories.brief(generated=longest)
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    browser.get(f"{live_server.url}/admin/briefs/brief/{one.pk}/compare/{other.pk}/")

    wait(browser).until(says("the same in both"))
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    tops = [text.location["y"] for text in browser.find_elements(By.CSS_SELECTOR, ".fk-halves.br-compared p")]
    assert tops == sorted(set(tops))  # one above the other
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_creators_page_is_copied_with_a_click(browser, live_server):
    brief = factories.brief()
    browser.get(f"{live_server.url}/admin/briefs/brief/{brief.pk}/creator/")

    click(browser, "Copy the caption")

    wait(browser).until(says("Copied."))
    browser.execute_script("document.body.append(document.createElement('textarea'))")
    box = find(browser, By.TAG_NAME, "textarea")
    box.send_keys("\ue009v")  # Ctrl-V
    assert box.get_attribute("value") == "#ad Nike Air Max: run your first mile with us.\n\n#run #firstmile"


@pytest.mark.parametrize("page", ["brief", "trend", "persona", "angle", "platformrule", "modelprice"])
def test_the_tables_of_briefs_have_no_errors_and_ask_no_other_host(browser, live_server, page):
    factories.brief()
    browser.get(f"{live_server.url}/admin/briefs/{page}/")
    wait(browser).until(lambda it: it.execute_script("return document.readyState") == "complete")


def test_hostile_words_do_nothing(browser, live_server):
    script = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    content = {name: [script] if isinstance(value, list) else script for name, value in factories.CONTENT.items()}
    brief = factories.brief(script, script, generated=content)
    factories.step(brief, "call", "answer", received={"text": script})

    for page in ("change", "edit", "creator"):
        browser.get(f"{live_server.url}/admin/briefs/brief/{brief.pk}/{page}/")
        wait(browser).until(lambda it: it.execute_script("return document.readyState") == "complete")
        assert "owned" not in browser.title.replace("document.title='owned'", "")
        assert browser.find_elements(By.CSS_SELECTOR, "img[src=x]") == []
