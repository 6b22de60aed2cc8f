"""What a load changes, counts, keeps and refuses."""

import csv
import gzip
import io
import threading
import time

import pytest
from django.db import connection

from loads.models import Load
from loads.rejects import as_csv
from loads.run import LoadRun, run, table_lock
from performance.models import Engagement
from tests import factories
from tests.loads.loading import HEADER, MARA, counts, load_text, new_load, source, table

pytestmark = pytest.mark.django_db(transaction=True)


def test_good_rows_are_loaded_and_the_rate_is_likes_comments_and_shares_by_views():
    load_text(HEADER + "influencer_3764,campaign_1,72616,5115,1344,791\n")
    assert table() == {("influencer_3764", "campaign_1", "", 72616, 5115, 1344, 791)}
    assert Engagement.objects.get().engagement_rate == (5115 + 1344 + 791) / 72616 * 100


def test_every_row_is_accounted_for():
    load = load_text(HEADER + "a,c,100,5,2,1\nb,c,100,5,2,1\na,c,50,5,0,0\nb,c,x,5,2,1\n")
    assert counts(load) == {
        "rows": 4, "inserted": 2, "updated": 0, "lowered": 0, "unchanged": 0, "merged": 1, "rejected": 1,
    }  # fmt: skip
    assert load.state == Load.State.LOADED


def test_several_rows_of_a_creator_are_posts_and_are_added_up():
    load_text(HEADER + "a,c,100,5,2,1\na,c,300,15,0,0\n")
    assert table() == {("a", "c", "", 400, 20, 2, 1)}


def test_the_same_file_again_changes_nothing():
    text = HEADER + "a,c,100,5,2,1\nb,c,100,5,2,1\na,c,100,5,2,1\n"
    first = load_text(text)
    again = load_text(text)
    assert (again.inserted, again.updated, again.unchanged, again.merged) == (0, 0, 2, 1)
    assert {row.load_id for row in Engagement.objects.all()} == {first.pk}


def test_a_later_file_replaces_what_it_names_and_leaves_the_rest():
    load_text(HEADER + "a,c,100,5,2,1\nb,c,100,5,2,1\n")
    load = load_text(HEADER + "a,c,150,6,2,1\nd,c,10,1,0,0\n")
    assert (load.inserted, load.updated, load.lowered) == (1, 1, 0)
    assert table() == {("a", "c", "", 150, 6, 2, 1), ("b", "c", "", 100, 5, 2, 1), ("d", "c", "", 10, 1, 0, 0)}
    assert Engagement.objects.get(influencer_id="a").load_id == load.pk


def test_a_count_that_went_down_is_said():
    load_text(HEADER + "a,c,100,5,2,1\nb,c,100,5,2,1\n")
    load = load_text(HEADER + "a,c,150,4,2,1\nb,c,150,5,2,1\n")
    assert (load.updated, load.lowered) == (2, 1)


def test_platforms_of_a_creator_are_apart_and_a_default_fills_the_empty():
    load_text("platform," + HEADER + "TikTok,a,c,100,5,2,1\n,a,c,10,1,0,0\n", platform="Instagram")
    assert table() == {("a", "c", "TikTok", 100, 5, 2, 1), ("a", "c", "Instagram", 10, 1, 0, 0)}


def test_platforms_that_differ_in_capitals_are_noted_within_a_file_and_between_loads():
    header = "platform," + HEADER
    assert load_text(header + "TikTok,a,c,100,5,2,1\nYouTube,a,c,100,5,2,1\n").notes == []
    noted = ["platforms that differ in capitals count apart: TikTok, tiktok"]
    assert load_text(header + "tiktok,b,c,100,5,2,1\n").notes == noted
    assert load_text(HEADER + "c,c,100,5,2,1\n", platform="TIKTOK", check_only=True).notes == [
        "platforms that differ in capitals count apart: TIKTOK, TikTok, tiktok"
    ]
    assert load_text(header + "x,d,c,100,5,2,1\nX,d,c,100,5,2,1\n").notes == [
        "platforms that differ in capitals count apart: X, x"
    ]
    assert load_text(header + "YouTube,e,c,100,5,2,1\n").notes == []


