"""manage.py load_trends: which lines it takes, what it keeps, what it prints, how it exits."""

import gzip
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from briefs.catalogues.models import PlatformRule, Trend
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "hashtag,platform,topics,score,observedAt\n"
RULE = {"caption_limit": 2_200, "seen_limit": 125, "hashtag_limit": 5, "observed_on": "2026-11-01", "source": "test"}


@pytest.fixture(autouse=True)
def two_platforms():
    Trend.objects.all().delete()
    PlatformRule.objects.all().delete()
    for platform, label in (("instagram", "Instagram"), ("x", "X")):
        PlatformRule.objects.create(platform=platform, label=label, **RULE)


@pytest.fixture
def load(tmp_path):
    """Loads the text and returns what was printed as JSON."""

    def load(text: str | bytes, *options: str) -> dict:
        file = tmp_path / "trends.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = io.StringIO()
        call_command("load_trends", str(file), "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return load


def counts(summary: dict) -> tuple:
    return tuple(summary[name] for name in ("rows", "inserted", "updated", "unchanged", "rejected"))


def table() -> set:
    return set(Trend.objects.values_list("platform", "hashtag", "score"))


def test_a_row_becomes_a_trend_in_one_form(load):
    summary = load(HEADER + "Book Tok,Instagram,Books|Skin Care;books,12.5,2026-11-20T18:30:00+02:00\n")
    trend = Trend.objects.get()
    assert (trend.hashtag, trend.platform, trend.topics, trend.score) == (
        "#booktok", "instagram", ["books", "skincare"], 12.5,
    )  # fmt: skip
    assert trend.observed_at == datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    del summary["load"], summary["sha256"], summary["seconds"]
    assert summary == {
        "file": "trends.csv", "check": False, "rows": 1, "inserted": 1, "updated": 0, "lowered": 0, "unchanged": 0,
        "merged": 0, "rejected": 0, "rejects": [], "notes": [],
    }  # fmt: skip


def test_without_a_time_a_trend_is_seen_now(load):
    load("hashtag,platform,score\n#run,x,1\n")
    assert timezone.now() - Trend.objects.get().observed_at < timedelta(minutes=1)


@pytest.mark.parametrize("offset", ["+20:00", "-23:59", "+05:30:15.500000"])
def test_an_offset_that_postgresql_does_not_know_is_still_a_time(load, offset):
    summary = load(HEADER + f"#run,x,,1,2026-03-02T18:30:00{offset}\n")
    assert counts(summary) == (1, 1, 0, 0, 0)


def test_a_value_that_postgresql_refuses_fails_the_load_at_once(load, monkeypatch):
    monkeypatch.setattr("briefs.catalogues.trend_load.TrendJudge.score", lambda judge, text: "not a number")
    with pytest.raises(CommandError, match="failed: PostgreSQL refused a value: invalid input syntax"):
        load(HEADER + "#run,x,,1,\n")


def test_a_time_without_a_zone_is_utc(load):
    load(HEADER + "#run,x,,1,2026-11-20 18:30\n")
    assert Trend.objects.get().observed_at == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",x,,1,", "hashtag is missing"),
        ("#!,x,,1,", "hashtag has no letter"),
        ("#2026,x,,1,", "hashtag has no letter"),
        (f"#{'a' * 100},x,,1,", "hashtag is longer than 100 characters"),
        ("#run,,,1,", "platform is missing"),
        ("#run,myspace,,1,", "platform 'myspace' is unknown; known: instagram, x"),
        ("#run,x,,,", "score is missing"),
        ("#run,x,,-1,", "score is negative"),
        ("#run,x,,many,", "score is not a number such as 12.5"),
        ("#run,x,,nan,", "score is not a number such as 12.5"),
        ("#run,x,,1e999,", "score is not a number such as 12.5"),
        ("#run,x,,1,yesterday", "observedAt 'yesterday' is not like 2026-11-20T18:30:00Z"),
        ("#run,x,,1,0001-01-01T00:00:00+14:00", "observedAt is before 2000"),
        ("#run,x,,1,9999-12-31T23:59:59-12:00", "observedAt is in the future"),
        (f"#run,x,{'a' * 61},1,", "a topic is longer than 60 characters"),
        (f"#run,x,{';'.join(f't{n}' for n in range(51))},1,", "more than 50 topics"),
        ("#run,x,1", "too few columns: 3 instead of 5"),
        ("#run,x,,1,,,", "too many columns: 7 instead of 5"),
        ('#run,x,"running,1,', "a quote opened in topics is not closed"),
        ("#run\0,x,,1,", "a NUL character"),
    ],
)
def test_a_bad_line_is_rejected_alone(load, line, reason):
    summary = load(HEADER + "#before,x,,1,\n" + line + "\n#after,x,,1,\n")
    assert summary["rejects"] == [{"line": 3, "reason": reason}]
    assert counts(summary) == (3, 2, 0, 0, 1)
    assert table() == {("x", "#before", 1.0), ("x", "#after", 1.0)}


