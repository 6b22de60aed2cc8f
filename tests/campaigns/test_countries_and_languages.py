"""How countries and languages are read: by codes, and by their names in many languages."""

import subprocess
import sys

import pytest

from campaigns.countries_and_languages import (
    COUNTRIES,
    country_code,
    country_name,
    country_names,
    language_code,
    language_name,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PT", "PT"), ("pt", "PT"), ("UK", "GB"), ("uk", "GB"), ("xk", "XK"),
        ("Vietnam", "VN"), ("Germany", "DE"), ("Deutschland", "DE"), ("SCHWEDEN", "SE"), ("Allemagne", "DE"),
        ("Alemania", "DE"), ("Alemanha", "DE"), ("Germania", "DE"), ("Duitsland", "DE"), ("Niemcy", "DE"),
        ("Tyskland", "DE"), ("Almanya", "DE"), ("Österreich", "AT"), ("Oesterreich", "AT"), ("osterreich", "AT"),
        ("Magyarország", "HU"), ("България", "BG"), ("日本", "JP"), ("भारत", "IN"), ("Srbija", "RS"),
        ("USA", "US"), ("U.S.A.", "US"), ("Great Britain", "GB"), ("Czech Republic", "CZ"), ("Turkey", "TR"),
        ("Bosnia and Herzegovina", "BA"), ("Bosnien & Herzegowina", "BA"), ("Côte d’Ivoire", "CI"),
        ("Burma", "MM"), ("China", "CN"), ("Niger", "NE"), ("Guinea", "GN"), ("Dominica", "DM"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_code_and_by_its_names(text, code):
    assert country_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "  ", "Atlantis", "ZZ", "EU", "UN", "AA", "ſe", "Congo", "Vietn", "D", "\0", "\ud800", "é", "x" * 10**6],
    ids=lambda text: ascii(text[:9]),
)
def test_what_names_no_country_or_two_has_no_code(text):
    assert country_code(text) == ""


def test_every_country_has_an_english_name_by_which_it_is_known():
    assert len(COUNTRIES) == 250
    assert {country_code(name) for name in country_names()} == COUNTRIES
    assert [country_name(code) for code in ("DE", "GB", "ZZ", "")] == ["Germany", "United Kingdom", "ZZ", ""]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Englisch", "en"), ("DEUTSCH", "de"), ("français", "fr"), ("castellano", "es"), ("Portuguese", "pt"),
        ("italiano", "it"), ("Nederlands", "nl"), ("polski", "pl"), ("Svenska", "sv"), ("dansk", "da"), ("norsk", "no"),
        ("Norwegisch", "no"), ("Türkisch", "tr"), ("tuerkisch", "tr"), ("turkce", "tr"), ("Русский", "ru"),
        ("العربية", "ar"), ("Bulgarisch", "bg"), ("Vietnamesisch", "vi"), ("日本語", "ja"), ("हिन्दी", "hi"),
        ("Brazilian Portuguese", "pt-BR"), ("DE", "de"), ("pt-BR", "pt-BR"), ("Klingon", "Klingon"), ("", ""),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_name_and_other_text_stays(text, code):
    assert language_code(text) == code


def test_a_language_is_called_by_its_english_name():
    assert [language_name(code) for code in ("de", "pt-BR", "xx")] == ["German", "Brazilian Portuguese", "xx"]


def test_who_reads_codes_alone_does_not_import_babel():
    code = (
        "import sys; from campaigns.countries_and_languages import country_code; "
        "assert country_code('pt') == 'PT'; assert 'babel' not in sys.modules; "
        "assert country_code('Portugal') == 'PT'; from babel import localedata; assert not localedata._cache"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
