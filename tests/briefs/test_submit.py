"""Requests while the broker or Redis is away, or hangs."""

import socket

import pytest
from rest_framework.test import APIClient

from briefs import tasks
from briefs.models import Brief

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


@pytest.fixture
def api(settings):
    settings.DEBUG = True
    return APIClient()


def generate(api, prefer=""):
    return api.post("/generate-brief", WORDS, headers={"Prefer": prefer} if prefer else {})


def test_without_a_broker_it_is_503_at_once_and_nothing_stays_in_flight(api, fake_llm, no_broker):
    answer = generate(api)
    assert (answer.status_code, answer.json()["failure"]) == (503, "broker_away")
    assert Brief.objects.get().state == "failed"


@pytest.fixture
def hanging_redis(settings):
    """It takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": address}}
        yield


def test_a_broker_that_hangs_is_503_before_there_is_a_brief_that_nobody_writes(api, fake_llm, hanging_redis):
    answer = generate(api)
    assert (answer.status_code, answer.json()["failure"]) == (503, "broker_away")
    assert not Brief.objects.exists()


def test_without_redis_the_rows_answer_what_was_written(api, fake_llm, request):
    brief = generate_here(api)
    request.getfixturevalue("hanging_redis")
    answer = generate(api)
    assert (answer.status_code, answer.headers["X-Cache"], answer.json()["id"]) == (200, "hit", brief.pk)


def generate_here(api) -> Brief:
    """Without a worker."""
    pk = generate(api, prefer="respond-async").json()["id"]
    tasks.write(pk)
    return Brief.objects.get(pk=pk)
