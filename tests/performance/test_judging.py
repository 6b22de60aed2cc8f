"""Which lines of an export become records, and what is said of the others."""

import pytest

from loads.files.unreadable import Unreadable
from tests.loads.loading import HEADER, judge

NOT_IN_GROUPS = "views is neither a whole number nor one in whole groups of one kind, such as 1,234,567"
ABBREVIATED = "views is abbreviated, such as 1.2M: expected every digit"
GOOD = "influencer_9,campaign_9,100,5,2,1\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",campaign_1,100,5,2,1", "influencerId is missing"),
        ("  ,campaign_1,100,5,2,1", "influencerId is missing"),
        ("influencer_1,,100,5,2,1", "campaignId is missing"),
        ("influencer_1,campaign_1,,5,2,1", "views is missing"),
        ("influencer_1,campaign_1,100,5,2,", "shares is missing"),
        ("influencer_1,campaign_1,NaN,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,1_000,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1, 100,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,+100,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,1e3,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,100.0,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,١٠٠,5,2,1", "views is not a whole number"),
        ('influencer_1,campaign_1,"12,50",5,2,1', "views is not a whole number"),
        ("influencer_1,campaign_1,3.09,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,0.309,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,1 2,5,2,1", NOT_IN_GROUPS),
        ('influencer_1,campaign_1,"1,234.567",5,2,1', NOT_IN_GROUPS),
        ('influencer_1,campaign_1,"1,23,456",5,2,1', NOT_IN_GROUPS),
        ('influencer_1,campaign_1,"1234,567,890",5,2,1', NOT_IN_GROUPS),
        ("influencer_1,campaign_1,1.2M,5,2,1", ABBREVIATED),
        ("influencer_1,campaign_1,3k,5,2,1", ABBREVIATED),
        ("influencer_1,campaign_1,1.2M,3K,x,1K", "comments is not a whole number; views, likes and shares are "
         "abbreviated, such as 1.2M: expected every digit"),
        ("influencer_1,campaign_1,1.234K,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,１００,5,2,1", "views is not a whole number"),
        ("influencer_1,campaign_1,12%,5,2,1", "views is not a whole number"),
        ("influencer_1,#REF!,100,5,2,1", "campaignId is #REF!, a formula's error"),
        ("influencer_1,campaign_1,#N/A,5,2,1", "views is #N/A, a formula's error"),
        ("1.78414E+16,campaign_1,100,5,2,1", "influencerId is a number that a spreadsheet program has rounded: "
         "export it from a column of text"),
        ("influencerId,campaignId,views,likes,comments,shares", "the header once more"),
        ("a,c,1,0,0,0\rb,c,1,0,0,0", "too many columns: 11 instead of 6, with a carriage return within the line"),
        ("influencer\ufeff_1,campaign_1,100,5,2,1", "influencerId contains a control character"),
        ("influencer\ufffd_1,campaign_1,100,5,2,1", "the character U+FFFD, which stands for text that was lost before "
         "the file was written"),
        ("influencer_1,campaign_1,100,-5,2,1", "likes is negative"),
        ("influencer_1,campaign_1,100,5,2,9007199254740992", "shares is above 9,007,199,254,740,991"),
        ("influencer_1,campaign_1,100,5,2," + "9" * 5000, "shares is above 9,007,199,254,740,991"),
        ("influencer_1,campaign_1,0,0,0,0", "views is zero"),
        ("influencer_1,campaign_1,100,101,0,0", "likes are above views"),
        ("influencer_1,campaign_1,100,5,2", "too few columns: 5 instead of 6"),
        ("influencer_1,campaign_1,100,5,2,1,", "too many columns: 7 instead of 6"),
        ("influencer\x07_1,campaign_1,100,5,2,1", "influencerId contains a control character"),
        ("influencer\t1,campaign_1,100,5,2,1", "influencerId contains a control character"),
        ("influencer_1,camp\raign,100,5,2,1", "campaignId contains a line break"),
        ("influencer_1,camp\u2028aign,100,5,2,1", "campaignId contains a line break"),
        ("influencer_1,campaign\0_1,100,5,2,1", "a NUL character"),
        ("influencer_1," + "c" * 201 + ",100,5,2,1", "campaignId is longer than 200 characters"),
        ('"influencer_1,campaign_1,100,5,2,1', "a quote opened in influencerId is not closed"),
        ('influencer_1,campaign_1,100,5,2,"1', "a quote opened in shares is not closed"),
        ('"influencer"_1,campaign_1,100,5,2,1', "a quote or a line break stands where it must not"),
        ("influencer_1,campaign_1,100,5,2," + "1" * 131_072, "the line is longer than 131,072 characters"),
        (",,0,-1,x,", "influencerId is missing; campaignId is missing; likes is negative; "
         "comments is not a whole number; shares is missing; views is zero"),
    ],
)  # fmt: skip
def test_a_broken_line_is_rejected_with_its_number_and_reason_and_costs_no_neighbour(line, reason):
    records, reasons = judge(HEADER + GOOD + line + "\n" + GOOD)
    assert reasons == {3: reason}
    assert records == ["influencer_9\tcampaign_9\t100\t5\t2\t1\t2\n", "influencer_9\tcampaign_9\t100\t5\t2\t1\t4\n"]


