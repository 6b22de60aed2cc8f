"""The length of a text as platforms count, and texts cut to a limit."""

import pytest

from briefs.rules.text_length import cut, length


@pytest.mark.parametrize(
    ("text", "counting", "expected"),
    [
        ("naïve", "characters", 5),
        ("👍🏽", "characters", 2),
        ("👍🏽", "utf16", 4),
        ("naïve", "bytes", 6),
        ("Nike", "weighted", 4),
        ("走る", "weighted", 4),
        ("👨‍👩‍👧", "weighted", 2),
        ("see https://example.com/a/very/long/path?with=query#fragment", "weighted", 27),
        ("example.com", "weighted", 23),
        ("https://nike.comで走ろう", "weighted", 31),
        ("http://" + "x" * 900, "weighted", 907),
        ("https://nike.com/" + "走" * 400, "weighted", 823),
    ],
)
def test_a_text_is_as_long_as_its_platform_counts(text, counting, expected):
    assert length(text, counting) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("One sentence here. And another one", 24, "One sentence here."),
        ("several words in a row without an end", 20, "several words in a…"),
        ("abcdefghij", 5, "abcd…"),
        ("👨‍👩‍👧👨‍👩‍👧", 7, "👨‍👩‍👧…"),
        ("a" + "\u0301" * 99, 5, "a" + "\u0301" * 3 + "…"),
    ],
)
def test_a_cut_breaks_neither_words_nor_emoji(text, limit, expected):
    assert cut(text, limit, "characters") == expected
