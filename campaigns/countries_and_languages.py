"""Countries and languages: their codes, and the codes' names as people write them in many languages.

The names are Babel's, from the Unicode consortium's CLDR. Babel is imported when a name is first looked for, since most
processes read codes alone; the table of names costs about 6 MB of memory and a second, once per process.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, NamedTuple

COUNTRIES = frozenset((  # ISO 3166, and XK, which Kosovo goes by until it has one
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD",
    "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA",
    "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE",
    "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA",
    "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK",
    "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT",
    "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS",
    "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS",
    "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST",
    "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW",
    "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "XK", "YE", "YT",
    "ZA", "ZM", "ZW",
))  # fmt: skip
SAID_FOR = {"UK": "GB"}  # reserved for the United Kingdom, so that no other country will have it

# Whose names win where one name means two, from the first on; the names of a country in its own languages come after.
NAMING = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "da", "no", "tr")

# What people write and CLDR does not.
COUNTRIES_ALSO = {
    "AE": "UAE, Emirates, Emirate",
    "BA": "Bosnia, Bosnien",
    "CD": "DR Congo, Democratic Republic of the Congo",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic, Tschechische Republik, République tchèque",
    "GB": "Great Britain, Großbritannien, Grande-Bretagne, Gran Bretaña, Gran Bretagna, Groot-Brittannië, "
    "Grã-Bretanha, Britain, England, Scotland, Wales, Northern Ireland, Angleterre, Inglaterra, İngiltere",
    "HK": "Hong Kong, Hongkong",
    "KR": "Korea, Republic of Korea",
    "MK": "Macedonia, Mazedonien",
    "MO": "Macau, Macao",
    "NL": "Holland, The Netherlands",
    "PS": "Palestine, Palästina",
    "RU": "Russian Federation",
    "TR": "Turkey",
    "US": "USA, America, Amerika, Vereinigte Staaten von Amerika, United States of America",
}
LANGUAGES_ALSO = {"es": "castellano", "fa": "Farsi", "fil": "Tagalog", "nl": "Flemish, Flämisch", "zh": "Mandarin"}

MAX_NAME_CHARACTERS = 100
WITHOUT_MARKS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})  # where a keyboard has no ö
AND = {"and", "und", "et", "y", "e", "en", "i", "och", "og", "ve"}  # people write it for CLDR's &, and the other way
BETWEEN_WORDS = re.compile(r"[\s_.,'’()/&–-]+")
IN_BRACKETS = re.compile(r"^(.+) \((.+)\)$")  # Myanmar (Burma): either is a name, unless it is another country's
TWO_COUNTRIES = ("congo", "kongo")


class Codes(NamedTuple):
    """Codes by their folded names."""

    countries: dict[str, str]
    languages: dict[str, str]


def country_code(text: str) -> str:
    """The two letters of the country that a text names or is the code of; empty for any other text."""
    return coded_country(text) or named(text)[0]


def coded_country(text: str) -> str:
    """The two letters of the country whose code a text is, in any case; empty for any other text."""
    code = text.upper() if text.isascii() else ""  # the capital of ſ is S
    code = SAID_FOR.get(code, code)
    return code if code in COUNTRIES else ""


def language_code(text: str) -> str:
    """The code of a language that is called by its name; any other text as it is."""
    return named(text)[1] or text


def is_language(code: str) -> bool:
    """Whether a code such as de or pt-BR begins with a language that CLDR has names for."""
    return code.partition("-")[0].lower() in known_languages()


def country_name(code: str) -> str:
    """The English name of a country; a text that is no country's code as it is."""
    return english("territories").get(code, code) if code in COUNTRIES else code


def country_names() -> list[str]:
    return sorted(map(country_name, COUNTRIES))


def language_name(code: str) -> str:
    """The English name of a language; a text that is no language's code as it is."""
    return english("languages").get(code.replace("-", "_"), code) if is_language(code) else code


@lru_cache(maxsize=1_000)
def named(text: str) -> tuple[str, str]:
    """The codes of the country and of the language that have this name; empty where none has."""
    name = folded(text) if len(text) <= MAX_NAME_CHARACTERS else ""
    return (codes().countries.get(name, ""), codes().languages.get(name, "")) if name else ("", "")


@cache
def codes() -> Codes:
    countries: dict[str, str] = {}
    languages: dict[str, str] = {code: code for code in known_languages()}
    for also, table in ((COUNTRIES_ALSO, countries), (LANGUAGES_ALSO, languages)):
        for code, written in also.items():
            table |= {folded(name): code for name in written.split(", ")}
    homes = countries_of_languages()
    bracketed: list[tuple[str, str]] = []
    for locale in (*NAMING, *sorted((known_languages() | homes.keys()) - set(NAMING))):
        names = names_in(locale)
        for code, name in names["territories"].items():
            if code in COUNTRIES and (locale in NAMING or code in homes.get(locale, ())):
                add(countries, name, code)
                bracketed += [(part, code) for parts in IN_BRACKETS.findall(name) for part in parts]
        for code, name in names["languages"].items():
            if is_language(code := code.replace("_", "-")) and (locale in NAMING or code == locale):
                add(languages, name, code)
    for name, code in bracketed:
        add(countries, name, code)
    for name in TWO_COUNTRIES:
        countries.pop(name, None)
    return Codes(countries, languages)


def add(table: dict[str, str], name: str, code: str) -> None:
    for spelling in (folded(name), folded(name.casefold().translate(SPELLED_OUT))):
        if len(spelling) > 2 or not spelling.isascii():  # two letters are codes
            table.setdefault(spelling, code)


def folded(text: str) -> str:
    """A name without case, accents, spaces, signs and the word for "and"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(WITHOUT_MARKS)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(word for word in BETWEEN_WORDS.split(letters) if word not in AND)


@cache
def known_languages() -> frozenset[str]:
    from babel import localedata

    return frozenset(name for name in localedata.locale_identifiers() if "_" not in name)


def countries_of_languages() -> dict[str, set[str]]:
    """Where each language is at home: {"de": {"DE", "AT", …}, "sr_Latn": {"RS", …}}."""
    from babel import localedata

    locales = set(localedata.locale_identifiers())
    homes: dict[str, set[str]] = {}
    for name in locales:
        language, _, country = name.rpartition("_")
        if country in COUNTRIES and language in locales:
            homes.setdefault(language, set()).add(country)
    return homes


@cache
def english(kind: str) -> dict[str, str]:
    return names_in("en")[kind]


def names_in(locale: str) -> dict[str, dict[str, str]]:
    """What a language calls countries ("territories") and languages, by code."""
    from babel import localedata

    data: dict[str, Any] = localedata.load(locale, merge_inherited=False)
    localedata._cache.clear()  # Babel would keep everything about the language, a few hundred kilobytes each
    return {kind: dict(data.get(kind, {})) for kind in ("territories", "languages")}
