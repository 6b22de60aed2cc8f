"""The columns of a list of creators, and the judge that accepts or rejects its rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from django.core.exceptions import ValidationError

from campaigns.countries_and_languages import country_code, language_code
from campaigns.load_cells import read_fee, read_link
from campaigns.models.creator import HANDLE, LANGUAGE, MAX_FOLLOWERS, MAX_TOPIC_CHARACTERS, MAX_TOPICS
from campaigns.models.money import CURRENCY
from famekeeda import shared
from famekeeda.ids import new_id
from famekeeda.text import IN_A_LINE, tidy_line
from loads.columns import Column, Columns, Header
from loads.judge import Judge
from loads.numbers import Abbreviated, read_number

# What is left of an id of many digits in a cell that a spreadsheet program took for a number.
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
LEFT_OUT = ("followers", "country", "language", "topics")  # where these cannot be read, the rest of the row counts
MAX_SHOWN_CHARACTERS = 40

COLUMNS: Columns = (
    Column(
        "influencerId",
        "influencer_id",
        "who, as your other systems call them; leave it open for a list without ids: the handle is taken",
        ("influencerid", "influencer", "creatorid", "creator", "kennung", "identifiant", "identificador"),
        ("name", "nom", "nombre", "handle"),
        instead="handle",
    ),
    Column(
        "name", "name", "if you like: how people call the creator",
        ("name", "fullname", "nom", "nombre"), ("user", "benutzer", "nutzer", "handle", "manager", "campaign"),
        is_required=False,
    ),
    Column(
        "platform", "platform", "if you like: where handle and followers are from",
        ("platform", "plattform", "plateforme", "plataforma", "network", "netzwerk", "réseau", "red"),
        is_required=False,
    ),
    Column(
        "handle", "handle", "with or without its @, or a link to the profile; needs a platform",
        ("handle", "username", "benutzername", "nutzername", "utilisateur", "usuario", "account", "konto"),
        is_required=False,
    ),
    Column(
        "followers", "followers", "a whole number; needs a platform",
        ("followers", "follower", "subscribers", "abonnenten", "abonnés", "seguidores", "fans"), is_required=False,
    ),
    Column(
        "country", "country", "such as PT, Portugal or Deutschland",
        ("country", "land", "pays", "país"), is_required=False,
    ),
    Column(
        "language", "language", "such as pt, pt-BR or Portuguese",
        ("language", "sprache", "langue", "idioma"), is_required=False,
    ),
    Column(
        "topics", "topics", "what the creator posts about, with ; or | between",
        ("topic", "categor", "thema", "themen", "kategorie", "thème", "catégorie", "tema", "categoría", "niche"),
        is_required=False,
    ),
    Column(
        "contact", "contact", "an e-mail address or a phone number",
        ("contact", "email", "e-mail", "kontakt", "courriel", "correo", "contacto", "phone", "telefon"),
        is_required=False,
    ),
    Column(
        "manager", "manager", "who negotiates", ("manager", "agent", "management", "agentur", "agence", "agencia"),
        is_required=False,
    ),
    Column(
        "usualFee", "usual_fee", "an amount such as 1200.00 or 1.200,00 €; needs a currency",
        ("usualfee", "fee", "honorar", "gage", "preis", "price", "tarif", "tarifa", "honoraires", "precio"),
        is_required=False,
    ),
    Column(
        "currency", "currency", "the three letters of the fee's currency, such as EUR",
        ("currency", "währung", "devise", "moneda", "divisa"), is_required=False,
    ),
)  # fmt: skip


class CreatorJudge(Judge):
    """Judges the rows of a list of creators. An empty cell says nothing about its column."""

    def __init__(
        self, columns: Columns, header: Header, at: dict[str, int], *, reads_approximate: bool = False
    ) -> None:
        super().__init__(columns, header, at, reads_approximate=reads_approximate)
        names = shared.platforms()
        self.platforms = {name.casefold(): key for key, label in names.items() for name in (key, label)}
        self.known_platforms = ", ".join(names)
        self.readers: dict[str, Callable[[str], str]] = {
            "name": lambda text: line(text, 200),
            "platform": self.platform,
            "handle": handle,
            "followers": self.followers,
            "country": country,
            "language": language,
            "topics": topics,
            "contact": lambda text: line(text, 200),
            "manager": lambda text: line(text, 200),
            "currency": currency,
        }
        self.staged = [column.name for column in columns]  # an id, platform or currency may stand in another's cell
        self.left_out: Counter[str] = Counter()  # cells per column
        self.left_out_examples: dict[str, str] = {}

    def read_row(self, cells: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        values, complaints, left_out = dict.fromkeys(self.staged, "") | cells, [], {}
        try:
            values["handle"], linked = read_link(cells.get("handle", ""))
            values["platform"] = values["platform"] or linked
        except ValueError as complaint:
            complaints.append(f"handle {complaint}")
            linked = ""
        for name, read in self.readers.items():
            if values[name]:
                try:
                    values[name] = read(values[name])
                except Abbreviated as complaint:
                    complaints.append(f"{name} is {complaint}")
                except ValueError as complaint:
                    if name in LEFT_OUT:
                        left_out[name], values[name] = f"{values[name][:MAX_SHOWN_CHARACTERS]!r} {complaint}", ""
                    else:
                        complaints.append(f"{name} {complaint}")
        if linked and values["platform"] in self.platforms.values() and values["platform"] != linked:
            complaints.append(f"handle is a link to {linked} and platform is {values['platform']}")
        try:
            values["influencerId"] = influencer_id(cells.get("influencerId") or values["handle"])
        except ValueError as complaint:
            complaints.insert(0, f"influencerId {complaint}")
        if not cells.get("influencerId"):
            values["influencerId"] = ""  # whose handle it is shows once all lines are staged
        if not values["platform"]:
            complaints += [f"{name} needs a platform" for name in ("handle", "followers") if cells.get(name)]
        complaints += self.read_fee(values) if values["usualFee"] else []
        if not complaints:
            self.left_out.update(left_out.keys())
            self.left_out_examples = left_out | self.left_out_examples
        return values, complaints

    def read_fee(self, values: dict[str, str]) -> list[str]:
        """Puts fee and currency into the values; returns the complaints."""
        try:
            fee = read_fee(values["usualFee"])
        except ValueError as complaint:
            return [f"usualFee {complaint}"]
        values["usualFee"] = fee.amount
        if fee.currency and values["currency"] not in ("", fee.currency):
            return [f"usualFee is in {fee.currency} and currency is {values['currency']}"]
        values["currency"] = values["currency"] or fee.currency
        if not values["currency"]:
            return ["usualFee needs a currency" + (f": its sign may be {fee.candidates}" if fee.candidates else "")]
        return []

    def platform(self, text: str) -> str:
        if text.casefold() not in self.platforms:
            raise ValueError(f"{text[:40]!r} is unknown; known: {self.known_platforms}")
        return self.platforms[text.casefold()]

    def followers(self, text: str) -> str:
        digits = self.whole(text)
        if len(digits) > 13 or int(digits) > MAX_FOLLOWERS:
            raise ValueError(f"is above {MAX_FOLLOWERS:,}")
        return digits

    def whole(self, text: str) -> str:
        """Digits without zeros before them. Raises ValueError for what is no whole number."""
        try:
            number = read_number(text, self.reads_approximate)
        except Abbreviated:
            raise
        except ValueError as complaint:
            raise ValueError(f"is {complaint}") from None
        self.approximate_numbers += number.is_approximate
        return number.digits.lstrip("0") or "0"


def influencer_id(text: str) -> str:
    if not text:
        raise ValueError("is missing")
    if ROUNDED.fullmatch(text):
        raise ValueError("is a number that a spreadsheet program has rounded: export it from a column of text")
    if IN_A_LINE.search(text):
        raise ValueError("contains a control character")
    try:
        return new_id(text)
    except ValueError as complaint:
        raise ValueError(predicate(str(complaint))) from None


def line(text: str, most: int) -> str:
    try:
        text = tidy_line(text)
    except ValueError:
        raise ValueError("contains a line break or another control character") from None
    if len(text) > most:
        raise ValueError(f"is longer than {most} characters")
    return text


def handle(text: str) -> str:
    return valid(HANDLE, line(text.removeprefix("@"), 200))


def country(text: str) -> str:
    code = country_code(text)
    if not code:
        raise ValueError("must be the name of a country or its two letters, such as Germany or DE")
    return code


def language(text: str) -> str:
    return line(valid(LANGUAGE, language_code(text)), 35)


def currency(text: str) -> str:
    return valid(CURRENCY, in_capitals(text))


def in_capitals(text: str) -> str:
    """Letters of ASCII in capitals; other text as it is, since the capital of ſ is S."""
    return text.upper() if text.isascii() else text


def valid(validator: Callable[[str], None], text: str) -> str:
    try:
        validator(text)
    except ValidationError as error:
        raise ValueError(predicate(error.messages[0])) from None
    return line(text, 200)


def predicate(sentence: str) -> str:
    """The sentence as it follows on the name of a column: "must be a day"."""
    return f"{sentence[0].lower()}{sentence[1:].rstrip('.')}"


def topics(text: str) -> str:
    """The topics as PostgreSQL writes an array, in small letters, each once."""
    parts = (line(part.strip().lower(), MAX_TOPIC_CHARACTERS) for part in re.split(r"[;|]", text))
    found = list(dict.fromkeys(filter(None, parts)))
    if len(found) > MAX_TOPICS:
        raise ValueError(f"are more than {MAX_TOPICS}")
    quoted = [topic.replace("\\", r"\\").replace('"', r"\"") for topic in found]
    return "{" + ",".join(f'"{topic}"' for topic in quoted) + "}"
