"""Requests in one normal form."""

import pytest

from briefs.request import as_hashtag


@pytest.mark.parametrize(
    ("written", "hashtag"),
    [
        ("run", "#run"),
        ("##Run!", "#Run"),
        (" air max ", "#airmax"),
        ("läufer_1", "#läufer_1"),
        ("走る", "#走る"),
        ("#!", ""),
        ("123", ""),
        ("nike.\u0301x", "#niké" + "x"),
        ("\u0301fun", "#fun"),
        ("नमस्ते", "#नमस्ते"),
    ],
)
def test_a_hashtag_is_letters_digits_and_underscores(written, hashtag):
    assert as_hashtag(written) == hashtag
