"""CSV whose cells a spreadsheet shows and does not evaluate."""

from hypothesis import given
from hypothesis import strategies as st

from famekeeda.csv_safety import csv_lines, escaped, unescaped


def test_no_cell_is_a_formula():
    row = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=1", "fine", -5, None]
    assert list(csv_lines([row])) == ["'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",\"'\nx\",''=1,fine,-5,\r\n"]


@given(st.text(alphabet="'=+-@\t\r\nab"))
def test_what_was_escaped_is_read_back_as_it_was(text):
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} or not text
