"""A wrong load is deleted: what it inserted goes, what it changed stays and is said, before and after."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from briefs.models import Trend
from loads.models import Companion, Load, Reject
from loads.run import table_lock
from performance import stats
from tests import factories
from tests.loads.loading import HEADER, load_text, table

pytestmark = pytest.mark.django_db(transaction=True)
RIGHTS = ("loads.view_load", "loads.delete_load")


def page_of(load: Load) -> str:
    return f"/admin/loads/load/{load.pk}/delete/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_what_it_inserted_goes_and_what_it_changed_stays(admin_client):
    load_text(HEADER + "ana,c,100,5,2,1\nben,c,100,5,2,1\n")
    wrong = load_text(HEADER + "ana,c,900,5,2,1\nben,c,100,5,2,1\ncleo,c,900,5,2,1\ndora,c,900,5,2,1\neve,c,x,5,2,1\n")
    load_text(HEADER + "dora,c,950,5,2,1\n")

    asked = text(admin_client.get(page_of(wrong)))
    said = text(admin_client.post(page_of(wrong), follow=True))

    assert "<dt>1</dt><dd>creator result that this load inserted" in asked
    assert "<dt>1</dt><dd>creator result that this load changed" in asked
    assert "<dt>1</dt><dd>creator result that later loads" in asked
    assert (
        f"Load {wrong.pk}: export.csv is deleted. Deleted: 1 creator result and 1 rejected row. "
        "Left as they were: 1 creator result that it changed, 1 that were changed since."
    ) in said
    assert table() == {
        ("ana", "c", "", 900, 5, 2, 1), ("ben", "c", "", 100, 5, 2, 1), ("dora", "c", "", 950, 5, 2, 1),
    }  # fmt: skip
    assert not Load.objects.filter(pk=wrong.pk).exists()


def test_a_row_that_a_deleted_load_changed_belongs_to_no_load(admin_client):
    load_text(HEADER + "ana,c,100,5,2,1\n")
    wrong = load_text(HEADER + "ana,c,900,5,2,1\n")

    admin_client.post(page_of(wrong))
    again = load_text(HEADER + "ana,c,100,5,2,1\n")

    assert (again.updated, again.lowered) == (1, 1)


def test_rejects_companions_and_the_uploaded_file_go_too(admin_client):
    wrong = load_text(HEADER + "ana,c,100,5,2,1\nana,c,x,5,2,1\n", upload=ContentFile(b"x", name="may.csv"))
    assert (Reject.objects.count(), Companion.objects.count()) == (1, 1)

    admin_client.post(page_of(wrong))

    assert (Reject.objects.count(), Companion.objects.count()) == (0, 0)
    assert not default_storage.exists(wrong.upload.name)


def test_many_rows_go_in_batches(admin_client, monkeypatch):
    monkeypatch.setattr("loads.deletion.BATCH_ROWS", 2)
    load_text(HEADER + "".join(f"old{number},c,100,5,2,1\n" for number in range(5)))
    wrong = load_text(HEADER + "".join(f"{name}{n},c,200,5,2,1\n" for n in range(5) for name in ("old", "new")))

    admin_client.post(page_of(wrong))

    assert {row[0] for row in table()} == {"old0", "old1", "old2", "old3", "old4"}


def test_the_history_says_who_deleted_what(client):
    wrong = load_text(HEADER + "ana,c,100,5,2,1\n")
    client.force_login(factories.user("omar", *RIGHTS, is_staff=True))

    client.post(page_of(wrong))

    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.is_deletion(), entry.object_repr) == (
        "omar",
        True,
        f"Load {wrong.pk}: export.csv",
    )
    assert entry.get_change_message() == (
        "Deleted: 1 creator result and 0 rejected rows. "
        "Left as they were: 0 creator results that it changed, 0 that were changed since."
    )


def test_totals_are_counted_anew(admin_client):
    wrong = load_text(HEADER + "ana,c,100,5,2,1\n")
    first = load_text(HEADER + "ben,c,100,5,2,1\n")
    assert stats.campaign("c")[0].results == 2
    for load in (first, wrong):
        admin_client.post(page_of(load))

    assert stats.campaign("c")[0].results == 0


def test_a_load_that_changed_nothing_is_deleted_with_its_rejects(admin_client):
    failed = load_text(HEADER + "ana,c,x,5,2,1\n")

    said = text(admin_client.post(page_of(failed), follow=True))

    assert "Deleted: 0 creator results and 1 rejected row." in said


def test_trends_that_a_load_inserted_go_unless_somebody_changed_them(admin_client, catalogues):
    Trend.objects.all().delete()
    factories.trend("#old")
    wrong = load_text("hashtag,platform,score\n#run,instagram,1\n#walk,instagram,2\n#old,instagram,3\n", kind="trends")
    walk = Trend.objects.get(hashtag="#walk")
    admin_client.post(
        f"/admin/briefs/trend/{walk.pk}/change/",
        {
            "hashtag": "#walk",
            "platform": "instagram",
            "score": "9",
            "topics": "",
            "observed_at_0": "2026-01-01",
            "observed_at_1": "10:00",
        },
    )

    said = text(admin_client.post(page_of(wrong), follow=True))

    assert "Deleted: 1 trend and 0 rejected rows. Left as they were: 1 trend that it changed, 1 that were" in said
    assert set(Trend.objects.values_list("hashtag", flat=True)) == {"#old", "#walk"}


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_load_that_has_not_ended_is_cancelled_first(admin_client, state):
    load = factories.load(state=state)
    with connection.copy().cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [0x10AD, load.pk])  # its process lives
        said = text(admin_client.post(page_of(load), follow=True))
        other.connection.close()

    assert "This load has not ended yet. Cancel it first." in said
    assert Load.objects.filter(pk=load.pk).exists()


def test_while_another_load_of_the_kind_runs_nothing_is_deleted(admin_client):
    wrong = load_text(HEADER + "ana,c,100,5,2,1\n")
    with connection.copy().cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", table_lock("performance"))
        said = text(admin_client.post(page_of(wrong)))
        other.connection.close()

    assert "Another load of this kind is running. Delete this one when it has ended." in said
    assert len(table()) == 1


def test_a_load_from_before_inserted_rows_were_noted_loses_them_only_if_it_changed_none(admin_client):
    inserting = load_text(HEADER + "ana,c,100,5,2,1\n")
    changing = load_text(HEADER + "ana,c,200,5,2,1\nben,c,100,5,2,1\n")
    another = load_text(HEADER + "cleo,c,200,5,2,1\n")
    Load.objects.update(inserted_after=None)

    asked = text(admin_client.get(page_of(changing)))
    for load in (inserting, changing, another):
        admin_client.post(page_of(load))

    assert "None of its rows goes." in asked
    assert {row[0] for row in table()} == {"ana", "ben"}


@pytest.mark.parametrize(
    ("kind", "rights", "status"),
    [
        ("performance", ["loads.view_load"], 403),
        ("performance", [*RIGHTS], 302),
        ("trends", [*RIGHTS], 403),
        ("trends", [*RIGHTS, "briefs.add_trend"], 302),
    ],
)
def test_loads_are_deleted_only_by_users_with_the_right_and_that_of_the_kind(client, kind, rights, status):
    load = factories.load(kind=kind)
    client.force_login(factories.user("ken", *rights, is_staff=True))
    shown = "Delete this load" in text(client.get(f"/admin/loads/load/{load.pk}/change/"))

    assert client.post(page_of(load)).status_code == status
    assert shown is (status == 302)
