"""Rows of a list of creators: what a cell may hold at the most, and what is said of a row that cannot be."""

import pytest

from briefs.models import PlatformRule
from campaigns.load_judge import COLUMNS, CreatorJudge
from loads.columns import Header

pytestmark = pytest.mark.usefixtures("catalogues")


def judge(*names: str, **options) -> CreatorJudge:
    header = Header(list(names), ",", 1)
    return CreatorJudge(COLUMNS, header, {name: at for at, name in enumerate(names)}, **options)


def read(**cells: str) -> tuple[dict[str, str], list[str]]:
    """The values of a row about ana that are not empty, and the complaints about it."""
    values, complaints = judge("influencerId", *cells).read_row({"influencerId": "ana"} | cells)
    return {name: value for name, value in values.items() if value and name != "influencerId"}, complaints


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"platform": "INSTAGRAM", "handle": "@ana", "followers": "0012"},
         {"platform": "instagram", "handle": "ana", "followers": "12"}),
        ({"platform": "X", "followers": "0"}, {"platform": "x", "followers": "0"}),
        ({"platform": "tiktok", "handle": "h" * 100, "followers": "1000000000000"},
         {"platform": "tiktok", "handle": "h" * 100, "followers": "1000000000000"}),
        ({"handle": "https://tiktok.com/@ana", "platform": "TikTok"}, {"handle": "ana", "platform": "tiktok"}),
        ({"name": " Jose\u0301  Silva", "manager": "\u200b"}, {"name": "José Silva"}),
        ({"country": "pt", "language": "Deutsch"}, {"country": "PT", "language": "de"}),
        ({"country": "Deutschland", "language": "Bulgarisch"}, {"country": "DE", "language": "bg"}),
        ({"country": "UK", "language": "Vietnamesisch"}, {"country": "GB", "language": "vi"}),
        ({"usualFee": "400", "currency": "chf"}, {"usualFee": "400", "currency": "CHF"}),
        ({"topics": "Food| food;Running;;"}, {"topics": '{"food","running"}'}),
    ],
)  # fmt: skip
def test_a_row_is_staged_in_one_form(cells, values):
    assert read(**cells) == (values, [])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"influencerId": "a\tb"}, "influencerId contains a control character"),
        ({"influencerId": "a" * 256}, "influencerId may have 200 characters at most"),
        ({"handle": "h" * 101, "platform": "tiktok"}, "handle must hold no spaces, and 100 characters at most"),
        ({"followers": "5"}, "followers needs a platform"),
        ({"contact": "x" * 201}, "contact is longer than 200 characters"),
        ({"manager": "a\nb"}, "manager contains a line break or another control character"),
        ({"currency": "u\u017fd"}, "currency must be the three letters of a currency, such as EUR"),
        ({"platform": "myspace"}, "platform 'myspace' is unknown; known: facebook, instagram, "),
        ({"handle": "https://tiktok.com/@ana", "platform": "myspace"}, "platform 'myspace' is unknown; known: "),
        ({"platform": "tiktok", "followers": "1.2M"}, "followers is abbreviated"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_the_only_complaint(cells, reason):
    _, complaints = read(**cells)

    assert len(complaints) == 1
    assert complaints[0].startswith(reason)


@pytest.mark.parametrize(
    ("name", "cell", "shown"),
    [
        ("followers", "1000000000001", "'1000000000001' is above 1,000,000,000,000"),
        ("followers", "9" * 5_000, f"'{'9' * 40}' is above 1,000,000,000,000"),
        ("followers", "many", "'many' is not a whole number"),
        ("country", "\u017fe", "'\u017fe' must be the name of a country or its two letters, such as Germany or DE"),
        ("language", "en-" + "-".join(["abcdefgh"] * 4), "'en-abcdefgh-abcdefgh-abcdefgh-abcdefgh' is longer than 35"),
        ("topics", ";".join(map(str, range(51))), "'0;1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16' are more than 50"),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out_and_shown_in_part(name, cell, shown):
    judging = judge("influencerId", "platform", name)

    values, complaints = judging.read_row({"influencerId": "ana", "platform": "tiktok", name: cell})

    assert (values[name], complaints, dict(judging.left_out)) == ("", [], {name: 1})
    assert judging.left_out_examples[name].startswith(shown)


def test_a_platform_is_known_by_its_name_for_people():
    PlatformRule.objects.filter(platform="x").update(label="Formerly Twitter")

    assert read(platform="formerly twitter", handle="ana") == ({"platform": "x", "handle": "ana"}, [])


def test_of_a_rejected_row_nothing_counts_as_left_out():
    judging = judge("influencerId", "country", "currency")

    judging.read_row({"influencerId": "ana", "country": "Spain", "currency": "EURO"})

    assert (judging.left_out, judging.left_out_examples) == ({}, {})


def test_the_missing_id_is_the_first_complaint():
    assert judge("currency").read_row({"currency": "EURO"})[1][0] == "influencerId is missing"


def test_an_abbreviated_number_of_followers_is_read_and_counted_where_it_may_be():
    judging = judge("influencerId", "platform", "followers", reads_approximate=True)

    values, _ = judging.read_row({"influencerId": "ana", "platform": "tiktok", "followers": "1.2M"})

    assert (values["followers"], judging.approximate_numbers) == ("1200000", 1)
