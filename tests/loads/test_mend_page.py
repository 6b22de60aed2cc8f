"""Rejects mended on their page: judged again, loaded as a load of their own, with the creator's good rows."""

import pytest
from django.contrib.admin.models import LogEntry

from loads.deletion import delete
from loads.models import Load, Reject
from loads.rejects import as_csv
from loads.run import run
from loads.tasks import run_upload
from tests import factories
from tests.loads.loading import HEADER, load_text, new_load, source, table

pytestmark = pytest.mark.django_db(transaction=True)
POSTS = HEADER + "ana,spring,1000,100,1,1\nana,spring,x,40,2,2\nana,spring,y,7,0,0\nben,spring,500,5,0,0\n"


RIGHTS = ("loads.view_load", "loads.view_reject", "loads.add_load")


@pytest.fixture
def mara(client):
    client.force_login(factories.user("mara", *RIGHTS, is_staff=True))
    return client


def page_of(load: Load) -> str:
    return f"/admin/loads/load/{load.pk}/mend/"


def mend(client, load: Load, line: int, **cells) -> str:
    """Types cells into the row of this line, has good rows loaded, and returns the page."""
    reject = load.rejects.get(line=line)
    page = client.post(page_of(load), {f"{reject.pk}.{name}": text for name, text in cells.items()}, follow=True)
    for waiting in Load.objects.filter(state="queued"):
        run_upload(waiting.pk)
    return page.content.decode()


def test_a_mended_row_is_loaded_together_with_the_creator_s_good_rows(mara):
    load = load_text(POSTS)

    page = mend(mara, load, 3, views="4000")

    new = Load.objects.get(mends=load)
    assert f"1 row mended: load {new.pk} brings them in." in page
    assert (new.state, new.who, new.origin, new.updated) == (
        "loaded", "mara", f"mended rejects of load {load.pk}", 1,
    )  # fmt: skip
    assert ("ana", "spring", "", 5000, 140, 3, 3) in table()
    assert Reject.objects.get(line=3).mended_in == new
    assert LogEntry.objects.get().get_change_message() == f"Mended 1 row: load {new.pk}."


def test_a_row_mended_later_takes_those_mended_before_along(mara):
    load = load_text(POSTS)

    mend(mara, load, 3, views="4000")
    mend(mara, load, 4, views="50")

    assert ("ana", "spring", "", 5050, 147, 3, 3) in table()
    assert load.rejects.unmended().count() == 0


def test_what_is_still_wrong_stays_with_its_reason_and_what_was_typed(mara):
    load = load_text(POSTS)

    page = mend(mara, load, 3, views="30")

    assert "Still wrong: 1 row (line 3). The reason stands beside each." in page
    assert "Likes are above views" in page
    assert 'value="30"' in page
    assert not Load.objects.filter(mends=load).exists()
    assert ("ana", "spring", "", 1000, 100, 1, 1) in table()


def test_a_mended_row_says_by_which_load_and_cannot_be_mended_again(mara):
    load = load_text(POSTS)
    mend(mara, load, 3, views="4000")
    new = Load.objects.get(mends=load)

    page = mend(mara, load, 3, views="9000")

    assert f'<a href="/admin/loads/load/{new.pk}/change/">load {new.pk}</a>' in page
    assert "No cell was changed." in page
    assert "1 mended since" in mara.get(f"/admin/loads/load/{load.pk}/change/").content.decode()
    assert f"load {new.pk}" in mara.get("/admin/loads/reject/").content.decode()


def test_a_row_whose_mending_load_was_cancelled_can_be_mended_again(mara):
    load = load_text(POSTS)
    mend(mara, load, 3, views="4000")
    Load.objects.filter(mends=load).update(state="cancelled")

    mend(mara, load, 3, views="6000")

    assert ("ana", "spring", "", 7000, 140, 3, 3) in table()


def test_a_row_that_was_typed_before_is_loaded_without_another_change(mara):
    load = load_text(POSTS)
    mend(mara, load, 3, views="4000")
    Load.objects.filter(mends=load).update(state="failed")

    mend(mara, load, 3)

    assert [new.state for new in Load.objects.filter(mends=load)] == ["loaded", "failed"]


def test_while_mended_rows_are_on_their_way_others_wait_so_that_no_sum_is_overtaken(mara):
    load = load_text(POSTS)
    reject = load.rejects.get(line=3)
    mara.post(page_of(load), {f"{reject.pk}.views": "4000"})
    first = Load.objects.get(mends=load)

    page = mend(mara, load, 4, views="50")
    assert f"Load {first.pk} is still bringing mended rows in: load this row when that load has ended" in page

    mend(mara, load, 4)
    assert ("ana", "spring", "", 5050, 147, 3, 3) in table()


