"""CSV whose cells a spreadsheet shows and does not evaluate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famekeeda.csv_safety import csv_lines, escaped, unescaped


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (";=1+1", ";'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; @x", "a; '@x"),
        (",=1", ",'=1"),
        ("|-1", "|'-1"),
        ("  =1", "  '=1"),
        ("a\t+1", "a\t'+1"),
        ("\t=1", "'\t'=1"),
        ("it; and so on", "it; and so on"),
        ("we love it, @nike", "we love it, @nike"),
    ],
)
def test_what_begins_a_cell_for_another_countrys_spreadsheet_is_no_formula_either(text, cell):
    assert escaped(text) == cell
    assert unescaped(cell) == text


def test_cells_hold_words_and_no_python():
    assert list(csv_lines([[True, False, None, ["#run", "#fit"], ("=1", "@x"), []]])) == [
        "true,false,,#run | #fit,'=1 | '@x,\r\n"
    ]


def test_no_cell_is_a_formula():
    row = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=1", "fine", -5, None]
    assert list(csv_lines([row])) == ["'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",\"'\nx\",''=1,fine,-5,\r\n"]


@given(st.text(alphabet="'=+-@\t\r\n ;,|ab"))
def test_what_was_escaped_is_read_back_as_it_was(text):
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} or not text
