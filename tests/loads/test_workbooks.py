"""Excel workbooks: which cells become which text, which sheet is read, and what is refused in one sentence."""

import datetime
import gzip
import io
import struct
import tracemalloc
import zipfile

import pytest
from openpyxl.styles import Protection
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from loads.models import Load
from tests.loads.loading import judge, load_text, source, table
from tests.loads.workbooks import (
    COLUMNS,
    HEADER_ROW,
    ROW,
    STRICT_MAIN,
    STRICT_RELATIONS,
    raw_row,
    raw_workbook,
    workbook,
    zipped,
)


def texts(content: bytes, **fields) -> list[str]:
    """The lines that the rows of a workbook become."""
    with source(content, **fields) as opened:
        return [line for lines in opened.blocks() for line in lines]


NO_NUMBER = "is damaged: expected a whole number, found"


def shared(number: str) -> str:
    return HEADER_ROW + f"<row><c t='s'><v>{number}</v></c></row>"


def refusal(content: bytes, **fields) -> str:
    with pytest.raises(ValueError, match=r"export\.csv") as error:
        texts(content, **fields)
    return str(error.value)


@pytest.mark.django_db(transaction=True)
def test_rows_of_a_workbook_are_loaded_and_rejects_carry_the_number_and_the_cells_of_their_row():
    load = load_text(
        workbook(["zoë", "c, really", 100, 5, 2, 1], [], ["b", "c", 100.5, 5, 2, 1], ["d", "c", 9, 9, 0, 0])
    )
    assert (load.error, load.rows, load.inserted) == ("", 3, 2)
    assert table() == {("zoë", "c, really", "", 100, 5, 2, 1), ("d", "c", "", 9, 9, 0, 0)}
    reject = load.rejects.get()
    assert (reject.line, reject.raw, reject.reason) == (4, "b,c,100.5,5,2,1", "views is not a whole number")
    assert load.position == load.size


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (72616, "72616"),
        (1000.0, "1000"),
        (3.0000000000000004, "3"),
        (0.5, "0.5"),
        (-7, "-7"),
        ("125,061", '"125,061"'),
        (" spaced ", " spaced "),
        (True, "TRUE"),
        (datetime.date(2026, 3, 2), "2026-03-02"),
        (datetime.datetime(2026, 3, 2, 18, 30), "2026-03-02T18:30:00"),
        ("#N/A", "#N/A"),
        ('says "hi"', '"says ""hi"""'),
        ("two\nlines", '"two\nlines"'),
        (1784140000846005, "1784140000846005"),
        (9007199254740991, "9007199254740991"),
        (9876543210987652, "9.87654321098765E+15"),
        (17841400008460056, "1.78414000084601E+16"),
    ],
)
def test_a_cell_is_read_as_people_see_it(cell, text):
    assert texts(workbook(["a", cell, 1, 1, 1, 1]))[1] == f"a,{text},1,1,1,1"