def test_bytes_that_are_no_text_are_rejected_alone(load):
    summary = load(HEADER.encode() + b"#r\xffn,x,,1,\n#run,x,,1,\n")
    assert summary["rejects"] == [
        {"line": 2, "reason": "bytes that are no UTF-8: name the file's encoding, such as cp1252"}
    ]


def test_the_same_file_again_changes_nothing(load):
    text = HEADER + "#run,x,running,1,2026-11-20\n#fun,instagram,,2,2026-11-20\n"
    load(text)
    assert counts(load(text)) == (2, 0, 0, 2, 0)


def test_a_newer_observation_replaces_an_older_one_and_not_the_other_way_round(load):
    load(HEADER + "#run,x,,5,2026-11-20\n")
    assert counts(load(HEADER + "#RUN,X,,1,2026-11-19\n")) == (1, 0, 0, 1, 0)
    assert table() == {("x", "#run", 5.0)}
    assert counts(load(HEADER + "#Run,x,,7,2026-11-21\n")) == (1, 0, 1, 0, 0)
    assert table() == {("x", "#run", 7.0)}


def test_of_two_rows_about_one_hashtag_the_later_observation_stays(load):
    text = HEADER + "#run,x,,1,2026-11-19\n#run,x,,2,2026-11-21\n#run,x,,3,2026-11-20\n#run,instagram,,4,2026-11-18\n"
    assert counts(load(text)) == (4, 2, 1, 1, 0)
    assert table() == {("x", "#run", 2.0), ("instagram", "#run", 4.0)}


def test_two_spellings_that_unicode_holds_for_one_are_one(load):
    assert counts(load(HEADER + "#J\u030c,x,,1,2026-11-19\n#\u01f0,x,,2,2026-11-20\n")) == (2, 1, 1, 0, 0)


def test_any_observation_replaces_a_starter(load):
    factories.trend("#run", "x", is_starter=True, hours_ago=0)
    assert counts(load(HEADER + "#run,x,,5,2026-01-01\n")) == (1, 0, 1, 0, 0)
    assert Trend.objects.get().is_starter is False


def test_a_check_changes_nothing(load):
    assert counts(load(HEADER + "#run,x,,5,\n", "--check")) == (1, 1, 0, 0, 0)
    assert table() == set()


def test_a_longer_list_of_trends_takes_no_more_statements(load, django_assert_num_queries):
    load(HEADER + "#run,x,,1,\n")
    with CaptureQueriesContext(connection) as of_one:
        load(HEADER + "#walk,x,,1,\n")
    with django_assert_num_queries(len(of_one)):
        load(HEADER + "".join(f"#run{name},x,,1,\n" for name in "abcdefgh"))


def test_columns_are_found_by_name_and_strange_ones_ignored(load):
    summary = load("Platform;likes;observed_at;Score;HASHTAG\nx;7;2026-11-20;3;#run\n")
    assert table() == {("x", "#run", 3.0)}
    assert summary["notes"] == ["ignored columns: likes"]


def test_a_compressed_file_is_read_too(load):
    assert counts(load(gzip.compress((HEADER + "#run,x,,5,\n").encode()))) == (1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", r"trends.csv is empty; expected a header with hashtag, platform, score"),
        ("hashtag,platform\n#run,x\n", r"no column for score; found hashtag, platform; expected .* topics, observedAt"),
        (HEADER, "trends.csv has a header and no rows"),
        (HEADER + "#run,y,,1,\n", "no good row among 1; the first to be rejected: line 2: platform 'y' is unknown"),
    ],
)
def test_a_file_of_which_nothing_could_be_read_is_an_error(load, text, error):
    with pytest.raises(CommandError, match=error):
        load(text)


def test_a_missing_file_is_an_error():
    with pytest.raises(CommandError, match=r"nope.csv cannot be read: No such file or directory"):
        call_command("load_trends", "nope.csv")


def test_damage_half_way_changes_nothing(load):
    whole = gzip.compress((HEADER + "".join(f"#run{n},x,,1,\n" for n in range(50_000))).encode())
    with pytest.raises(CommandError, match="damaged"):
        load(whole[: len(whole) // 2])
    assert table() == set()


def test_many_rejects_are_counted_and_the_first_of_them_told(load):
    summary = load(HEADER + "#run,x,,1,\n" + "#run,y,,1,\n" * 150)
    assert (summary["rejected"], len(summary["rejects"])) == (150, 100)


def test_people_read_a_table_the_rejects_and_one_sentence(tmp_path, capsys):
    (tmp_path / "trends.csv").write_text(HEADER + "#run,x,,1,\n#fun,x,,,\n")
    call_command("load_trends", str(tmp_path / "trends.csv"))
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[-2] == "line 3: score is missing"
    assert re.fullmatch(r"loaded: 2 rows in [0-9.]+ s, 1 rejected", lines[-1])
