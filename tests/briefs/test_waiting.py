"""Callers that wait for a brief: how many may, and what they hold meanwhile."""

import pytest
from django.db import connection
from rest_framework.test import APIClient

from briefs import waiting
from briefs.models import Brief
from famekeeda.serving.limits import MAX_THREADS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


@pytest.fixture
def api(settings):
    settings.DEBUG = True
    return APIClient()


def generate(api, prefer=""):
    return api.post("/generate-brief", WORDS, headers={"Prefer": prefer} if prefer else {})


def test_where_too_many_wait_the_next_is_told_where_to_look(api, fake_llm):
    places = [waiting._places.acquire(blocking=False) for _ in range(waiting.MAX_WAITING_CALLERS)]
    try:
        assert all(places)
        assert generate(api).status_code == 202
    finally:
        for _ in places:
            waiting._places.release()


def test_so_many_threads_are_left_that_health_checks_answer():
    assert MAX_THREADS - waiting.MAX_WAITING_CALLERS >= 8


def test_who_waits_holds_no_database_connection(api, fake_llm):
    connection_while_waiting = []

    def look(messages, seconds):
        connection_while_waiting.append(connection.connection)
        brief = Brief.objects.get()
        brief.owner = None
        Brief.objects.update(state="failed", failure="empty", finished_at=brief.created_at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting, "_wait_for_message", look)
        assert generate(api).status_code == 502
    assert connection_while_waiting == [None]