@pytest.mark.parametrize(
    ("cell", "number_format", "text"),
    [
        (3, "0%", "300%"),
        (0.125, "0.00%", "12.5%"),
        (0.07, '0.0" of views "%', "7%"),
        (3, '0" % or days"', "3"),
        (3, "0\\d", "3"),
        (3, "[Red]0", "3"),
        (7, "00000", "00007"),
        (-7, "000", "-07"),
        (123456, "00000", "123456"),
        (46083, "dd.mm.yyyy", "2026-03-02"),
        (46083, '"Day "d', "2026-03-02"),
        (1200000, '0.0,,"M"', "1200000"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(cell, number_format, text):
    def show(book):
        book.active["C2"].number_format = number_format

    assert texts(workbook(["a", "c", cell, 1, 1, 1], change=show))[1] == f"a,c,{text},1,1,1"


def test_a_percentage_is_no_count():
    def show_views_in_percent(book):
        book.active["C2"].number_format = "0%"

    assert judge(workbook(["a", "c", 3, 1, 1, 1], change=show_views_in_percent)) == (
        [],
        {2: "views is not a whole number"},
    )


def test_dates_of_a_workbook_that_counts_from_1904_are_the_same_dates():
    def count_from_1904(book):
        book.epoch = CALENDAR_MAC_1904

    day = datetime.date(2026, 3, 2)
    content = workbook(["a", day, 1, 1, 1, 1], change=count_from_1904)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"date1904" in archive.read("xl/workbook.xml")
        assert b"44621" in archive.read("xl/worksheets/sheet1.xml")
    assert texts(content)[1] == "a,2026-03-02,1,1,1,1"


@pytest.mark.parametrize("number", [309.212, 1.234, 125.061])
def test_a_fraction_is_never_taken_for_digit_groups(number):
    records, reasons = judge(workbook(["a", "c", number, 1, 1, 1]))
    assert (records, reasons) == ([], {2: "views is not a whole number"})


def test_numbers_stored_as_text_are_numbers_also_in_groups():
    assert judge(workbook(["a", "c", "125,061", "1 234", "7", "0"])) == (["a\tc\t125061\t1234\t7\t0\t2\n"], {})


def test_a_formula_counts_by_its_stored_value():
    row = (
        '<row><c t="str"><f>A1</f><v>a</v></c>'
        + raw_row("c", "100", "5", "2")[5:-6]
        + "<c><f>1+1</f><v>2</v></c></row>"
    )
    assert judge(raw_workbook(HEADER_ROW + row)) == (["a\tc\t100\t5\t2\t2\t2\n"], {})


@pytest.mark.django_db(transaction=True)
def test_a_formula_without_a_stored_value_is_an_empty_cell_and_the_load_says_so():
    load = load_text(workbook(ROW, ["b", "c", "=1+1", 1, 1, 1]))
    assert load.rejects.get().reason == "views is missing"
    assert load.notes == [
        "formulas without a stored value, which were read as empty cells: 1. A spreadsheet program that opens and "
        "saves the workbook stores them"
    ]


def test_a_formula_that_gives_an_empty_text_has_a_value_and_one_that_stores_none_has_not():
    def notes(cell):
        with source(raw_workbook(HEADER_ROW + raw_row(*map(str, ROW)) + f"<row>{cell}</row>")) as opened:
            list(opened.blocks())
            return len(opened.notes)

    assert notes('<c t="str"><f>A1</f><v></v></c>') == 0
    assert notes('<c t="str"><f>A1</f></c>') == 1
    assert notes("<c><f>A1</f><v></v></c>") == 1


def test_empty_rows_and_empty_columns_at_the_end_are_nothing():
    def format_cells_beyond(book):
        book.active["J40"].protection = Protection(locked=False)

    assert judge(workbook(ROW, change=format_cells_beyond)) == (["a\tc\t100\t5\t2\t1\t2\n"], {})


def test_a_cell_missing_at_the_end_of_a_row_is_an_empty_cell():
    assert judge(workbook(["a", "c", 100, 5, 2])) == ([], {2: "shares is missing"})


def test_merged_cells_have_a_value_in_the_first_of_them_only():
    def merge(book):
        book.active.merge_cells("A2:A3")

    assert judge(workbook(ROW, ROW, change=merge)) == (["a\tc\t100\t5\t2\t1\t2\n"], {3: "influencerId is missing"})


def test_a_title_above_the_header_is_not_guessed_away():
    content = raw_workbook(raw_row("Results of May") + HEADER_ROW + raw_row("a", "c", "100", "5", "2", "1"))
    with pytest.raises(ValueError, match=r"no column for influencerId, .*; found Results of May; expected"):
        judge(content)


def add_second_sheet(book):
    second = book.create_sheet("May 2026")
    second.append(COLUMNS)
    second.append(["second", "c", 100, 5, 2, 1])


@pytest.mark.django_db(transaction=True)
def test_the_first_sheet_is_read_unless_another_is_named_and_the_load_says_which():
    content = workbook(ROW, change=add_second_sheet)
    assert load_text(content).notes == ["read the sheet Sheet, not May 2026"]
    assert load_text(content, sheet="may 2026").notes == ["read the sheet May 2026, not Sheet"]
    assert {row[0] for row in table()} == {"a", "second"}


@pytest.mark.django_db(transaction=True)
def test_a_first_sheet_that_is_no_table_names_the_others():
    load = load_text(workbook(ROW, change=lambda book: book.create_sheet("Cover", 0)))
    assert load.error == (
        "export.csv is empty; expected a header with influencerId, campaignId, views, likes, comments, shares; "
        "the other sheets are Sheet"
    )


def test_a_sheet_that_is_hidden_or_a_chart_is_not_the_first():
    def hide_first(book):
        add_second_sheet(book)
        book.create_chartsheet("Chart", 0)
        book["Sheet"].sheet_state = "hidden"

    content = workbook(ROW, change=hide_first)
    assert texts(content)[1] == "second,c,100,5,2,1"
    assert texts(content, sheet="Sheet")[1] == "a,c,100,5,2,1"
    assert refusal(content, sheet="Chart") == "export.csv has no sheet 'Chart'; it has Sheet, May 2026"


def test_strict_workbooks_and_inline_strings_are_read():
    content = raw_workbook(HEADER_ROW + raw_row(*map(str, ROW)), main=STRICT_MAIN, relations=STRICT_RELATIONS)
    assert judge(content) == (["a\tc\t100\t5\t2\t1\t2\n"], {})


def test_styles_that_are_not_as_the_format_has_them_refuse_no_figures():
    odd = '<styleSheet><fills count="1"><fill/></fills><cellXfs><xf numFmtId="14" fillId="9"/></cellXfs></styleSheet>'
    styles = '<Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>'
    plain = raw_workbook("")
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").decode().replace("</Relationships>", styles)
    rows = HEADER_ROW + raw_row(*map(str, ROW)) + '<row><c s="0"><v>46083</v></c></row>'
    content = raw_workbook(rows, extra={"xl/styles.xml": odd, "xl/_rels/workbook.xml.rels": links})
    assert texts(content)[1:] == ["a,c,100,5,2,1", "2026-03-02,,,,,"]


def test_rich_text_is_its_text_without_phonetic_hints():
    strings = "<si><r><t>Zo</t></r><r><t>ë</t></r><rPh><t>zoe</t></rPh></si><si><t>a_x000D_b</t></si>"
    content = raw_workbook('<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>', strings=strings)
    assert texts(content) == ['Zoë,"a\rb"']


def test_line_numbers_are_those_of_the_rows():
    content = raw_workbook(raw_row(*COLUMNS, number=3) + raw_row("a", "c", "x", "1", "1", "1", number=1_000))
    assert judge(content) == ([], {1000: "views is not a whole number"})


def test_a_workbook_is_known_by_its_content_also_when_gzipped():
    assert judge(gzip.compress(workbook(ROW))) == (["a\tc\t100\t5\t2\t1\t2\n"], {})


def encrypted(content: bytes) -> bytes:
    """The zip with the flag of a password on each entry."""
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        (flags,) = struct.unpack_from("<H", content, at + 8)
        content = content[: at + 8] + struct.pack("<H", flags | 1) + content[at + 10 :]
        at = content.find(b"PK\x01\x02", at + 4)
    return content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: workbook(ROW)[:-100], "is a damaged workbook or zip archive: its end is missing"),
        (lambda: b"PK\x03\x04xxxx", "is a damaged workbook or zip archive: its end is missing"),
        (lambda: zipped({"word/document.xml": "<document/>"}), "is a zip archive and no Excel workbook"),
        (lambda: zipped({"META-INF/MANIFEST.MF": "x"}), "is a zip archive and no Excel workbook"),
        (lambda: zipped({}), "is a zip archive and no Excel workbook"),
        (lambda: encrypted(workbook(ROW)), "is protected by a password; save it without one"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old Excel workbook (.xls) or protected by"),
        (lambda: raw_workbook(shared("7")), "is damaged: row 2 names string 7 of 0"),
        (lambda: raw_workbook(shared("-1"), strings="<si><t>x</t></si>"), f"{NO_NUMBER} '-1'"),
        (lambda: raw_workbook(shared("zzz"), strings="<si><t>x</t></si>"), f"{NO_NUMBER} 'zzz'"),
        (lambda: raw_workbook(HEADER_ROW + "<row r='zzz'/>"), f"{NO_NUMBER} 'zzz'"),
        (lambda: raw_workbook(HEADER_ROW + "<row><c s='zzz'><v>1</v></c></row>"), f"{NO_NUMBER} 'zzz'"),
        (lambda: raw_workbook("<row>" + "<c r='B1'><v>1</v></c>" * 2 + "</row>"), "is damaged: row 1 has two cells"),
        (lambda: raw_workbook("<row>" + "<c/>" * 16_385 + "</row>"), "is damaged: row 1 has more than 16,384 cells"),
        (lambda: raw_workbook(HEADER_ROW + "<row><c>"), "is damaged: mismatched tag"),
        (lambda: raw_workbook('<row r="5"/><row r="5"/>'), "is damaged: row 5 comes after row 5"),
        (lambda: raw_workbook('<row r="99999999"/>'), "is damaged: row 99999999 comes after row 0"),
        (lambda: raw_workbook("<row><c r='ZZZ1'/></row>"), "is damaged: a cell 'ZZZ1'"),
        (lambda: raw_workbook("", extra={"xl/workbook.xml": "<workbook/>"}), "is a workbook without a sheet of cells"),
        (
            lambda: raw_workbook("", extra={"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><book>&a;</book>'}),
            "holds a document type definition",
        ),
    ],
)  # fmt: skip
def test_what_is_no_whole_workbook_is_refused_in_one_sentence(content, said):
    found = refusal(content())
    assert found.startswith(f"export.csv {said}")
    assert "\n" not in found


def test_a_workbook_that_unpacks_to_more_than_the_limit_is_refused_before_it_is_unpacked(settings):
    settings.LOAD_MAX_UNPACKED_MB = 1
    content = raw_workbook(HEADER_ROW, extra={"xl/media/bomb": bytes(2_000_000)})
    assert len(content) < 10_000
    assert refusal(content) == "export.csv unpacks to more than 1 MB, the limit"


@pytest.mark.parametrize(
    "rows",
    [
        HEADER_ROW + "<row><c t='inlineStr'><is><t>" + "x" * 30_000_000 + "</t></is></c></row>",
        HEADER_ROW + "<row>" + "<c/>" * 7_000_000 + "</row>",
        HEADER_ROW + "<row/>" * 1_000_000,
    ],
    ids=["one cell", "one row", "rows"],
)
def test_memory_stays_flat_whatever_a_sheet_holds(rows):
    content = raw_workbook(rows)
    del rows
    tracemalloc.start()
    with source(content) as opened:
        try:
            for _ in opened.blocks():
                pass
        except ValueError as error:
            assert "is damaged" in str(error)  # a row of more cells than Excel's
        _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


def test_a_tag_without_end_is_refused_before_it_fills_the_memory():
    content = raw_workbook(HEADER_ROW + '<row spans="' + "x" * 5_000_000 + '"/>')
    assert refusal(content) == "export.csv is damaged: a tag of more than 1,000,000 bytes"


def test_a_zip_that_declares_a_smaller_size_than_it_holds_is_damaged():
    content = bytearray(raw_workbook(HEADER_ROW + raw_row(*map(str, ROW)) * 1_000))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    at = content.rfind(struct.pack("<L", size))
    content[at : at + 4] = struct.pack("<L", 500)
    assert refusal(bytes(content)).startswith("export.csv is damaged: ")


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_named_for_workbooks_only():
    load = load_text("x\n", sheet="May")
    assert (load.state, load.error) == (Load.State.FAILED, "export.csv is no workbook, so it has no sheet 'May'")
