"""POST /generate-brief with an Idempotency-Key: one brief, for which every repeat waits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from rest_framework.test import APIClient

from briefs.models import Brief
from famekeeda.models import KeptAnswer
from tests import factories
from tests.fake_llm import behaves, hang, unauthorised

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


@pytest.fixture
def api(settings, fake_llm):
    """An API client; on a laptop, where briefs need no token."""
    settings.DEBUG = True
    return APIClient()


def generate(api, key="k", prefer="", **changed):
    """Asks for a new brief: none that was written earlier is an answer."""
    headers = {"Idempotency-Key": key} | ({"Prefer": prefer} if prefer else {})
    return api.post("/generate-brief?refresh=1", WORDS | changed, headers=headers)


def test_a_repeat_gets_the_brief_of_the_first_request(api, worker, fake_llm):
    first, repeat = generate(api), generate(api)
    assert (first.status_code, repeat.status_code, repeat["Idempotent-Replayed"]) == (200, 200, "true")
    assert first.content == repeat.content
    assert (first["X-Cache"], repeat["X-Cache"]) == ("miss", "miss")
    assert (Brief.objects.count(), len(fake_llm.requests)) == (1, 2)


def test_another_key_gets_a_brief_of_its_own(api, worker):
    assert generate(api, "a").json()["id"] != generate(api, "b").json()["id"]


def test_another_request_with_the_key_is_refused_also_while_the_first_brief_is_written(api, worker, fake_llm):
    fake_llm.will(hang)
    assert generate(api, prefer="respond-async").status_code == 202
    assert generate(api, brand="Puma").status_code == 422
    assert Brief.objects.count() == 1


def test_a_repeat_of_what_was_only_accepted_waits_for_the_brief_and_keeps_it(api, worker):
    accepted = generate(api, prefer="respond-async")
    assert (accepted.status_code, accepted["Location"]) == (202, f"/briefs/{accepted.json()['id']}")
    repeat, again = generate(api), generate(api)
    assert (repeat.status_code, repeat.json()["id"]) == (200, accepted.json()["id"])
    assert repeat.content == again.content
    assert Brief.objects.count() == 1


def test_a_repeat_that_would_not_wait_hears_how_far_the_brief_is(api, worker, fake_llm):
    fake_llm.will(hang)
    generate(api, prefer="respond-async")
    repeat = generate(api, prefer="wait=1")
    assert (repeat.status_code, repeat.json()["state"], repeat["Preference-Applied"]) == (202, "running", "wait=1")
    assert Brief.objects.count() == 1


def test_of_twenty_at_once_all_that_are_answered_get_the_same_bytes(worker, fake_llm, settings):
    settings.DEBUG = True

    def ask(_):
        try:
            return generate(APIClient())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {answer.content for answer in answers if answer.status_code == 200} == {generate(APIClient()).content}
    assert (Brief.objects.count(), len(fake_llm.requests)) == (1, 2)


def test_the_answer_stays_as_it_was_though_people_edit_the_brief(api, worker, admin_user):
    first = generate(api)
    brief = Brief.objects.get()
    brief.edit(brief.content | {"tone": "quiet"}, by=admin_user, revision=0)
    assert generate(api).content == first.content


def test_a_failure_is_not_kept_and_the_key_begins_anew(api, worker, fake_llm):
    fake_llm.will(unauthorised)
    assert generate(api).status_code == 503
    assert not KeptAnswer.objects.exists()
    answer = generate(api)
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (200, False)
    assert sorted(Brief.objects.values_list("state", flat=True)) == ["failed", "ready"]


def test_a_brief_that_could_not_be_sent_is_503_and_not_kept(api, transactional_db, catalogues, no_broker):
    answer = generate(api, prefer="respond-async")
    assert (answer.status_code, answer.json()["failure"]) == (503, "broker_away")
    assert (Brief.objects.get().state, KeptAnswer.objects.count()) == ("failed", 0)


def test_a_brief_that_was_deleted_meanwhile_is_404_once(api, worker, fake_llm):
    fake_llm.will(behaves, behaves)
    generate(api, prefer="respond-async")
    assert generate(api, prefer="wait=20").status_code == 200
    KeptAnswer.objects.update(status=202, body='{"id":0,"state":"queued"}')
    assert generate(api).status_code == 404
    assert generate(api).status_code == 200


def test_who_is_signed_in_has_keys_of_his_own(api, worker):
    anonymous = generate(api).json()["id"]
    api.force_authenticate(factories.user("ken", "briefs.add_brief"))
    assert generate(api).json()["id"] != anonymous
