"""Large and random files: whatever is in them, every row is accounted for and no good one is lost."""

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loads.models import Load
from loads.run import run
from performance.models import Engagement
from tests.loads.loading import HEADER, load_text, new_load, source, table

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 2**53 - 1

# A way of breaking a row (creator, campaign, views, likes, comments, shares, note) → what is said of it.
BREAKS = {
    "influencerId is missing": lambda row: ["", *row[1:]],
    "campaignId is missing": lambda row: [row[0], " ", *row[2:]],
    "views is missing": lambda row: [*row[:2], "", *row[3:]],
    "comments is not a whole number": lambda row: [
        *row[:4],
        random.choice(["1e3", "1_0", "٣", "NaN", "1.5"]),
        *row[5:],
    ],
    "shares is negative": lambda row: [*row[:5], "-7", row[6]],
    "shares is above 9,007,199,254,740,991": lambda row: [*row[:5], str(MOST + 1), row[6]],
    "views is zero": lambda row: [*row[:2], "0", "0", *row[4:]],
    "likes are above views": lambda row: [*row[:3], str(int(row[2]) + 1), *row[4:]],
    "too few columns: 5 instead of 7": lambda row: row[:5],
    "too many columns: 9 instead of 7": lambda row: [*row, "x", "y"],
    "bytes that are no UTF-8: name the file's encoding, such as cp1252": lambda row: [
        row[0] + "\udce9",
        *row[1:],
    ],
    "a NUL character": lambda row: [row[0], row[1] + "\0", *row[2:]],
    "influencerId contains a control character": lambda row: [row[0] + "\x1b", *row[1:]],
    "campaignId contains a line break": lambda row: [row[0], f"{row[1]}\r1", *row[2:]],
    "a quote opened in campaignId is not closed": lambda row: [row[0], '"' + row[1], *row[2:]],
    "a quote opened in note is not closed": lambda row: [*row[:6], '"oops'],
    "a quote or a line break stands where it must not": lambda row: [f'"{row[0]}"x', *row[1:]],
}


def good_row(chance: random.Random, number: int) -> list[str]:
    views = chance.randrange(1, 100_000)
    likes = chance.randrange(views + 1)
    note = chance.choice(["", "fine", '"quoted, with a comma"', '"two\nlines"', '"says ""hi"""'])
    creator = chance.choice([f"creator_{number}", f'"creator, {number}"', f"créateur {number}"])
    return [creator, f"campaign_{number % 10}", str(views), str(likes), str(likes // 3), str(likes // 5), note]


def test_of_a_hundred_thousand_rows_no_good_one_is_lost_and_every_reason_is_right():
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    random.seed(seed)
    reasons = list(BREAKS)
    lines, expected, broken = [], set(), Counter()
    for number in range(100_000):
        row = good_row(chance, number)
        if chance.random() < 0.05:
            reason = chance.choice(reasons)
            broken[reason] += 1
            row = BREAKS[reason]([row[0].strip('"').replace(",", ""), *row[1:6], ""])
        else:
            expected.add((row[0].strip('"'), row[1], "", *map(int, row[2:6])))
        lines.append(",".join(row))
    chance.shuffle(lines)
    content = HEADER.replace("\n", ",note\n") + "\n".join(lines)
    load = run(new_load(), source(content.encode("utf-8", "surrogateescape")))
    assert load.error == ""
    assert (load.rows, load.inserted, load.rejected) == (100_000, len(expected), broken.total())
    assert table() == expected
    assert Counter(load.rejects.values_list("reason", flat=True)) == broken


cells = st.sampled_from(
    ["", "a", "b", "c", "1", "2", "30", "-1", "x", str(MOST), '"', '"1"', '"a', "\0", "\udcff", "\r", " "]
)
files = st.lists(st.lists(cells, min_size=1, max_size=8).map(",".join), max_size=30)
sevens = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("cd"), *[st.integers(0, 9).map(str)] * 4).map(",".join),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(files, sevens), st.one_of(files, sevens))
def test_rows_are_inserted_updated_unchanged_merged_or_rejected_and_nothing_else(first, second):
    Engagement.objects.all().delete()
    for lines in (first, second):
        before = table()
        load = load_text((HEADER + "\n".join(lines)).encode("utf-8", "surrogateescape"))
        assert load.rejected == load.rejects.count()
        if load.state == Load.State.FAILED:
            assert table() == before
            continue
        assert load.rows == load.inserted + load.updated + load.unchanged + load.merged + load.rejected
        assert len(table()) == len(before) + load.inserted
        assert Engagement.objects.filter(load=load).count() == load.inserted + load.updated
