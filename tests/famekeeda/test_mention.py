"""Where a text mentions a creator, and what stays of it."""

import pytest

from famekeeda.keeping.mention import Mention


@pytest.mark.parametrize(
    ("influencer_id", "text", "redacted"),
    [
        ("ana", "Film with ana.", "Film with [forgotten creator]."),
        (
            "ana",
            "#ana, @ana and ana's banana",
            "#[forgotten creator], @[forgotten creator] and [forgotten creator]'s banana",
        ),
        ("ana", "ana-maria, ana_2, Ana, diana", "ana-maria, ana_2, Ana, diana"),
        ("ana", "ana.fit, fit.ana, @ana.fit and 1.ana.2", "ana.fit, fit.ana, @ana.fit and 1.ana.2"),
        ("ana", "ana.fit", "ana.fit"),
        ("ana", "Shot by ana. Then …ana...", "Shot by [forgotten creator]. Then …[forgotten creator]..."),
        ("ana", "ana.csv, ana.fit.csv, ana.csv.gz", "[forgotten creator].csv, ana.fit.csv, [forgotten creator].csv.gz"),
        ("ana", r'{"text": "Results:\nana\tanalysis"}', r'{"text": "Results:\n[forgotten creator]\tanalysis"}'),
        ("ana.fit", "ana.fit. Not ana", "[forgotten creator]. Not ana"),
        ("influencer_1", "influencer_1 beats influencer_12", "[forgotten creator] beats influencer_12"),
        ("12", '12 videos by "12"', '12 videos by "[forgotten creator]"'),
        ("x", 'x likes "x"', 'x likes "[forgotten creator]"'),
        ("12", "12", "[forgotten creator]"),
        ('o"hara', r'{"influencerId":"o\"hara"}', '{"influencerId":"[forgotten creator]"}'),
        ('o"hara', r'"{\"influencerId\":\"o\\\"hara\"}"', r'"{\"influencerId\":\"[forgotten creator]\"}"'),
        (
            "zoë",
            r'{"influencerId":"zo\u00eb"} and zoë',
            '{"influencerId":"[forgotten creator]"} and [forgotten creator]',
        ),
        ("a<b>c", r'"a\u003cb\u003ec"', '"[forgotten creator]"'),
        ("a.c", "abc", "abc"),
    ],
)
def test_a_mention_is_taken_out_and_the_text_stays_readable(influencer_id, text, redacted):
    assert Mention(influencer_id).redacted(text) == redacted


def test_another_id_with_a_dot_stays_in_json_at_any_depth():
    evidence = '{"bestCreators": [{"influencerId": "ana.fit"}, {"influencerId": "ana"}]}'

    assert Mention("ana").redacted({"messages": [{"content": evidence}], "creators": ["ana.fit", "ana"]}) == {
        "messages": [
            {"content": '{"bestCreators": [{"influencerId": "ana.fit"}, {"influencerId": "[forgotten creator]"}]}'}
        ],
        "creators": ["ana.fit", "[forgotten creator]"],
    }


def test_json_values_are_searched_at_any_depth():
    value = {"best": [{"influencerId": "12", "views": 12}, "12 videos"], "none": None}

    assert Mention("12").redacted(value) == {
        "best": [{"influencerId": "[forgotten creator]", "views": 12}, "12 videos"],
        "none": None,
    }


@pytest.mark.parametrize(
    ("line", "is_there"),
    [
        ("ana,c,1", True),
        ('c;"ana";1', True),
        ("1\tana", True),
        ("ana maria,c,1", False),
        ("banana,c,1", False),
        ("'ana,c", True),
        ("c| ana |1", True),
        ("c:ana:1", False),
    ],
)
def test_a_line_of_a_file_mentions_a_creator_in_a_cell_of_their_own(line, is_there):
    assert Mention("ana").is_cell_of(line, ",;\t|") is is_there