def test_a_line_break_within_quotes_costs_both_its_lines_and_no_other():
    text = HEADER + GOOD + '"influ\nencer_1",campaign_1,100,5,2,1\n' + GOOD
    records, reasons = judge(text)
    assert reasons == {3: "influencerId contains a line break"}
    assert [record.split("\t")[-1] for record in records] == ["2\n", "5\n"]


def test_a_quote_that_is_not_closed_swallows_no_row_up_to_the_next_stray_quote():
    text = HEADER + '"influencer_1\n' + GOOD + 'influencer_2",campaign_1,100,5,2,1\n'
    records, reasons = judge(text)
    assert reasons == {2: "a quote opened in influencerId is not closed"}
    assert [record.split("\t")[-1] for record in records] == ["3\n", "4\n"]


def test_bytes_that_are_no_text_cost_their_line():
    records, reasons = judge(HEADER.encode() + b"caf\xe9,campaign_1,100,5,2,1\n" + GOOD.encode())
    assert reasons == {2: "bytes that are no UTF-8: name the file's encoding, such as cp1252"}
    assert len(records) == 1


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("Zoë 🎨,campaign 1,100,5,2,1", "Zoë 🎨\tcampaign 1\t100\t5\t2\t1\t2\n"),
        (" influencer_1 ,campaign_1,100,5,2,1", "influencer_1\tcampaign_1\t100\t5\t2\t1\t2\n"),
        ('"Smith, Jo",campaign_1,"100",5,2,1', "Smith, Jo\tcampaign_1\t100\t5\t2\t1\t2\n"),
        ('"the ""one""",campaign_1,100,5,2,1', 'the "one"\tcampaign_1\t100\t5\t2\t1\t2\n'),
        ('5"tall,campaign_1,100,5,2,1', '5"tall\tcampaign_1\t100\t5\t2\t1\t2\n'),
        ("'@nike,campaign_1,100,5,2,1", "@nike\tcampaign_1\t100\t5\t2\t1\t2\n"),
        ("a\\b,campaign_1,100,5,2,1", "a\\\\b\tcampaign_1\t100\t5\t2\t1\t2\n"),
        ('influencer_1,campaign_1,"125,061",5,2,1', "influencer_1\tcampaign_1\t125061\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,309.212,5,2,1", "influencer_1\tcampaign_1\t309212\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,1 234,5,2,1", "influencer_1\tcampaign_1\t1234\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,1\u00a0234\u00a0567,5,2,1", "influencer_1\tcampaign_1\t1234567\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,1\u202f234,5,2,1", "influencer_1\tcampaign_1\t1234\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,1'234'567,5,2,1", "influencer_1\tcampaign_1\t1234567\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,1’234,5,2,1", "influencer_1\tcampaign_1\t1234\t5\t2\t1\t2\n"),
        ("\ufeffinfluencer_1,campaign_1,100,5,2,1", "influencer_1\tcampaign_1\t100\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,007,5,2,1", "influencer_1\tcampaign_1\t007\t5\t2\t1\t2\n"),
        ("influencer_1,campaign_1,9007199254740991,5,2,1", "influencer_1\tcampaign_1\t9007199254740991\t5\t2\t1\t2\n"),
    ],
)
def test_an_unusual_line_is_a_record_all_the_same(line, record):
    assert judge(HEADER + line) == ([record], {})


def test_an_ignored_column_may_span_lines():
    text = (
        HEADER.replace("\n", ",note\n") + 'influencer_1,campaign_1,100,5,2,1,"two\nlines, really"\n' + "i,c,1,0,0,0,x\n"
    )
    assert judge(text) == (["influencer_1\tcampaign_1\t100\t5\t2\t1\t2\n", "i\tc\t1\t0\t0\t0\t4\n"], {})


