"""Amounts are read as people of many countries type them, and never as another amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import typed_amounts
from campaigns.models.money import in_words


@pytest.mark.parametrize(
    "text",
    [
        "1250.50", "1250.5", "1,250.50", "1250,50", "1250,5", "1.250,50", "1 250,50", "1\u202f250,50", "1'250.50",
        "1’250.50", "€1,250.50", "€ 1250,50", "1.250,50 €", "1250.50EUR", "EUR 1250.50", " 1250,50 eur ",
    ],
)  # fmt: skip
def test_one_amount_is_read_in_the_ways_of_many_countries(text):
    assert typed_amounts.read(text) == Decimal("1250.50")


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", "0"), ("1 250", "1250"), ("1,250,000", "1250000"), ("1.250.000,5", "1250000.5"), ("0,125", "0.125"),
     ("-1", "-1"), ("12,5", "12.5"), ("1250,500", "1250.5")],
)  # fmt: skip
def test_amounts_without_a_second_reading_are_read(text, amount):
    assert typed_amounts.read(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["1,250", "1.250", "€ 1.250", "1,250 EUR"])
def test_what_may_be_two_amounts_is_refused_with_both(text):
    with pytest.raises(ValueError, match=r"Can be read as 1250 and as 1\.250\. Write 1250 or 1250\.00 for the first\."):
        typed_amounts.read(text)


@pytest.mark.parametrize(
    "text",
    ["", "a lot", "NaN", "1e9", "1_000", "1,25,000", "1,250.500,5", "1 25", "12 5000", ".", ",5", "5.", "1..5", "€",
     "€ 5 EUR", "5 EURO", "١٢", "1\x00", "1,250,5", "1 250 5", "0 250"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"Type a number, such as 1200\.00\."):
        typed_amounts.read(text)


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_what_forms_and_files_show_is_read_as_it_was(amount):
    assert typed_amounts.read(f"{amount:.2f}") == amount
    assert typed_amounts.read(f"{amount:,.2f} EUR") == amount
    swapped = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert typed_amounts.read(f"€ {swapped}") == amount


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_what_pages_show_is_read_as_it_was_or_refused(amount):
    try:
        read = typed_amounts.read(in_words(amount, "EUR"))
    except ValueError as refusal:
        assert str(refusal).startswith("Can be read as ")
    else:
        assert read == amount


@given(st.text(alphabet="0123456789.,' €EUR-", max_size=12))
def test_any_text_is_an_amount_or_refused_with_a_sentence(text):
    try:
        assert typed_amounts.read(text).is_finite()
    except ValueError as refusal:
        assert str(refusal).endswith((".", "first."))


@pytest.mark.parametrize(("text", "currency"), [("5", ""), ("€5", "EUR"), ("5 usd", "USD")])
def test_the_currency_beside_an_amount_is_known(text, currency):
    assert typed_amounts.currency_in(text) == currency
