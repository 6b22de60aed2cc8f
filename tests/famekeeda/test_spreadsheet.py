"""CSV that a spreadsheet opens as what it is."""

from hypothesis import given
from hypothesis import strategies as st

from famekeeda.spreadsheet import guarded, lines, plain


def test_no_cell_is_a_formula():
    row = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=1", "fine", -5, None]
    assert list(lines([row])) == ["'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",\"'\nx\",''=1,fine,-5,\r\n"]


@given(st.text(alphabet="'=+-@\t\r\nab"))
def test_what_was_guarded_is_read_back_as_it_was(text):
    assert plain(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} or not text