def test_a_row_inside_a_quoted_note_is_a_note():
    text = HEADER.replace("\n", ",note\n") + 'influencer_1,campaign_1,100,5,2,1,"\nfake,campaign_1,9,9,9,9,x\n"\n'
    assert judge(text) == (["influencer_1\tcampaign_1\t100\t5\t2\t1\t2\n"], {})


def test_a_note_that_is_never_closed_costs_its_line_alone():
    text = HEADER.replace("\n", ",note\n") + 'a,c,100,5,2,1,"oops\n' + "b,c,100,5,2,1,x\n" + 'd,c,100,5,2,1,"fine"\n'
    assert judge(text) == (
        ["b\tc\t100\t5\t2\t1\t3\n", "d\tc\t100\t5\t2\t1\t4\n"],
        {2: "a quote opened in note is not closed"},
    )


def test_lines_of_a_note_that_reaches_into_the_next_block_are_not_read_twice():
    long = "\n".join("x" * 1000 for _ in range(100))
    text = HEADER.replace("\n", ",note\n") + f'a,c,100,5,2,1,"{long}"\n' * 3 + "b,c,1,0,0,0,x\n"
    records, reasons = judge(text)
    assert reasons == {}
    assert [record.split("\t")[-1] for record in records] == ["2\n", "102\n", "202\n", "302\n"]


def test_columns_stand_in_any_order_under_names_of_any_case():
    text = "Shares;VIEWS;influencer_id;Campaign ID;likes;Comments;Platform\n1;100;i;c;5;2;TikTok\n"
    assert judge(text) == (["1\t100\ti\tc\t5\t2\tTikTok\t2\n"], {})


def test_blank_lines_are_no_rows():
    assert judge("\n" + HEADER + "\n" + GOOD + "\r\n\n") == (["influencer_9\tcampaign_9\t100\t5\t2\t1\t4\n"], {})


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: text.encode("utf-32-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace(",", "|").encode(),
    ],
    ids=[
        "utf-8 with BOM",
        "utf-16",
        "utf-16-le without BOM",
        "utf-16-be",
        "utf-32",
        "utf-32-be without BOM",
        "CRLF",
        "CRCRLF",
        "CR",
        "tabs",
        "pipes",
    ],
)
def test_every_usual_encoding_and_delimiter_reads_the_same(encode):
    text = HEADER + "Zoë,campaign_1,100,5,2,1\n"
    assert judge(encode(text)) == (["Zoë\tcampaign_1\t100\t5\t2\t1\t2\n"], {})


def test_a_file_with_returns_alone_reads_the_same_however_its_blocks_are_cut():
    rows = "".join(f"influencer_{number},campaign_1,100,5,2,1\r" for number in range(20_000))
    records, reasons = judge((HEADER.replace("\n", "\r") + rows).encode())
    assert reasons == {}
    assert len(records) == 20_000
    assert records[-1] == "influencer_19999\tcampaign_1\t100\t5\t2\t1\t20001\n"


def test_a_stray_return_costs_its_row_alone():
    records, reasons = judge(HEADER + GOOD + "influencer_1,camp\raign,1\r00,5,2,1\n" + GOOD)
    assert reasons == {3: "campaignId contains a line break; views is not a whole number"}
    assert len(records) == 2


def test_rows_of_nothing_but_delimiters_are_blank():
    assert judge(HEADER + ",,,,,\n" + GOOD + " , ,,,,\r\n") == (["influencer_9\tcampaign_9\t100\t5\t2\t1\t3\n"], {})


def test_the_line_with_which_excel_names_its_delimiter_is_no_header():
    for delimiter in ",;\t|":
        text = f"sep={delimiter}\n" + (HEADER + GOOD).replace(",", delimiter)
        assert judge(text) == (["influencer_9\tcampaign_9\t100\t5\t2\t1\t3\n"], {})


@pytest.mark.parametrize("delimiter", ["{", "}", "-", "\\", "^", "]", ":", "\0"])
def test_a_delimiter_that_is_none_of_ours_is_refused_in_a_sentence(delimiter):
    with pytest.raises(Unreadable, match=r"as its delimiter; expected a comma, semicolon, tab or pipe$"):
        judge(f"sep={delimiter}\n" + (HEADER + GOOD).replace(",", delimiter))
