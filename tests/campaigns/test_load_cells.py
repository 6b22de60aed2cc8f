"""How cells of a list of creators are read: fees with their currency, handles as links."""

import pytest

from campaigns.load_cells import read_fee, read_link

NO_DOUBT = "cannot be read as an amount without doubt; expected one such as 1200.00 or 1.200,00 €"


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("650", "650"), ("0650.5", "650.5"), ("0", "0"), ("000.00", "0.00"), ("650.-", "650"), ("650,–", "650"),
        ("1'250.50", "1250.50"), ("1’250,50", "1250.50"), ("1,250,500", "1250500"), ("1.250.500,5", "1250500.5"),
        ("1 250", "1250"), ("1\u00a0250", "1250"), ("1\u2009250", "1250"), ("1\u202f250", "1250"),
        ("999999999999.99", "999999999999.99"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_the_signs_of_its_country(cell, amount):
    assert read_fee(cell) == (amount, "", "")


@pytest.mark.parametrize(
    ("cell", "currency", "candidates"),
    [
        ("5 €", "EUR", ""), ("£5", "GBP", ""), ("US$5", "USD", ""), ("R$ 5", "BRL", ""), ("₹5", "INR", ""),
        ("5 ₺", "TRY", ""), ("5 zł", "PLN", ""), ("chf 5", "CHF", ""),
        ("$5", "", "USD, CAD or AUD"), ("¥5", "", "JPY or CNY"), ("5 kr", "", "SEK, NOK or DKK"),
    ],
)  # fmt: skip
def test_a_sign_says_the_currency_or_which_it_may_be(cell, currency, candidates):
    assert read_fee(cell) == ("5", currency, candidates)


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("", NO_DOUBT), ("five", NO_DOUBT), ("1.2k", NO_DOUBT), ("5 XYZ", NO_DOUBT), ("€5€", NO_DOUBT),
        ("5 EUR EUR", NO_DOUBT), ("EUR 5 USD", NO_DOUBT), ("1.250.50", NO_DOUBT), ("1,250,50", NO_DOUBT),
        ("1.250,500", NO_DOUBT), ("12.50.500", NO_DOUBT), ("0.250.500", NO_DOUBT), ("٥", NO_DOUBT),
        ("US5$", NO_DOUBT), ("-5", "is negative"), ("-five", "is negative"),
        ("1000000000000", "has more than 12 digits"),
    ],
)  # fmt: skip
def test_what_is_no_amount_or_may_be_two_is_refused(cell, complaint):
    with pytest.raises(ValueError) as refused:
        read_fee(cell)

    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("cell", "handle", "platform"),
    [
        ("https://www.instagram.com/ana.s/", "ana.s", "instagram"),
        ("HTTPS://Instagram.COM/ana?igsh=1", "ana", "instagram"),
        ("http://m.tiktok.com/@ana#top", "ana", "tiktok"),
        ("youtube.com/@ana", "ana", "youtube"),
        ("@ana", "@ana", ""),
        ("ana.com/fit", "ana.com/fit", ""),
        ("", "", ""),
    ],
)
def test_a_link_to_a_profile_is_a_handle_and_a_platform_and_other_text_stays(cell, handle, platform):
    assert read_link(cell) == (handle, platform)


@pytest.mark.parametrize(
    "cell",
    [
        "https://ana.example/", "https://facebook.com/ana", "https://instagram.com/", "https://instagram.com/p/Cxyz",
        "https://tiktok.com/ana", "youtube.com/channel/UC7", "https://youtube.com/watch?v=7", "ftp://instagram.com/ana",
    ],
)  # fmt: skip
def test_a_link_that_names_no_handle_is_refused(cell):
    with pytest.raises(
        ValueError, match=r"^is a link that names no handle; expected a handle, or a link to a profile on "
    ):
        read_link(cell)
