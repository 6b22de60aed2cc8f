"""What is older than its setting allows is deleted, every day or at once, and nothing else."""

import io
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from knox.models import AuthToken

from famekeeda.celery import app
from famekeeda.keeping import retention
from famekeeda.tasks import prune_daily
from tests import factories

pytestmark = pytest.mark.django_db


def days_ago(days: float):
    return timezone.now() - timedelta(days=days)


def session(key: str, ended_days_ago: float) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=days_ago(ended_days_ago))


def prune(*options: str) -> str:
    out = io.StringIO()
    call_command("prune", *options, stdout=out)
    return out.getvalue()


def sessions() -> set[str]:
    return set(Session.objects.values_list("session_key", flat=True))


def test_sessions_are_deleted_a_day_after_they_ended():
    session("old", 1.1)
    session("ended", 0.9)
    session("lives", -1)

    said = prune()

    assert "ended sessions: 1 deleted, older than 1 days (KEEP_SESSIONS_DAYS)" in said
    assert sessions() == {"ended", "lives"}


def test_a_setting_says_for_how_many_days(settings):
    session("old", 3)
    settings.KEEP_SESSIONS_DAYS = 4
    prune()
    assert sessions() == {"old"}

    settings.KEEP_SESSIONS_DAYS = 2
    prune()
    assert sessions() == set()


def test_a_dry_run_says_what_would_go_and_deletes_nothing():
    session("old", 2)

    assert "ended sessions: 1 would be deleted" in prune("--dry-run")
    assert sessions() == {"old"}


def test_tokens_are_deleted_thirty_days_after_they_expired_and_others_never():
    mara = factories.user()
    for days, key in ((31, "old"), (29, "expired"), (None, "for ever")):
        row, _ = AuthToken.objects.create(mara)
        AuthToken.objects.filter(pk=row.pk).update(token_key=key, expiry=days and days_ago(days))

    prune()

    assert set(AuthToken.objects.values_list("token_key", flat=True)) == {"expired", "for ever"}


def test_many_rows_are_deleted_in_batches(monkeypatch):
    monkeypatch.setattr(retention, "BATCH_ROWS", 2)
    for number in range(5):
        session(f"old{number}", 2)

    assert "ended sessions: 5 deleted" in prune()
    assert sessions() == set()


def test_rows_are_kept_for_ever_by_a_very_large_number_of_days(settings):
    session("old", 1_000)
    settings.KEEP_SESSIONS_DAYS = 999_999_999

    assert "ended sessions: 0 deleted" in prune()


def test_the_task_prunes_once_a_day_however_often_it_comes():
    session("old", 2)
    prune_daily()
    assert sessions() == set()

    session("old", 2)
    prune_daily()
    assert sessions() == {"old"}


def test_beat_sends_the_task():
    assert app.conf.beat_schedule["famekeeda.tasks.prune_daily"]["schedule"] == 3600
