"""Text in one form: what is composed, what is refused, what is empty."""

import pytest

from famekeeda.text import tidy_line, tidy_lines

REFUSED_ANYWHERE = ["a\0", "a\x07b", "a\x1b", "a\x7f", "a\x85b", "a\u2028b", "a\u2029", "\ufeffa", "a\ufffd", "a\ud800"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Jose\u0301", "Jos\u00e9"),
        ("  Ana   Silva ", "Ana Silva"),
        ("a\u00a0b", "a b"),
        ("\u200b", ""),
        ("\u3164\u2800", ""),
        ("", ""),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_a_line_is_composed_with_single_spaces_and_empty_where_nothing_is_seen(given, kept):
    assert tidy_line(given) == kept


def test_lines_keep_their_breaks_and_tabs_and_are_composed():
    assert tidy_lines(" Jose\u0301:\r\n\tcall\rhim\n\n") == "Jos\u00e9:\n\tcall\nhim"
    assert tidy_lines("\n\u200b\n") == ""


@pytest.mark.parametrize("given", REFUSED_ANYWHERE)
def test_control_characters_and_halves_of_characters_are_refused(given):
    for tidy in (tidy_line, tidy_lines):
        with pytest.raises(ValueError, match=r"^May not hold control characters\.$"):
            tidy(given)


@pytest.mark.parametrize("given", ["a\nb", "a\tb", "a\rb"])
def test_a_line_has_neither_breaks_nor_tabs(given):
    with pytest.raises(ValueError, match="control characters"):
        tidy_line(given)
