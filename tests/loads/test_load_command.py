"""manage.py load_performance: its options, what it prints, how it exits."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from loads.models import Load
from tests.loads.loading import HEADER, table
from tests.loads.workbooks import ROW, workbook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def export(tmp_path):
    def write(text: str, name: str = "export.csv") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def test_json_is_one_object_on_standard_output(export):
    out = io.StringIO()
    call_command("load_performance", export(HEADER + "a,c,100,5,2,1\nb,c,x,5,2,1\n"), "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert result.pop("seconds") > 0
    assert len(result.pop("sha256")) == 64
    assert result == {
        "load": Load.objects.get().pk, "file": "export.csv", "check": False, "rows": 2, "inserted": 1, "updated": 0,
        "lowered": 0, "unchanged": 0, "merged": 0, "rejected": 1, "notes": [],
        "rejects": [{"line": 3, "reason": "views is not a whole number"}],
    }  # fmt: skip


def test_a_summary_ends_in_one_sentence(export, capsys):
    call_command("load_performance", export(HEADER + "a,c,100,5,2,1\nb,c,x,5,2,1\n"))
    *_, last = capsys.readouterr().out.strip().splitlines()
    assert last.startswith("loaded: 2 rows in ")
    assert last.endswith(" s, 1 rejected")


def test_rejects_are_written_where_asked(export, tmp_path):
    call_command("load_performance", export(HEADER + "a,c,1,0,0,0\nb,c,x,5,2,1\n"), f"--rejects={tmp_path}/out.csv")
    assert (tmp_path / "out.csv").read_text() == (
        "influencerId,campaignId,views,likes,comments,shares,platform,line,reason,row\n"
        'b,c,x,5,2,1,,3,views is not a whole number,"b,c,x,5,2,1"\n'
    )


def test_a_failed_load_exits_with_its_reason(export):
    with pytest.raises(CommandError, match=r"load \d+ failed: 1 of 2 rows were rejected, more than the 5% allowed"):
        call_command("load_performance", export(HEADER + "a,c,1,0,0,0\nb,c,x,5,2,1\n"), "--max-rejects=5%")
    assert table() == set()


def test_a_missing_file_exits_with_its_name():
    with pytest.raises(CommandError, match=r"load \d+ failed: nope.csv cannot be read: No such file or directory"):
        call_command("load_performance", "nope.csv")


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ("--max-rejects=many", "'many' is neither a number of rows, such as 20, nor a share, such as 5%"),
        ("--max-rejects=-1", "'-1' is neither a number of rows"),
        ("--max-rejects=" + "9" * 24, "'999999999999999999999999' is neither a number of rows"),
        ("--max-rejects=nan%", "'nan%' is neither a number of rows"),
        ("--encoding=base64", "'base64' is no encoding of text; expected one such as cp1252"),
        ("--encoding=utf-7", "'utf-7' is no encoding of text"),
        ("--encoding=idna", "'idna' is no encoding of text"),
        ("--encoding=unicode_escape", "'unicode_escape' is no encoding of text"),
        ("--encoding=nope", "'nope' is no encoding of text"),
        ("--platform= TikTok", "' TikTok': May not hold control characters, nor begin or end with a space"),
        ("--platform=a\nb", "May not hold control characters"),
        ("--platform=a\udce9", "May not hold control characters"),
        ("--platform=" + "x" * 201, "May have 200 characters at most"),
        ("--map=clicks=Clicks", "'clicks=Clicks' is not like views=\"Video views\""),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(export, option, error):
    with pytest.raises(CommandError, match=error):
        call_command("load_performance", export(HEADER), option)
    assert not Load.objects.exists()


def test_columns_are_mapped_by_option(export):
    text = HEADER.replace("views", "Video views") + "a,c,100,5,2,1\n"
    call_command("load_performance", export(text), "--map", "views=Video views", "--platform=YouTube")
    assert table() == {("a", "c", "YouTube", 100, 5, 2, 1)}


def test_standard_input_is_a_file_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(HEADER.encode() + b"a,c,100,5,2,1\n")))
    call_command("load_performance", "-", "--json", stdout=io.StringIO())
    assert Load.objects.get().file == "standard input"
    assert len(table()) == 1


@pytest.mark.parametrize("link", [None, "symlink", "hardlink"])
def test_rejects_never_overwrite_the_file_they_are_from(export, tmp_path, link):
    text = HEADER + "a,c,1,0,0,0\nb,c,x,5,2,1\n"
    file = export(text)
    rejects = tmp_path / "rejects.csv" if link else tmp_path / "export.csv"
    if link == "symlink":
        rejects.symlink_to(file)
    elif link == "hardlink":
        rejects.hardlink_to(file)
    with pytest.raises(CommandError, match="is the file to load itself; nothing was read or written"):
        call_command("load_performance", file, f"--rejects={rejects}")
    assert (tmp_path / "export.csv").read_text() == text
    assert not Load.objects.exists()


def test_rejects_never_overwrite_standard_input(export, tmp_path, monkeypatch):
    file = export(HEADER + "a,c,1,0,0,0\n")
    with (tmp_path / "export.csv").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(CommandError, match="is the file to load itself"):
            call_command("load_performance", "-", f"--rejects={file}")
    assert not Load.objects.exists()


def test_an_encoding_that_is_named_is_read(tmp_path):
    (tmp_path / "export.csv").write_bytes((HEADER + "Zoë,c,100,5,2,1\n").encode("cp1252"))
    call_command("load_performance", str(tmp_path / "export.csv"), "--encoding=windows-1252", "--json")
    assert table() == {("Zoë", "c", "", 100, 5, 2, 1)}
    assert Load.objects.get().encoding == "cp1252"


def test_a_sheet_is_chosen_by_option(tmp_path):
    (tmp_path / "export.xlsx").write_bytes(workbook(ROW, change=lambda book: book.create_sheet("Empty", 0)))
    call_command("load_performance", str(tmp_path / "export.xlsx"), "--sheet=Sheet", "--json")
    assert table() == {("a", "c", "", 100, 5, 2, 1)}


def test_abbreviated_numbers_are_read_where_asked_and_noted(export):
    call_command("load_performance", export(HEADER + "a,c,1.2M,3K,12,1\n"), "--approximate", "--json")
    assert table() == {("a", "c", "", 1_200_000, 3_000, 12, 1)}
    assert Load.objects.get().notes == ["abbreviated numbers read as approximate, 1.2M as 1,200,000: 2"]


def test_a_file_whose_name_is_no_text_is_loaded(export, tmp_path):
    call_command("load_performance", export(HEADER + "a,c,1,0,0,0\n", "caf\udce9.csv"), "--json")
    assert Load.objects.get().file == "caf\\xe9.csv"


def test_the_summary_names_the_option_that_lets_rejected_rows_in_and_so_does_a_failure(export, capsys):
    with pytest.raises(
        CommandError, match=r"every digit; --approximate reads abbreviated numbers: 1\.2M as 1,200,000$"
    ):
        call_command("load_performance", export(HEADER + "a,c,1.2M,3K,12,1\n"))
    call_command("load_performance", export(HEADER + "a,c,1.2M,3K,12,1\nb,c,100,5,2,1\n"))

    out = capsys.readouterr().out
    assert "line 2: views and likes are abbreviated, such as 1.2M: expected every digit\n" in out
    assert "--approximate reads abbreviated numbers: 1.2M as 1,200,000\n" in out