def test_a_row_without_its_creator_joins_the_good_rows_that_the_load_brought(mara):
    load = load_text(HEADER + "ana,spring,1000,100,1,1\n,spring,4000,40,2,2\n,spring,50,7,0,0\n")

    mend(mara, load, 3, influencerId="ana")
    mend(mara, load, 4, influencerId="ana")

    assert table() == {("ana", "spring", "", 5050, 147, 3, 3)}


def test_a_row_without_its_creator_of_whom_nothing_is_known_is_loaded_alone(mara):
    load = load_text(HEADER + "ana,spring,1000,100,1,1\n,spring,4000,40,2,2\n")

    mend(mara, load, 3, influencerId="ben")

    assert table() == {("ana", "spring", "", 1000, 100, 1, 1), ("ben", "spring", "", 4000, 40, 2, 2)}


def test_a_row_whose_creator_another_load_brought_is_not_loaded_at_the_cost_of_good_rows(mara):
    first = load_text(HEADER + "ana,spring,1000,100,1,1\n")
    load = load_text(HEADER + "ana,spring,1000,100,1,1\n,spring,4000,40,2,2\n")

    page = mend(mara, load, 3, influencerId="ana")

    assert (
        f"Whether export.csv has good rows of ana, spring is not known: their sum was left by load {first.pk}. "
        "Correct line 3 in the file and load the whole file"
    ) in page
    assert table() == {("ana", "spring", "", 1000, 100, 1, 1)}


def test_a_mended_row_does_not_set_back_what_a_later_load_brought(mara):
    load = load_text(POSTS)
    later = load_text(HEADER + "ana,spring,9000,900,9,9\n")

    page = mend(mara, load, 3, views="4000")

    assert f"Load {later.pk} has brought newer figures of ana, spring since, which this row would set back" in page
    assert ("ana", "spring", "", 9000, 900, 9, 9) in table()


def test_newer_is_what_ran_later_not_what_was_brought_later(mara):
    brought_first = new_load()
    load = load_text(POSTS)
    run(brought_first, source(HEADER + "ana,spring,9000,900,9,9\n"))

    page = mend(mara, load, 3, views="4000")

    assert f"Load {brought_first.pk} has brought newer figures of ana, spring since" in page
    assert ("ana", "spring", "", 9000, 900, 9, 9) in table()


def test_an_upload_that_was_confirmed_late_is_mended_over_loads_that_ran_before_it(mara):
    confirmed_late = new_load()
    load_text(HEADER + "ana,spring,9000,900,9,9\n")
    run(confirmed_late, source(POSTS))

    mend(mara, confirmed_late, 3, views="4000")

    assert ("ana", "spring", "", 5000, 140, 3, 3) in table()


def test_a_mended_row_does_not_set_back_what_a_deleted_load_left(mara, admin_user):
    load = load_text(POSTS)
    delete(load_text(HEADER + "ana,spring,9000,900,9,9\n"), by=admin_user)

    page = mend(mara, load, 3, views="4000")

    assert (
        "The figures of ana, spring were left by a load that is deleted, so that nobody knows whether they are newer. "
        "Correct line 3 in the file and load the whole file"
    ) in page
    assert ("ana", "spring", "", 9000, 900, 9, 9) in table()


def test_spaces_that_made_a_count_wrong_are_mended_by_loading_what_the_page_shows(mara):
    load = load_text(HEADER + "ana,spring,1000,100,1,1\nben,spring, 48000,40,2,2\n")

    mend(mara, load, 3)

    assert ("ben", "spring", "", 48000, 40, 2, 2) in table()


def test_a_mending_load_changes_nothing_if_a_newer_load_ended_while_the_mending_load_waited(mara):
    load = load_text(POSTS)
    newer = new_load()
    mara.post(page_of(load), {f"{load.rejects.get(line=3).pk}.views": "4000"})
    run(newer, source(HEADER + "ana,spring,9000,900,9,9\n"))

    run_upload(Load.objects.get(mends=load).pk)

    mending = Load.objects.get(mends=load)
    assert (mending.state, mending.error) == (
        "failed",
        f"load {newer.pk} has brought newer figures of ana, spring since, which mended rows would set back; nothing "
        "was changed. Have the other mended rows loaded once more on the page where they were mended",
    )
    assert ("ana", "spring", "", 9000, 900, 9, 9) in table()
    assert load.rejects.unmended().count() == 2


