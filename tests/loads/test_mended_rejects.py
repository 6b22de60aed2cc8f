"""Rejects beside good rows of the same creator: the mended file is whole, and replaces rightly, loaded twice too."""

import csv
import io

import pytest
from django.core.management import call_command

from loads.models import Companion, Load
from loads.rejects import as_csv
from loads.run import run
from tests.loads.loading import HEADER, counts, load_text, source, table

pytestmark = pytest.mark.django_db(transaction=True)
POSTS = HEADER + "ana,spring,1000,100,1,1\nana,spring,x,40,2,2\nana,spring,2000,200,3,3\nben,spring,500,5,0,0\n"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def mended(load: Load) -> str:
    return "".join(as_csv(load)).replace(",x,", ",4000,")


def test_the_file_of_rejects_has_the_creator_s_good_rows_as_one_marked_row():
    first, second = rows_of("".join(as_csv(load_text(POSTS))))

    assert first == {
        "influencerId": "ana", "campaignId": "spring", "views": "3000", "likes": "300", "comments": "4", "shares": "4",
        "platform": "", "line": "", "row": "",
        "reason": "good: 2 rows added up, with the ids of line 3; leave this line in",
    }  # fmt: skip
    assert (second["views"], second["line"], second["reason"]) == ("x", "3", "views is not a whole number")


def test_the_mended_file_makes_the_creator_whole_loaded_twice_too():
    load = load_text(POSTS)
    assert ("ana", "spring", "", 3000, 300, 4, 4) in table()

    once, twice = load_text(mended(load)), load_text(mended(load))

    assert ("ana", "spring", "", 7000, 340, 6, 6) in table()
    assert (once.updated, once.lowered, once.merged) == (1, 0, 1)
    assert (twice.updated, twice.unchanged, twice.merged) == (0, 1, 1)


@pytest.mark.parametrize("written", ["'@ana", "\u00a0@ana"])
def test_a_row_with_too_few_columns_has_its_creator_s_good_rows_however_the_id_is_written(written):
    load = load_text(HEADER + f"{written},spring,1000,10,1,1\n{written},spring,500,5,1\n")

    load_text("".join(as_csv(load)).replace("500,5,1,,", "500,5,1,1,"))

    assert table() == {("@ana", "spring", "", 1500, 15, 2, 2)}


def test_a_file_that_is_mended_in_two_steps_stays_whole():
    load = load_text(POSTS + "ana,spring,y,7,0,0\n")

    half = load_text(mended(load))
    whole = load_text("".join(as_csv(half)).replace(",y,", ",100,"))

    assert (half.rejected, whole.rejected) == (1, 0)
    assert ("ana", "spring", "", 7100, 347, 6, 6) in table()


def test_companions_count_neither_as_rows_nor_as_rejects():
    load = load_text(POSTS)

    assert counts(load) == {
        "rows": 4, "inserted": 2, "updated": 0, "lowered": 0, "unchanged": 0, "merged": 1, "rejected": 1,
    }  # fmt: skip
    assert (load.rejects.count(), load.companions.count()) == (1, 1)


def test_a_creator_whose_rows_are_all_good_or_all_rejected_needs_no_companion():
    load_text(HEADER + "ana,spring,100,1,1,1\nben,spring,x,40,2,2\nana,autumn,x,1,1,1\n")

    assert not Companion.objects.exists()


def test_platforms_are_kept_apart_and_the_platform_of_the_load_stands_in_the_file():
    text = HEADER.strip() + ",platform\nana,c,100,1,1,1,tiktok\nana,c,200,1,1,1,\nana,c,x,1,1,1,\n"

    rows = rows_of("".join(as_csv(load_text(text, platform="instagram"))))

    assert [(row["views"], row["platform"]) for row in rows] == [("200", "instagram"), ("x", "instagram")]


def test_a_reject_without_its_id_says_that_good_rows_are_missing():
    (row,) = rows_of("".join(as_csv(load_text(HEADER + "ana,c,100,1,1,1\n,c,200,1,1,1\n"))))

    assert row["reason"] == (
        "influencerId is missing; without influencerId the good rows that belong to it are not in this file"
    )


def test_a_check_and_a_load_with_too_many_rejects_keep_companions_too():
    checked, failed = load_text(POSTS, check_only=True), load_text(POSTS, max_rejects="0")

    assert [load.companions.get().cells["views"] for load in (checked, failed)] == ["3000", "3000"]


def test_a_load_that_runs_again_keeps_each_companion_once():
    load = load_text(POSTS, check_only=True)
    Load.objects.update(state="queued", check_only=False)

    run(load, source(POSTS))

    assert load.companions.count() == 1


def test_trends_stand_alone(catalogues):
    load = load_text("hashtag,platform,score\n#run,instagram,1\n#run,instagram,x\n", kind="trends")

    assert (load.rejected, load.companions.count()) == (1, 0)


def test_the_sample_leaves_with_its_companions():
    load_text(POSTS, is_sample=True)

    load = load_text(HEADER + "cleo,autumn,100,1,1,1\n")

    assert (load.state, Companion.objects.count()) == ("loaded", 0)


def test_the_command_writes_the_whole_file(tmp_path):
    (tmp_path / "march.csv").write_text(POSTS)

    call_command("load_performance", str(tmp_path / "march.csv"), "--json", f"--rejects={tmp_path}/out.csv")

    assert [row["views"] for row in rows_of((tmp_path / "out.csv").read_text())] == ["3000", "x"]


def test_the_api_and_the_admin_hand_out_the_whole_file_and_list_rejects_alone(client, admin_user):
    load = load_text(POSTS)
    client.force_login(admin_user)

    addresses = (f"/loads/{load.pk}/rejects?format=csv", f"/admin/loads/load/{load.pk}/rejects.csv")
    files = [b"".join(client.get(address).streaming_content).decode() for address in addresses]

    assert [[row["views"] for row in rows_of(file.removeprefix("\ufeff"))] for file in files] == [["3000", "x"]] * 2
    assert [reject["line"] for reject in client.get(f"/loads/{load.pk}/rejects").json()] == [3]