def test_a_check_counts_and_changes_nothing():
    load = load_text(HEADER + "a,c,100,5,2,1\nb,c,x,5,2,1\n", check_only=True)
    assert (load.state, load.inserted, load.rejected) == ("checked", 1, 1)
    assert table() == set()


@pytest.mark.parametrize(("limit", "state"), [("1", "loaded"), ("50%", "loaded"), ("0", "failed"), ("49%", "failed")])
def test_more_rejects_than_allowed_change_nothing(limit, state):
    load = load_text(HEADER + "a,c,100,5,2,1\nb,c,x,5,2,1\n", max_rejects=limit)
    assert load.state == state
    assert len(table()) == (1 if state == "loaded" else 0)
    assert load.rejects.get().reason == "views is not a whole number"


def test_a_share_of_the_rows_is_exact():
    rows = "".join(f"a{number},c,{'x' if number < 29 else 10},1,1,1\n" for number in range(100))
    assert load_text(HEADER + rows, max_rejects="29%").state == "loaded"
    assert load_text(HEADER + rows, max_rejects="28.99%").state == "failed"


def test_rejects_beyond_the_limit_are_counted_and_not_kept(settings):
    settings.LOAD_MAX_REJECTS_KEPT = 3
    load = load_text(HEADER + "a,c,100,5,2,1\n" + "b,c,x,5,2,1\n" * 5)
    assert (load.state, load.rejected, load.rejects.count()) == ("loaded", 5, 3)
    assert load.notes == ["of the rejects only the first 3 are kept"]


def test_rows_of_empty_cells_above_the_header_are_no_rows():
    load_text(',,,,,\n";",,,,\n'.replace('";"', '""') + HEADER + "a,c,100,5,2,1\n")
    assert table() == {("a", "c", "", 100, 5, 2, 1)}


def test_counts_that_are_too_large_together_are_rejected_also_where_some_rows_name_no_platform():
    huge = 2**53 - 1
    load = load_text(f"platform,{HEADER}ig,a,c,{huge},0,0,0\n,a,c,{huge},0,0,0\n,b,c,1,0,0,0\n", platform="ig")
    assert (load.rejected, load.inserted) == (2, 1)
    assert table() == {("b", "c", "ig", 1, 0, 0, 0)}


def test_a_load_that_is_cancelled_counts_the_rejects_that_it_keeps(monkeypatch):
    monkeypatch.setattr("loads.run.PROGRESS_SECONDS", 0)
    load = new_load()

    def cancel(running):
        if running.rejected > 20_000:
            Load.objects.get(pk=load.pk).cancel(by=MARA)

    run(load, source(HEADER + "b,c,x,5,2,1\n" * 60_000), on_progress=cancel)
    load.refresh_from_db()
    assert (load.state, load.rejected) == ("cancelled", load.rejects.count())


def test_rejects_outlive_a_load_whose_file_breaks_off():
    text = HEADER + "b,c,x,5,2,1\n" + "".join(f"a{number},c,100,5,2,1\n" for number in range(20_000))
    load = load_text(gzip.compress(text.encode())[:-20])
    assert (load.state, load.rejected, load.inserted) == ("failed", 1, 0)
    assert [reject.line for reject in load.rejects.all()] == [2]


def test_rejects_are_committed_on_the_way_not_kept_in_memory_until_the_end_of_the_file(monkeypatch):
    monkeypatch.setattr("loads.run.PROGRESS_SECONDS", 3600)
    commit, waiting = LoadRun.commit_rejects, []

    def watched(load_run):
        waiting.append(len(load_run._uncommitted))
        commit(load_run)

    monkeypatch.setattr(LoadRun, "commit_rejects", watched)
    assert load_text(HEADER + "b,c,x,5,2,1\n" * 40_000).rejects.count() == 40_000
    assert 1_000 <= max(waiting) < 12_000  # the lines of one block


def test_a_load_that_takes_too_long_is_given_up(settings):
    settings.LOAD_MAX_SECONDS = 1
    load = new_load()

    def dawdle(load):
        time.sleep(1.1 if load.phase == "reading" else 0)

    run(load, source(HEADER + "a,c,100,5,2,1\n"), on_progress=dawdle)
    assert (load.state, load.error) == ("failed", "the load took longer than 1 seconds, the limit; nothing was changed")
    assert table() == set()


