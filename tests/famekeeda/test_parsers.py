"""Bodies in JSON: each name stands once, and no digit of a number is lost."""

from io import BytesIO

import pytest
from rest_framework.exceptions import ParseError, ValidationError

from famekeeda.parsers import JSONParser


def parse(text: str):
    return JSONParser().parse(BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"fee": 1, "fee": 2}', "fee"),
        ('{"fee": 1, "f\\u0065e": 1}', "fee"),
        ('{"a": [{"handle": "x", "b": 0, "handle": "y"}]}', "handle"),
        ('{"": 1, "": 1}', ""),
        (f'{{"{"x" * 200}": 1, "{"x" * 200}": 1}}', "x" * 100),
    ],
)
def test_a_name_that_an_object_gives_twice_is_refused(text, name):
    with pytest.raises(ValidationError) as refusal:
        parse(text)
    assert refusal.value.detail == {name: ["May be given only once."]}


def test_one_name_may_stand_in_several_objects():
    assert parse('[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize("text", ["0.5", "1e3", "1.50", "0.1", "-0.0", "5e-324", "0e-400", "12345.67"])
def test_a_number_that_a_float_can_be_is_one(text):
    assert repr(parse(text)) == repr(float(text))


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1e-400", "1E-400"),
        ("1200.000000000000000001", "1200.000000000000000001"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("1e-99999999999999999999", "NaN"),
    ],
)
def test_a_number_that_a_float_would_change_stays_exact(text, exact):
    assert str(parse(text)) == exact


@pytest.mark.parametrize("text", ["1e400", "NaN", "[1,]", '"\\ud800"', "[" * 1_100 + "]" * 1_100, "", "9" * 5_000])
def test_what_the_database_could_not_store_is_refused(text):
    with pytest.raises(ParseError):
        parse(text)


def test_a_body_of_a_hundred_thousand_numbers_is_refused_before_it_is_read():
    with pytest.raises(ParseError) as refusal:
        parse("[" + "1.0e0," * 100_000 + "0]")
    assert str(refusal.value) == "This JSON holds more values than anything here takes."
