"""The fields of a brief, defined once. The schema for models, the API, the edit form and the rules derive from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field
from pydantic.fields import FieldInfo

MAX_TEXT_CHARACTERS = 10_000  # of a caption; the rules cut it to the platform's limit
MAX_LINE_CHARACTERS = 500
MAX_LINES = 12
MAX_HASHTAGS = 60
EMOJI_JOINERS = {"\u200d", "\ufe0f"}  # format characters that are part of emoji


def visible(text: str) -> str:
    """The text without control characters, surrogates and marks that turn the direction of writing."""
    kept = (char for char in text if char == "\n" or char in EMOJI_JOINERS or unicodedata.category(char)[0] != "C")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def as_text(value: Any) -> Any:
    """A text of MAX_TEXT_CHARACTERS at most. A number becomes its digits; pydantic then refuses any other type."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return visible(value[: MAX_TEXT_CHARACTERS * 2])[:MAX_TEXT_CHARACTERS] if isinstance(value, str) else value


def as_line(value: Any) -> Any:
    """A text without line breaks, of MAX_LINE_CHARACTERS at most."""
    value = as_text(value)
    return " ".join(value.split())[:MAX_LINE_CHARACTERS] if isinstance(value, str) else value


def as_lines(value: Any) -> Any:
    """A list of MAX_LINES lines at most; a single text is split at its line breaks and loses its bullets."""
    if isinstance(value, str):
        value = [re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line) for line in value.splitlines()]
    if not isinstance(value, list):
        return value
    items = [as_line(item) for item in value[: MAX_LINES * 4]]
    return [item for item in items if item != ""][:MAX_LINES]


def as_hashtags(value: Any) -> Any:
    """A list of MAX_HASHTAGS words at most; a single text is split at spaces and commas."""
    value = re.split(r"[\s,]+", value) if isinstance(value, str) else value
    return [item for item in map(as_line, value[:MAX_HASHTAGS]) if item != ""] if isinstance(value, list) else value


class Kind(Enum):
    """What a field of a brief holds."""

    TEXT = "a text that may have line breaks"
    LINE = "a text without line breaks"
    LINES = "a list of lines"
    HASHTAGS = "a list of hashtags"


Text = Annotated[str, BeforeValidator(as_text), Kind.TEXT]
Line = Annotated[str, BeforeValidator(as_line), Kind.LINE]
Lines = Annotated[list[str], BeforeValidator(as_lines), Kind.LINES]
Hashtags = Annotated[list[str], BeforeValidator(as_hashtags), Kind.HASHTAGS]


class ModelAnswer(BaseModel):
    """A brief as a language model writes it, before the rules mend it. A field has its `title` for people and
    its `description` for the model.

    Weak models leave out the last four fields; the rules then fill them in.
    """

    caption: Text = Field(
        min_length=1, title="Caption", description="The text of the post, without hashtags and without a disclosure"
    )
    hookIdeas: Lines = Field(  # noqa: N815
        min_length=1, title="Hook ideas", description="Three to five openings, each a different idea"
    )
    hashtags: Hashtags = Field(title="Hashtags", description="Hashtags with their #, the trending ones first")
    CTA: Line = Field(min_length=1, title="Call to action", description="One sentence: what the viewer does next")
    tone: Line = Field(min_length=1, title="Tone", description="A few words on how it sounds")
    deliverables: Lines = Field([], title="Deliverables", description="What the creator hands over, a line each")
    dos: Lines = Field([], title="Do", description="Three to five things to do")
    donts: Lines = Field([], title="Do not", description="Three to five things not to do")
    usageRights: Line = Field(  # noqa: N815
        "", title="Usage rights", description="One sentence on what may be done with the post"
    )


@dataclass(frozen=True)
class ContentField:
    """A field of a finished brief. `may_be_empty` says whether its list may have no items; texts are never empty."""

    label: str
    kind: Kind
    may_be_empty: bool

    @property
    def is_list(self) -> bool:
        return self.kind in (Kind.LINES, Kind.HASHTAGS)

    @classmethod
    def of(cls, field: FieldInfo) -> ContentField:
        kind = next(item for item in field.metadata if isinstance(item, Kind))
        has_minimum = any(getattr(item, "min_length", 0) for item in field.metadata)
        return cls(field.title or "", kind, may_be_empty=field.annotation is not str and not has_minimum)


def _fields() -> Iterator[tuple[str, ContentField]]:
    """The fields of a finished brief, in the API's order: the model's, and the disclosure, which the rules add."""
    for name, field in ModelAnswer.model_fields.items():
        if name == "usageRights":
            yield "disclosure", ContentField("Disclosure", Kind.LINE, may_be_empty=False)
        yield name, ContentField.of(field)


FIELDS = dict(_fields())


def _json_schema() -> dict[str, Any]:
    """The JSON schema for OpenAI's strict mode, which requires every property, allows no other and refuses limits."""
    properties = {
        name: {"type": "array", "items": {"type": "string"}, "description": field.description}
        if FIELDS[name].is_list
        else {"type": "string", "description": field.description}
        for name, field in ModelAnswer.model_fields.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA = _json_schema()
