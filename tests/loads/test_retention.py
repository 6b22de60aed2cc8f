"""Uploaded files and rejected rows go after the days that the settings name."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from loads.models import RUNNING_LOCK, Companion, Load, Reject
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path  # another test, in another process, writes a file of the same name


def upload(state: str, days: float) -> Load:
    """An upload of so many days ago."""
    moment = timezone.now() - timedelta(days=days)
    load = factories.load(state=state, finished_at=moment, upload=ContentFile(b"x", name="may.csv"))
    Load.objects.update(created_at=moment)
    return load


@pytest.mark.parametrize("state", ["loaded", "failed", "cancelled"])
def test_the_file_of_a_load_that_ended_goes_and_the_load_stays(state):
    load = upload(state, 181)

    call_command("prune", stdout=io.StringIO())

    assert not default_storage.exists(load.upload.name)
    load.refresh_from_db()
    assert load.upload.name == ""


@pytest.mark.parametrize("state", ["draft", "checked"])
def test_an_upload_that_nobody_loaded_goes_with_its_file(state):
    load = upload(state, 181)

    call_command("prune", stdout=io.StringIO())

    assert not default_storage.exists(load.upload.name)
    assert not Load.objects.exists()


@pytest.mark.parametrize(("state", "days"), [("loaded", 179), ("draft", 179), ("queued", 500), ("running", 500)])
def test_younger_uploads_and_those_that_a_worker_will_read_stay(state, days):
    load = upload(state, days)

    call_command("prune", stdout=io.StringIO())

    assert default_storage.exists(Load.objects.get().upload.name)
    default_storage.delete(load.upload.name)


def test_rejected_rows_go_with_the_good_rows_beside_them_and_the_count_stays():
    for days, line in ((181, 2), (179, 3)):
        load = factories.load(finished_at=timezone.now() - timedelta(days=days), rows=1, rejected=1)
        factories.reject(load, line=line)
        Companion.objects.create(load=load, line=line, rows=1, cells={})

    call_command("prune", stdout=io.StringIO())

    assert [reject.line for reject in Reject.objects.all()] == [3]
    assert [companion.line for companion in Companion.objects.all()] == [3]
    assert [load.rejected for load in Load.objects.all()] == [1, 1]


def test_rejected_rows_of_a_command_that_was_killed_go_by_when_it_began():
    for days, line in ((181, 2), (179, 3)):
        load = factories.load(state="running", started_at=timezone.now() - timedelta(days=days))
        factories.reject(load, line=line)
        Companion.objects.create(load=load, line=line, rows=1, cells={})

    call_command("prune", stdout=io.StringIO())

    assert [reject.line for reject in Reject.objects.all()] == [3]
    assert [companion.line for companion in Companion.objects.all()] == [3]


def test_rejected_rows_of_a_load_that_a_process_runs_stay():
    load = factories.load(state="running", started_at=timezone.now() - timedelta(days=181))
    factories.reject(load)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RUNNING_LOCK, load.pk])

    call_command("prune", stdout=io.StringIO())

    assert Reject.objects.count() == 1


def test_the_page_says_that_rejected_rows_are_not_kept_any_more(admin_client):
    load = factories.load(finished_at=timezone.now(), rows=1, rejected=1)

    page = admin_client.get(f"/admin/loads/load/{load.pk}/change/").content.decode()

    assert "The rows themselves are not kept any more." in page
