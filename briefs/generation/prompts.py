"""The messages sent to a model: the files of templates/prompts, filled with data that cannot leave its place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.template import Context, Engine, Template, TemplateSyntaxError

from briefs.catalogues.models import PlatformRule
from briefs.generation.contacts import without_contacts
from briefs.request import BriefRequest

FOLDER = settings.BASE_DIR / "templates" / "prompts"


class MissingVariable(str):
    """A value for Django's `string_if_invalid` that fails instead of leaving a hole in the prompt."""

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, variable: Any) -> str:
        raise TemplateSyntaxError(f"The prompt names {variable}, which it was not given.")


# Django's usual engine would escape for HTML and leave out missing variables.
ENGINE = Engine(autoescape=False, string_if_invalid=MissingVariable("%s"))


def render(name: str, **variables: Any) -> str:
    return templates(files())[name].render(Context(variables, autoescape=ENGINE.autoescape))


def version() -> str:
    """The first twelve digits of the files' SHA-256, which change with any of the files."""
    return sha256("\0".join(part for file in files() for part in file).encode()).hexdigest()[:12]


def files() -> tuple[tuple[str, str], ...]:
    """Name and text of each file, read at every call: an edited file counts at once, in every process."""
    return tuple((file.name, file.read_text()) for file in sorted(FOLDER.glob("*.txt")))


@lru_cache(maxsize=1)
def templates(files: tuple[tuple[str, str], ...]) -> dict[str, Template]:
    return {name: ENGINE.from_string(text) for name, text in files}


def system(rule: PlatformRule, language: str, schema: Mapping[str, Any] | None = None) -> str:
    """The system message; with the schema, for servers that support no response_format."""
    text = render("system.txt", rule=rule, language=language)
    return text + render("schema.txt", schema=orjson.dumps(schema).decode()) if schema else text


def user(
    request: BriefRequest,
    rule: PlatformRule,
    *,
    examples: list[dict[str, Any]] | None = None,
    rejected: list[dict[str, Any]] | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> str:
    """The user message: the request, approved briefs of the brand, earlier versions that people rejected and why, and
    the results of tools that our code ran."""
    optional = {
        "persona": request.persona,
        "creativeAngle": request.creative_angle,
        "hashtags": list(request.hashtags),
        "instructions": request.instructions,
    }
    fields = {
        "brand": request.brand,
        "product": request.product,
        "goal": request.goal,
        "platform": rule.label,
        "language": request.language,
    }
    return render(
        "user.txt",
        request=as_data(fields | {name: value for name, value in optional.items() if value}),
        examples=as_data(examples) if examples else "",
        rejected=as_data(rejected) if rejected else "",
        evidence=as_data(evidence) if evidence else "",
    )


def repair(errors: list[str]) -> str:
    """The user message that asks for an answer again, with what was wrong with the first."""
    return render("repair.txt", errors=errors)


def probe() -> str:
    """The user message that finds out whether a server answers at all."""
    return render("probe.txt")


def as_data(value: Any) -> str:
    """The value without contacts, as one line of JSON in which no text can end the block where it stands."""
    return orjson.dumps(without_contacts(value)).decode().replace("<", "\\u003c").replace(">", "\\u003e")