def test_an_escaped_id_of_a_row_with_too_few_columns_is_the_creator_s_own(mara):
    load = load_text(HEADER + "'@ana,spring,1000,10,1,1\n'@ana,spring,500,5,1\n")

    mend(mara, load, 3, influencerId="@ana", campaignId="spring", views="500", likes="5", comments="1", shares="1")

    assert load.rejects.get().cells["influencerId"] == "@ana"
    assert table() == {("@ana", "spring", "", 1500, 15, 2, 2)}


def test_rows_without_their_creator_are_mended_one_after_the_other(mara):
    load = load_text(HEADER + "ben,spring,500,5,0,0\n,spring,4000,40,2,2\n,spring,50,7,0,0\n")

    mend(mara, load, 3, influencerId="ana")
    mend(mara, load, 4, influencerId="ana")

    assert table() == {("ben", "spring", "", 500, 5, 0, 0), ("ana", "spring", "", 4050, 47, 2, 2)}


def test_the_file_of_rejects_keeps_rows_that_were_mended_on_the_page(mara):
    load = load_text(POSTS)
    mend(mara, load, 3, views="4000")

    load_text("".join(as_csv(load)).replace(",y,", ",50,"))

    assert ("ana", "spring", "", 5050, 147, 3, 3) in table()


def test_trends_are_mended_too(admin_client, catalogues):
    load = load_text("hashtag,platform,score\n#run,instagram,1\n#walk,instagram,x\n", kind="trends")

    mend(admin_client, load, 3, score="7")

    assert (Load.objects.get(mends=load).kind, Load.objects.get(mends=load).inserted) == ("trends", 1)


def test_hostile_cells_come_back_as_text(mara):
    load = load_text(POSTS)

    page = mend(mara, load, 3, influencerId='"><script>\n,', views="1" * 5_000)

    assert "<script>\n" not in page
    assert "Still wrong: 1 row" in page


def test_a_row_whose_cells_are_all_emptied_is_no_row(mara):
    load = load_text(POSTS)

    page = mend(mara, load, 3, influencerId="", campaignId="", views="", likes="", comments="", shares="")

    assert "The row is empty" in page
    assert not Load.objects.filter(mends=load).exists()


def test_the_api_names_the_load_that_mended_a_row(mara):
    load = load_text(POSTS)
    mend(mara, load, 3, views="4000")

    rejects = mara.get(f"/loads/{load.pk}/rejects").json()

    assert [(reject["line"], reject["mendedBy"]) for reject in rejects] == [
        (3, Load.objects.get(mends=load).pk),
        (4, None),
    ]


def test_rejects_are_paged(mara):
    load = load_text(HEADER + "ana,spring,1,0,0,0\n" + "ana,spring,x,0,0,0\n" * 30)

    assert mara.get(page_of(load)).content.decode().count('name="') > 25 * 7
    second = mara.get(page_of(load) + "?page=2").content.decode()
    assert ("Page 2 of 2" in second, "views of line 32" in second, "views of line 27" in second) == (True, True, False)


@pytest.mark.parametrize("fields", [{"state": "checked"}, {"state": "failed"}, {"is_sample": True}])
def test_only_rejects_of_a_file_that_was_loaded_are_mended(mara, fields):
    load = factories.load(**fields)
    factories.reject(load)

    page = mara.get(page_of(load), follow=True).content.decode()

    assert "Only rejects of a file that was loaded can be mended here." in page
    assert "Mend them here" not in page


@pytest.mark.parametrize(
    ("rights", "status"),
    [(["loads.view_load"], 403), (["loads.add_load"], 403), (["loads.add_load", "briefs.add_trend"], 200)],
)
def test_rejects_are_mended_only_by_users_who_may_load_their_kind(client, rights, status):
    load = factories.load(kind="trends")
    client.force_login(factories.user("ken", *rights, is_staff=True))

    assert client.get(page_of(load)).status_code == status


def test_a_load_whose_rejects_are_all_mended_shows_none_of_them_as_open(mara):
    mara.force_login(factories.user("ina", *RIGHTS, "performance.view_engagement", is_staff=True))
    load = load_text(HEADER + "ana,spring,x,40,2,2\nben,spring,500,5,0,0\n")
    assert '<a class="fk-tile fk-alert"' in mara.get("/admin/").content.decode()

    mend(mara, load, 2, views="4000")

    page = mara.get(f"/admin/loads/load/{load.pk}/change/").content.decode()
    assert "<b>1</b><span>rejected, all mended</span>" in page
    assert "The row is mended." in page
    assert [words for words in ("The row as it stood", "The first 0", "Mend them here") if words in page] == []
    start = mara.get("/admin/").content.decode()
    assert "<b>0</b><span>rejected rows left, 1 mended</span>" in start
    assert "fk-alert" not in start
