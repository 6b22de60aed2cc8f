"""What a valid brief is: the answer that a model is asked for, and how one is read out of what it says."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

LONGEST_TEXT = 10_000  # characters of a caption; mending cuts it to the platform's limit
LONGEST_LINE = 500
MOST_ITEMS = 12
MOST_HASHTAGS = 60
LONGEST_ANSWER = 1_000_000  # characters that are looked at
MOST_OBJECTS = 100  # so many of its braces are
INVISIBLE = {"\u200d", "\ufe0f"}  # of the format characters, those that emoji are joined by


class Invalid(ValueError):
    """`errors` is for the model to read: a field, what is wrong with it, what was expected."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


def plain(text: str) -> str:
    """Without what is not seen: control characters, surrogates, marks that turn the direction of writing."""
    kept = (char for char in text if char == "\n" or char in INVISIBLE or unicodedata.category(char)[0] != "C")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def as_text(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return plain(value[: LONGEST_TEXT * 2])[:LONGEST_TEXT] if isinstance(value, str) else value


def as_line(value: Any) -> Any:
    value = as_text(value)
    return " ".join(value.split())[:LONGEST_LINE] if isinstance(value, str) else value


def as_lines(value: Any) -> Any:
    """A list; one text with a line for each item is as good."""
    if isinstance(value, str):
        value = [re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line) for line in value.splitlines()]
    if not isinstance(value, list):
        return value
    items = [as_line(item) for item in value[: MOST_ITEMS * 4]]
    return [item for item in items if item != ""][:MOST_ITEMS]


def as_hashtags(value: Any) -> Any:
    value = re.split(r"[\s,]+", value) if isinstance(value, str) else value
    return [item for item in map(as_line, value[:MOST_HASHTAGS]) if item != ""] if isinstance(value, list) else value


Text = Annotated[str, BeforeValidator(as_text), Field(min_length=1)]
Line = Annotated[str, BeforeValidator(as_line), Field(min_length=1)]
Lines = Annotated[list[str], BeforeValidator(as_lines)]


class ModelAnswer(BaseModel):
    """A brief as a model writes it, before the rules. What a weak model leaves out of the last four, code fills in."""

    caption: Text
    hookIdeas: Annotated[Lines, Field(min_length=1)]  # noqa: N815
    hashtags: Annotated[list[str], BeforeValidator(as_hashtags)]
    CTA: Line
    tone: Line
    deliverables: Lines = []
    dos: Lines = []
    donts: Lines = []
    usageRights: Annotated[str, BeforeValidator(as_line)] = ""  # noqa: N815


DESCRIPTIONS = {
    "caption": "The text of the post, without hashtags and without a disclosure",
    "hookIdeas": "Three to five openings, each a different idea",
    "hashtags": "Hashtags with their #, the trending ones first",
    "CTA": "One sentence: what the viewer does next",
    "tone": "A few words on how it sounds",
    "deliverables": "What the creator hands over, a line each",
    "dos": "Three to five things to do",
    "donts": "Three to five things not to do",
    "usageRights": "One sentence on what may be done with the post",
}
TEXTS = ("caption", "CTA", "tone", "usageRights")
# As OpenAI's strict mode wants it: everything required, nothing else allowed, no limits, which it would refuse.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        name: {"type": "string", "description": text}
        if name in TEXTS
        else {"type": "array", "items": {"type": "string"}, "description": text}
        for name, text in DESCRIPTIONS.items()
    },
    "required": list(DESCRIPTIONS),
    "additionalProperties": False,
}
EXPECTED = {name: "a text" if name in TEXTS else "a list of short texts" for name in DESCRIPTIONS}


def parse(text: str) -> ModelAnswer:
    """The answer in a model's text: plain JSON, fenced, or with prose around it. Raises Invalid."""
    errors: list[str] = []
    for candidate in _objects_in(text[:LONGEST_ANSWER]):
        try:
            return ModelAnswer.model_validate(candidate)
        except ValidationError as error:
            errors = errors or list(dict.fromkeys(map(_sentence, error.errors())))
    raise Invalid(errors or ["The answer holds no JSON object."])


def _objects_in(text: str) -> list[Any]:
    """Those that name a caption before all others, the last one first: a model may think aloud before it answers."""
    found = []
    decoder, start = json.JSONDecoder(), text.find("{")
    for _ in range(MOST_OBJECTS):
        if start < 0:
            break
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            found.append(value)
        start = text.find("{", end)
    found.reverse()
    return sorted(found, key=lambda value: "caption" not in value)


def _sentence(error: Any) -> str:
    name = str(error["loc"][0])
    where = name if len(error["loc"]) == 1 else f"{name}[{error['loc'][1]}]"
    wrong = {"missing": "is missing", "too_short": "is empty", "string_too_short": "is empty"}
    what = wrong.get(error["type"], "is not what was asked for")
    return f"{where} {what}: expected {EXPECTED[name] if where == name else 'a text'}."