def test_a_statement_that_takes_too_long_is_ended(settings, monkeypatch):
    settings.LOAD_MAX_SECONDS = 1
    monkeypatch.setattr(
        "performance.load_kind.PerformanceKind.refuse", lambda kind, run: run.scratch.execute("SELECT pg_sleep(9)")
    )
    load = load_text(HEADER + "a,c,100,5,2,1\n")
    assert (load.state, load.error) == ("failed", "the load took longer than 1 seconds, the limit; nothing was changed")


def test_a_compressed_file_that_unpacks_to_more_than_the_limit_fails(settings):
    settings.LOAD_MAX_UNPACKED_MB = 1
    load = load_text(gzip.compress(HEADER.encode() + b"a,c,100,5,2,1\n" * 100_000))
    assert (load.state, load.error) == ("failed", "export.csv unpacks to more than 1 MB, the limit")
    assert table() == set()


def test_a_file_in_another_encoding_is_read_as_it_is_named():
    text = (HEADER + "Zoë,c,100,5,2,1\n").encode("cp1252")
    assert load_text(text).error == (
        "no good row among 1; the first to be rejected: line 2: bytes that are no UTF-8: name the file's encoding, "
        "such as cp1252"
    )
    load_text(text, encoding="cp1252")
    assert table() == {("Zoë", "c", "", 100, 5, 2, 1)}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "export.csv is empty; expected a header with influencerId, campaignId, views, likes, comments, shares"),
        ("\n\n", "export.csv is empty; expected a header with influencerId, campaignId, views, likes, comments, shares"),  # noqa: E501
        (HEADER, "export.csv has a header and no rows"),
        ("name,views\nx,1\n", "no column for influencerId, campaignId, likes, comments, shares; found name, views; "
         "expected influencerId, campaignId, views, likes, comments, shares (and, if you like, platform)"),
        (HEADER.replace("likes", "Views"), "the header names views more than once: "
         "influencerId, campaignId, views, Views, comments, shares"),
        (HEADER + ",c,1,0,0,0\n", "no good row among 1; the first to be rejected: line 2: influencerId is missing"),
        (b"PK\x03\x04...", "export.csv is a damaged workbook or zip archive: its end is missing"),
        (gzip.compress(gzip.compress(HEADER.encode(), mtime=0), mtime=0), "export.csv is compressed twice; unpack it"),
        (b"\x1f\x8bbroken", "export.csv is damaged: Compressed file ended before the end-of-stream marker was reached"),
        (b"<html><table>", "export.csv is a web page (HTML); open it in a spreadsheet program and save it as .xlsx "
         "or CSV"),
        ("influencerId\rcampaignId\nx", "no column for influencerId, campaignId, views, likes, comments, shares; found "
         "influencerId campaignId; expected influencerId, campaignId, views, likes, comments, shares "
         "(and, if you like, platform)"),
        ("x" * 200_000, "export.csv has a header of more than 131,072 characters"),
        (gzip.compress(HEADER.encode() * 50_000, mtime=0)[:-20], "export.csv is damaged: "
         "Compressed file ended before the end-of-stream marker was reached"),
    ],
)  # fmt: skip
def test_a_hopeless_file_fails_with_one_line_and_changes_nothing(content, error):
    load_text(HEADER + "a,c,100,5,2,1\n")
    load = load_text(content)
    assert (load.state, load.error) == ("failed", error)
    assert table() == {("a", "c", "", 100, 5, 2, 1)}


def test_compressed_files_are_read_as_they_are():
    load_text(gzip.compress((HEADER + "a,c,100,5,2,1\n").encode()))
    assert table() == {("a", "c", "", 100, 5, 2, 1)}


def test_other_names_are_mapped_and_ignored_columns_are_said():
    load = load_text(
        "influencerId,campaignId,Video views,views,likes,comments,shares,note\na,c,100,1,5,2,1,x\n",
        mapping={"views": "video_views"},
    )
    assert table() == {("a", "c", "", 100, 5, 2, 1)}
    assert load.notes == ["ignored columns: views, note"]


def test_the_checksum_is_of_the_file_as_it_came():
    load = load_text(HEADER + "a,c,100,5,2,1\n")
    assert load.sha256 == "3efe9890ff8c63860f03a0a3d8437027d2dd48cb65ab1f4cac16c5edd6ae0c98"


