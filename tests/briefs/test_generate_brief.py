"""POST /generate-brief: what may be asked, what comes, and how long a caller waits."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.db.models import F
from django.db.models.functions import Now
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from briefs.generation import chain
from briefs.models import Brief, PlatformRule
from briefs.views import preferred_wait
from famekeeda import circuit
from tests import factories
from tests.briefs.writing import claimed_brief
from tests.fake_llm import behaves, drop, hang, rate_limited, server_error, unauthorised

pytestmark = pytest.mark.usefixtures("worker")

WORDS = {
    "brand": "Nike",
    "product": "Air Max Running Shoes",
    "goal": "Increase engagement among young athletes",
    "platform": "Instagram",
}


@pytest.fixture
def api(settings, fake_llm):
    """An API client; on a laptop, where briefs need no token."""
    settings.DEBUG = True
    return APIClient()


def generate(api, prefer="", query="", **changed):
    return api.post(f"/generate-brief{query}", WORDS | changed, headers={"Prefer": prefer} if prefer else {})


def test_four_words_become_a_brief(api):
    answer = generate(api)
    assert answer.status_code == 200
    brief = answer.json()
    assert list(brief) == [
        "caption", "hookIdeas", "hashtags", "CTA", "tone", "deliverables", "dos", "donts", "disclosure", "usageRights",
        "id", "review", "model", "generatedAt",
    ]  # fmt: skip
    assert brief["caption"].startswith("#ad ")
    assert "Nike" in brief["caption"]
    assert all(hashtag.startswith("#") for hashtag in brief["hashtags"])
    assert (brief["review"], brief["model"]) == ("pending", "demo")


def test_a_willing_model_is_asked_twice(api, fake_llm):
    generate(api)
    assert [bool(request["body"].get("tools")) for request in fake_llm.requests] == [True, False]


def test_the_same_request_is_a_hit_with_the_same_body(api, fake_llm):
    first, second = generate(api), generate(api)
    assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("miss", "hit")
    assert first.content == second.content
    assert len(fake_llm.requests) == 2


def test_spaces_and_the_order_of_keys_do_not_matter(api):
    generate(api)
    reversed_and_spaced = {name: f"  {value} " for name, value in reversed(WORDS.items())}
    assert api.post("/generate-brief", reversed_and_spaced).headers["X-Cache"] == "hit"


def test_refresh_writes_anew(api):
    first, second = generate(api).json(), generate(api, query="?refresh=1")
    assert second.headers["X-Cache"] == "miss"
    assert second.json()["id"] != first["id"]
    assert generate(api).json()["id"] == second.json()["id"]


def test_snake_case_is_taken_too(api):
    answer = generate(api, creative_angle="Quiet", campaign_id="campaign_1", influencer_id="influencer_1")
    brief = Brief.objects.get(pk=answer.json()["id"])
    assert (brief.creative_angle, brief.campaign_id, brief.influencer_id) == ("Quiet", "campaign_1", "influencer_1")


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"colour": "red"}, "colour", "There is no such field."),
        ({"brand": " "}, "brand", "This field may not be blank."),
        ({"brand": None}, "brand", "This field may not be null."),
        ({"brand": "x" * 101}, "brand", "no more than 100 characters"),
        ({"brand": "Ni\u0000ke"}, "brand", "May not hold control characters."),
        ({"brand": "Ni\u0007ke"}, "brand", "May not hold control characters."),
        ({"brand": "\u200b\u2060 \u00ad"}, "brand", "Holds nothing that can be seen."),
        ({"brand": "\u3164\u2800"}, "brand", "Holds nothing that can be seen."),
        ({"goal": "\ufe0f"}, "goal", "Holds nothing that can be seen."),
        ({"persona": "\u200d"}, "persona", "Holds nothing that can be seen."),
        ({"product": 5}, "product", "Not a valid string."),
        ({"platform": "myspace"}, "platform", "Unknown. Must be one of: facebook, instagram, linkedin, pinterest,"),
        ({"language": "english please"}, "language", "Must be a language such as en, de or pt-BR."),
        ({"hashtags": ["#x"] * 31}, "hashtags", "no more than 30 elements"),
        ({"hashtags": "#x"}, "hashtags", "Expected a list of items"),
        ({"campaignId": "a", "campaign_id": "b"}, "campaign_id", "Given already, as campaignId."),
    ],
)
def test_bad_input_is_named_by_its_field(api, changed, field, message):
    answer = generate(api, **changed)
    assert answer.status_code == 400
    assert message in answer.json()["errors"][field][0]
    assert not Brief.objects.exists()


def test_every_missing_field_is_named(api):
    assert set(api.post("/generate-brief", {}).json()["errors"]) == {"brand", "product", "goal", "platform"}


@pytest.mark.parametrize("body", ["[]", '"x"', "3", "null"])
def test_a_body_that_is_no_object_is_400(api, body):
    assert api.generic("POST", "/generate-brief", body, content_type="application/json").status_code == 400


def test_what_is_given_replaces_its_tool(api, fake_llm):
    generate(api, persona="Nurses", hashtags=["#a"])
    offered = [tool["function"]["name"] for tool in fake_llm.requests[0]["body"]["tools"]]
    assert offered == ["creativeAngle"]


def test_with_all_three_given_no_tool_is_offered(api, fake_llm):
    answer = generate(api, persona="Nurses", creativeAngle="Quiet", hashtags=["#mine"])
    assert answer.json()["hashtags"][0] == "#mine"
    assert ["tools" in request["body"] for request in fake_llm.requests] == [False]


def test_respond_async_answers_at_once_where_to_look(api):
    answer = generate(api, prefer="respond-async")
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert answer.headers["Location"] == f"/briefs/{answer.json()['id']}"


def test_a_caller_waits_no_longer_than_it_prefers(api, fake_llm):
    fake_llm.always(hang)
    answer = generate(api, prefer="wait=1")
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "wait=1")
    assert answer.json()["state"] == "running"


def test_a_hit_is_answered_to_those_too_who_would_not_wait(api):
    generate(api)
    assert generate(api, prefer="respond-async").status_code == 200


@pytest.mark.parametrize(
    ("prefer", "seconds", "applied"),
    [
        ("wait=5, respond-async", 5, "wait=5"),
        ("respond-async", 0, "respond-async"),
        ('wait="7"', 7, "wait=7"),
        ("wait=99999", 63, "wait=63"),
        ('foo="a, wait=0"', 63, ""),
    ],
)
def test_a_preference_is_read_as_rfc_7240_has_it(prefer, seconds, applied):
    assert preferred_wait(prefer) == (seconds, applied)


@pytest.mark.parametrize(("ttl", "hashtags", "seconds"), [(10**6, [], 86_400), (10**6, ["#run"], 10**6), (60, [], 60)])
def test_a_brief_answers_for_as_long_as_its_trends_are_fresh(settings, ttl, hashtags, seconds):
    settings.BRIEF_CACHE_TTL = ttl
    brief = factories.brief(hashtags=hashtags)
    brief.remember()
    assert seconds - 5 < cache.ttl(f"briefs:{brief.cache_key}") <= seconds
    Brief.objects.update(finished_at=Now() - timedelta(seconds=seconds - 5))
    assert Brief.objects.latest_servable(brief.request, brief.cache_key) == brief
    Brief.objects.update(finished_at=Now() - timedelta(seconds=seconds + 1))
    assert Brief.objects.latest_servable(brief.request, brief.cache_key) is None


@pytest.mark.parametrize("prefer", ["wait=soon", "return=minimal", "handling=lenient; x", ""])
def test_preferences_it_does_not_know_are_ignored(api, prefer):
    assert generate(api, prefer=prefer).status_code == 200


@pytest.mark.parametrize(
    ("misbehaviour", "status", "failure", "attempts"),
    [
        (hang, 504, "timed_out", 1),
        (unauthorised, 503, "unauthorised", 1),
        (rate_limited(retry_after=3600), 503, "rate_limited", 1),
        (server_error(), 503, "server_error", 3),  # the third is the probe
    ],
)
def test_only_a_final_failure_is_told_with_its_attempts(
    api, settings, fake_llm, misbehaviour, status, failure, attempts
):
    settings.LLM_DEADLINE, settings.LLM_MAX_ATTEMPTS = 1, 2
    fake_llm.always(misbehaviour)
    answer = generate(api)
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["failure"], problem["attempts"]) == (status, failure, attempts)
    assert problem["requestId"] == answer.headers["X-Request-ID"]
    assert "Nike" not in answer.content.decode()


def test_a_failure_is_not_cached(api, fake_llm):
    fake_llm.will(unauthorised)
    assert generate(api).status_code == 503
    assert generate(api).status_code == 200


def test_a_rejected_brief_is_no_longer_served(api, admin_user):
    first = Brief.objects.get(pk=generate(api).json()["id"])
    first.reject(by=admin_user, revision=0, reason="Not us")
    second = generate(api)
    assert second.headers["X-Cache"] == "miss"
    again = Brief.objects.get(pk=second.json()["id"])
    assert (again.regenerated_from, again.rejected_before()) == (first, [first])


def test_instructions_lead_to_a_brief_of_their_own(api):
    first, second = generate(api), generate(api, instructions=" No  emoji ")
    assert second.headers["X-Cache"] == "miss"
    assert Brief.objects.get(pk=second.json()["id"]).instructions == "No emoji"
    assert generate(api, instructions="No emoji").json()["id"] == second.json()["id"]
    assert generate(api).json()["id"] == first.json()["id"]


def test_a_hit_is_what_people_edited_and_approved(api, admin_user):
    brief = Brief.objects.get(pk=generate(api).json()["id"])
    brief.edit(brief.content | {"tone": "quiet"}, by=admin_user, revision=0)
    brief.approve(by=admin_user, revision=1)
    hit = generate(api)
    assert hit.headers["X-Cache"] == "hit"
    assert (hit.json()["tone"], hit.json()["review"]) == ("quiet", "approved")


def test_what_was_approved_goes_on_answering_after_a_refresh(api, admin_user):
    approved = Brief.objects.get(pk=generate(api).json()["id"])
    approved.approve(by=admin_user, revision=0)
    assert generate(api, query="?refresh=1").json()["id"] != approved.pk
    assert generate(api).json()["id"] == approved.pk


def test_an_edit_in_the_table_of_rules_misses(api):
    generate(api)
    PlatformRule.objects.filter(pk="instagram").update(caption_limit=1000)
    assert generate(api).headers["X-Cache"] == "miss"


def test_the_months_tokens_are_a_limit_that_says_when_it_resets(api, settings):
    generate(api)
    settings.BRIEF_MONTHLY_TOKENS = 1
    assert generate(api).status_code == 200, "a hit costs nothing"
    answer = generate(api, brand="Adidas")
    assert answer.status_code == 429
    now = datetime.now(UTC)
    next_month = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert f"{next_month:%Y-%m-%d} at 00:00 UTC" in answer.json()["detail"]
    assert 0 < int(answer.headers["Retry-After"]) <= 31 * 24 * 3600


def test_sixty_at_once_with_one_token_left_are_all_refused(api, settings, fake_llm):
    settings.BRIEF_MONTHLY_TOKENS = Brief.objects.get(pk=generate(api).json()["id"]).prompt_tokens + 100_000
    Brief.objects.update(prompt_tokens=settings.BRIEF_MONTHLY_TOKENS - 1, completion_tokens=0)
    answers = at_once(60, lambda number: generate(APIClient(), prefer="respond-async", brand=f"Brand {number}"))
    assert [answer.status_code for answer in answers] == [429] * 60
    assert Brief.objects.count() == 1


def test_of_many_at_once_as_many_are_accepted_as_the_months_tokens_usually_suffice_for(api, settings, fake_llm):
    fake_llm.always(hang)
    factories.brief(prompt_tokens=900, completion_tokens=100)
    settings.BRIEF_MONTHLY_TOKENS = 4_500
    answers = at_once(20, lambda number: generate(APIClient(), prefer="respond-async", brand=f"Brand {number}"))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(202), statuses.count(429)) == (3, 17)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["detail"].startswith(
        "Of the 4,500 tokens of this month 1,000 are used, 3,000 are kept for the briefs being written, and a brief "
        "usually takes 1,000; it resets on "
    )
    assert int(refused.headers["Retry-After"]) == 60


def test_over_the_limit_who_asks_for_what_is_being_written_waits_with_the_others(api, fake_llm, settings):
    fake_llm.will(hang)
    pk = generate(api, prefer="respond-async").json()["id"]
    settings.BRIEF_MONTHLY_TOKENS = 1
    Brief.objects.filter(pk=pk).update(prompt_tokens=2)
    assert generate(api, prefer="respond-async").json()["id"] == pk


def test_of_many_unknown_fields_some_are_named_and_the_rest_counted(api):
    errors = generate(api, **{f"field{number}": 1 for number in range(500)}).json()["errors"]
    assert len(errors) == 11
    assert errors["non_field_errors"] == ["There are 490 more unknown fields."]


def test_in_production_a_token_and_the_right_to_brief_are_needed(api, settings, client):
    settings.DEBUG = False
    assert generate(api).status_code == 401
    api.force_authenticate(factories.user("mara"))
    assert generate(api).status_code == 403
    api.force_authenticate(factories.user("ken", "briefs.add_brief"))
    assert generate(api).status_code == 200
    assert Brief.objects.get().by.username == "ken"


def test_in_production_briefs_are_read_by_those_who_may_see_them(api, settings):
    pk = generate(api).json()["id"]
    settings.DEBUG = False
    paths = ["/briefs", f"/briefs/{pk}"]
    assert [api.get(path).status_code for path in paths] == [401, 401]
    api.force_authenticate(factories.user("mara"))
    assert [api.get(path).status_code for path in paths] == [403, 403]
    api.force_authenticate(factories.user("ken", "briefs.view_brief"))
    assert [api.get(path).status_code for path in paths] == [200, 200]


def test_a_flush_of_redis_forgets_no_written_brief(api):
    first = generate(api)
    cache.clear()
    again = generate(api)
    assert (again.headers["X-Cache"], again.json()["id"]) == ("hit", first.json()["id"])


def test_a_brief_that_is_too_old_answers_no_more(api, settings):
    settings.BRIEF_CACHE_TTL = 60
    first = generate(api)
    cache.clear()
    Brief.objects.update(finished_at=F("finished_at") - timedelta(seconds=61))
    again = generate(api)
    assert (again.headers["X-Cache"], again.json()["id"] == first.json()["id"]) == ("miss", False)


def test_redis_flushed_while_a_brief_is_written_loses_neither_brief_nor_answer(api, fake_llm):
    flushed = threading.Event()

    def flush_then_behave(exchange):
        get_redis_connection("default").flushdb()
        flushed.set()
        time.sleep(0.3)
        exchange.behave()

    fake_llm.will(behaves, flush_then_behave)
    answer = generate(api)
    assert flushed.is_set()
    assert (answer.status_code, Brief.objects.get().state) == (200, "ready")


def test_twenty_identical_requests_at_once_cost_one_conversation(fake_llm, settings):
    settings.DEBUG = True
    answers = at_once(20, lambda _: generate(APIClient()))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(fake_llm.requests) == 2


def test_a_request_whose_brief_is_written_while_it_looks_is_a_hit(api, monkeypatch):
    """Between the look into Redis and the look at the rows."""
    written = []

    def written_meanwhile(queryset, cache_key):
        if not written:
            written.append(True)
            written[0] = generate(APIClient()).json()["id"]

    monkeypatch.setattr(type(Brief.objects.all()), "recall", written_meanwhile)
    answer = generate(api)
    assert (answer.headers["X-Cache"], answer.json()["id"]) == ("hit", written[0])


def test_while_the_models_server_is_left_alone_no_brief_is_begun(api, fake_llm):
    fake_llm.always(drop)
    for number in range(5):
        assert generate(api, brand=f"Brand {number}").json()["failure"] == "unreachable"
    asked = len(fake_llm.requests)
    answer = generate(api)
    assert (answer.status_code, answer.json()["failure"]) == (503, "circuit_open")
    assert 25 <= int(answer.headers["Retry-After"]) <= 30
    assert (Brief.objects.count(), len(fake_llm.requests)) == (5, asked)


def test_a_brief_that_waited_in_the_queue_until_the_server_was_left_alone_fails_at_once(api, fake_llm):
    for _ in range(5):
        circuit.Circuit(fake_llm.url).failed()
    brief = claimed_brief()
    chain.write(brief)
    assert (brief.failure, brief.attempts, fake_llm.requests) == ("circuit_open", 0, [])


def at_once(number, call) -> list:
    """What `call(0)`, `call(1)` … return, which begin at once in threads of their own."""
    start = threading.Barrier(number)

    def begin(which):
        start.wait()
        return in_thread(call, which)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


def in_thread(call, *args):
    try:
        return call(*args)
    finally:
        connections.close_all()
