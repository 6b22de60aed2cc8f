"""Every word sent to a model: the files of templates/prompts, filled with data that cannot leave its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
import regex
from django.conf import settings
from django.template import Context, Engine, Template, TemplateSyntaxError

from briefs.catalogues import PlatformRule
from briefs.request import BriefRequest

FOLDER = settings.BASE_DIR / "templates" / "prompts"


class MissingVariable(str):
    """Django's `string_if_invalid`, made to fail: a prompt with a hole in it is worse than none."""

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, variable: Any) -> str:
        raise TemplateSyntaxError(f"The prompt names {variable}, which it was not given.")


# Of its own: Django's usual one would escape for HTML, and leave out what is missing.
ENGINE = Engine(autoescape=False, string_if_invalid=MissingVariable("%s"))


def render(name: str, **variables: Any) -> str:
    return templates(files())[name].render(Context(variables, autoescape=ENGINE.autoescape))


def version() -> str:
    """Changes with any of the files: the first twelve digits of their SHA-256."""
    return sha256("\0".join(part for file in files() for part in file).encode()).hexdigest()[:12]


def files() -> tuple[tuple[str, str], ...]:
    """Name and text of each, read anew: an edited file counts at once, in every process."""
    return tuple((file.name, file.read_text()) for file in sorted(FOLDER.glob("*.txt")))


@lru_cache(maxsize=1)
def templates(files: tuple[tuple[str, str], ...]) -> dict[str, Template]:
    return {name: ENGINE.from_string(text) for name, text in files}


def system(rule: PlatformRule, language: str, schema: Mapping[str, Any] | None = None) -> str:
    """With the schema, for servers that know no response_format."""
    text = render("system.txt", rule=rule, language=language)
    return text + render("schema.txt", schema=orjson.dumps(schema).decode()) if schema else text


def user(
    request: BriefRequest,
    rule: PlatformRule,
    *,
    examples: list[dict[str, Any]] | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> str:
    """The request; with what was approved for the brand before, and what our own code found out for the model."""
    optional = {
        "persona": request.persona,
        "creativeAngle": request.creative_angle,
        "hashtags": list(request.hashtags),
    }
    asked = {
        "brand": request.brand,
        "product": request.product,
        "goal": request.goal,
        "platform": rule.label,
        "language": request.language,
    }
    return render(
        "user.txt",
        request=as_data(asked | {name: value for name, value in optional.items() if value}),
        examples=as_data(examples) if examples else "",
        evidence=as_data(evidence) if evidence else "",
    )


def repair(errors: list[str]) -> str:
    return render("repair.txt", errors=errors)


def as_data(value: Any) -> str:
    """One line of JSON in which no text can end the block it stands in, and without contacts."""
    return orjson.dumps(without_contacts(value)).decode().replace("<", "\\u003c").replace(">", "\\u003e")


AT = r"\s?(?:[@＠]|[(\[]\s?at\s?[)\]])\s?"
DOT = r"(?:[.．]|\s?[(\[]\s?dot\s?[)\]]\s?)"
EMAIL = regex.compile(
    rf"(?:\"[^\"\n]{{1,64}}\"|[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}){AT}(?:[\w-]{{1,63}}{DOT})+\p{{L}}{{2,24}}",
    regex.IGNORECASE,
)
DATE = regex.compile(r"\b((?:19|20)\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d)\b")
# Nine digits or more, as people write them apart; no ids that begin with letters, but numbers that follow "tel.".
PHONE = regex.compile(
    r"(?:(?<![\w./-])|(?<=\b(?:wa\.me|t|tel|phone|fon|mobile?|whatsapp)[./:_-]))"
    r"\+?(?:[(]?\d[\s./()·_\u2010-\u2015-]{0,3}){8,}\d(?!\d)",
    regex.IGNORECASE,
)


def without_contacts(value: Any) -> Any:
    """The value with e-mail addresses and phone numbers taken out of its texts: these never leave."""
    match value:
        case str():
            told = _without_contacts(value)
            # Fullwidth digits, invisible characters between them: seen by people, so seen here.
            plain = regex.sub(r"\p{Cf}", "", unicodedata.normalize("NFKC", told))
            return plainer if (plainer := _without_contacts(plain)) != plain else told
        case Mapping():
            return {name: without_contacts(inner) for name, inner in value.items()}
        case list() | tuple():
            return [without_contacts(inner) for inner in value]
    return value


def _without_contacts(text: str) -> str:
    pieces = DATE.split(EMAIL.sub("[e-mail]", text))  # every other one is a date
    return "".join(piece if number % 2 else PHONE.sub("[phone]", piece) for number, piece in enumerate(pieces))