def test_counts_of_a_creator_that_add_up_too_high_cost_all_its_rows():
    load = load_text(HEADER + "a,c,9007199254740991,5,2,1\na,c,1,0,0,0\nb,c,100,5,2,1\n")
    assert {(reject.line, reject.reason) for reject in load.rejects.all()} == {
        (2, "the counts of this creator add up to more than 9,007,199,254,740,991"),
        (3, "the counts of this creator add up to more than 9,007,199,254,740,991"),
    }
    assert table() == {("b", "c", "", 100, 5, 2, 1)}


def test_the_largest_counts_are_loaded():
    most = 2**53 - 1
    load_text(HEADER + f"a,c,{most},{most},{most},{most}\n")
    assert table() == {("a", "c", "", most, most, most, most)}


def test_rejects_once_mended_load_again():
    load = load_text(HEADER + 'a,c,100,5,2,1\n@nike,c,x,5,2,1\n"=1+1",c,100,5,2,-1\n')
    text = "".join(as_csv(load))
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == ["influencerId", "'@nike", "'=1+1"]
    again = load_text(text.replace("@nike,c,x", "@nike,c,10").replace(",'-1,", ",1,"))
    assert (again.rows, again.inserted, again.rejected) == (2, 2, 0)
    assert {row[0] for row in table()} == {"a", "@nike", "=1+1"}


def test_the_sample_leaves_with_the_first_real_load_which_says_so():
    sample = load_text(HEADER + "a,c,100,5,2,1\nsample,c,100,5,2,1\nx,c,z,0,0,0\n", is_sample=True)
    load = load_text(HEADER + "a,c,100,5,2,1\n")
    assert (load.inserted, load.unchanged) == (1, 0)
    assert load.notes == ["the sample data left with this load"]
    assert table() == {("a", "c", "", 100, 5, 2, 1)}
    assert not Load.objects.filter(pk=sample.pk).exists()


def test_a_check_does_not_say_that_the_sample_left():
    load_text(HEADER + "sample,c,100,5,2,1\n", is_sample=True)
    load = load_text(HEADER + "a,c,100,5,2,1\n", check_only=True)
    assert load.notes == ["the sample data would leave with this load"]
    assert {row[0] for row in table()} == {"sample"}


def test_rows_that_no_load_brought_are_compared_like_any_other():
    factories.engagement("a", "c", views=100, likes=5, comments=2, shares=1)
    load = load_text(HEADER + "a,c,100,5,2,1\n")
    assert (load.inserted, load.unchanged) == (0, 1)


def test_a_second_load_waits_its_turn_and_says_so():
    phases = []
    with connection.copy().cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", table_lock("performance"))

        def on_progress(load):
            phases.append(Load.objects.get(pk=load.pk).phase)
            if load.phase.startswith("waiting"):
                other.execute("SELECT pg_advisory_unlock(%s, %s)", table_lock("performance"))

        run(new_load(), source(HEADER + "a,c,1,0,0,0\n"), on_progress=on_progress)
        other.connection.close()
    assert phases[0] == "waiting for another load to finish"
    assert len(table()) == 1


def test_a_load_in_other_hands_is_left_alone():
    load = new_load()
    inside, go_on = threading.Event(), threading.Event()

    def hold(_load):
        inside.set()
        go_on.wait(10)

    def first():
        run(Load.objects.get(pk=load.pk), source(HEADER + "a,c,1,0,0,0\n"), on_progress=hold)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    second = run(Load.objects.get(pk=load.pk), source(HEADER + "b,c,1,0,0,0\n"))
    assert (second.status, second.runs) == ("running", 1)
    go_on.set()
    thread.join()
    assert {row[0] for row in table()} == {"a"}


def test_a_finished_load_does_not_run_again():
    load = load_text(HEADER + "a,c,1,0,0,0\n")
    run(load, source(HEADER + "b,c,1,0,0,0\n"))
    assert {row[0] for row in table()} == {"a"}


def test_a_load_whose_process_is_gone_shows_as_interrupted():
    load = new_load(state=Load.State.RUNNING)
    assert load.status == "interrupted"


def test_a_load_that_was_interrupted_too_often_is_given_up():
    load = load_text(HEADER + "a,c,1,0,0,0\n", runs=3)
    assert (load.state, load.error) == ("failed", "interrupted 3 times; nothing was changed")
    assert table() == set()
