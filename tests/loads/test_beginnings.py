"""What is read of a file before its header is found, and to look at the file, stays little."""

import gzip

import pytest

from loads.columns import sniff
from loads.models import Load
from loads.previews import preview
from loads.run import run
from performance.judge import COLUMNS
from tests.loads.loading import HEADER, MARA, load_text, new_load, source
from tests.loads.workbooks import HEADER_ROW, raw_row, raw_workbook

NO_HEADER = "export.csv has no header in its first 1,000 lines or 4 MB; delete what stands above the header"
ROW = raw_row("a", "c", "100", "5", "2", "1")
SPACES = " " * 6_000_000
STRINGS = "".join(f"<si><t>{text}</t></si>" for text in HEADER.strip().split(","))
STRING_CELLS = "".join(f"<c t='s'><v>{number}</v></c>" for number in range(6))


@pytest.mark.parametrize(
    "content",
    [
        "\n" * 1_001 + HEADER,
        gzip.compress(b"\n" * 6_000_000),
        gzip.compress(SPACES.encode()),
        raw_workbook("<row/>" * 1_001 + HEADER_ROW),
        raw_workbook(SPACES + HEADER_ROW),
    ],
    ids=["lines", "lines in gzip", "one line in gzip", "rows", "spaces in a sheet"],
)
def test_a_header_far_below_the_beginning_is_not_searched_for(content):
    for look in (sniff, preview):
        with pytest.raises(ValueError, match=r"no header in its first") as error:
            look(source(content), COLUMNS)
        assert str(error.value) == NO_HEADER


def test_a_header_below_a_thousand_blank_lines_is_found():
    assert sniff(source("\n" * 1_000 + HEADER), COLUMNS).line == 1_001


def test_a_look_at_a_file_ends_where_its_first_rows_do():
    content = gzip.compress((HEADER + "a,c,100,5,2,1\n" + " " * 40_000_000).encode())
    opened = source(content)
    assert preview(opened, COLUMNS).rows == [["a", "c", "100", "5", "2", "1"]]
    assert opened.text_bytes < 5_000_000


def test_a_look_at_a_workbook_reads_the_beginning_of_its_strings():
    strings = STRINGS + "<si><t>x</t></si>" * 300_000 + "<si><t>last</t></si>"
    last = "<row><c t='s'><v>300006</v></c><c><v>1</v></c></row>"
    opened = source(raw_workbook(f"<row>{STRING_CELLS}</row>{last}", strings=strings))
    assert preview(opened, COLUMNS).rows[0][:2] == ["…", "1"]


def test_a_header_far_down_in_the_table_of_strings_is_refused_in_a_sentence():
    far = STRING_CELLS.replace("<v>", "<v>30000")
    with pytest.raises(ValueError, match=r"^export.csv has its header far down in the workbook's table of strings"):
        sniff(source(raw_workbook(f"<row>{far}</row>", strings="<si><t>x</t></si>" * 300_010)), COLUMNS)


def test_a_part_of_countless_tags_is_refused():
    content = raw_workbook(HEADER_ROW, extra={"xl/_rels/workbook.xml.rels": "<x>" + "<a/>" * 600_000 + "</x>"})
    with pytest.raises(ValueError, match="has a part of more than 500,000 tags"):
        sniff(source(content), COLUMNS)


@pytest.mark.django_db(transaction=True)
def test_a_load_without_header_fails_with_the_same_sentence():
    assert load_text("\n" * 2_000 + HEADER).error == NO_HEADER


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_cancelled_ends_before_its_strings_are_read(monkeypatch):
    monkeypatch.setattr("loads.run.PROGRESS_SECONDS", 0)
    load, shown = new_load(), []

    def cancel(running):
        shown.append(running.phase)
        if len(shown) == 2:  # the first block, of strings
            Load.objects.get(pk=load.pk).cancel(by=MARA)

    strings = STRINGS + "<si><t>x</t></si>" * 100_000
    run(load, source(raw_workbook(f"<row>{STRING_CELLS}</row>{ROW}", strings=strings)), on_progress=cancel)
    assert (load.state, load.rows, load.header) == ("cancelled", 0, [])
    assert shown == ["reading", "reading"]
