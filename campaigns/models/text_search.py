"""Finds rows by a part of a text at a million rows: trigrams in a GIN index, which narrow down what LIKE looks at.

pg_trgm would do the same, but not every PostgreSQL has its extension. The function `campaigns_grams`, which a migration
creates, makes the trigrams. Texts are folded (famekeeda.folding), those in the tables and those that are looked for.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func, Q, TextField, Transform, Value
from django.db.models.lookups import Exact

from famekeeda.folding import Fold

GRAM_CHARACTERS = 3
# Of a text, from its end: ids begin alike ("creator_"), and each gram that all rows have takes 10 ms of a million rows.
MAX_GRAM_CHARACTERS = 6


@CharField.register_lookup
@TextField.register_lookup
class Grams(Transform):
    """Every three characters in a row."""

    lookup_name = "grams"
    function = "campaigns_grams"
    output_field = ArrayField(TextField())


class Folded(Transform):
    """The text in small letters of all alphabets, with its accents: by it loads tell handles apart."""

    template = '(lower((%(expressions)s) COLLATE "pg_c_utf8") COLLATE "C")'
    output_field = TextField()


def part(text: str) -> str:
    """What a substring search looks for. One or two letters are nearly everywhere, so they must begin a word."""
    return text if len(text) >= GRAM_CHARACTERS else f" {text}"


def is_indexed(text: str) -> bool:
    """Whether the index of trigrams finds the text; it finds no single letters."""
    return len(part(text)) >= GRAM_CHARACTERS


def equal(field: str, text: str) -> Q:
    """The field, which has no column with its folded text, is the text in any case and with any accents."""
    return Q(Exact(Fold(field), Fold(Value(text))))


def beginning(field: str, text: str) -> Q:
    """The field begins with the text."""
    return Q(**{f"{field}__startswith": text})


def holding(field: str, text: str) -> Q:
    """The field holds the text, at its beginning or as a part."""
    held = Q(**{f"{field}__contains": part(text)})
    return held if part(text) == text else held | beginning(field, text)


def found_by_index(field: str, text: str) -> Q:
    """The field holds the text anywhere, of whatever length; only a text of one or two letters is looked for in every
    row."""
    return indexed(field, text) if len(text) >= GRAM_CHARACTERS else Q(**{f"{field}__contains": text})


def indexed(field: str, text: str) -> Q:
    """The field holds the text as a part, by its index of trigrams."""
    text = part(text)
    grams = Func(Value(text[-MAX_GRAM_CHARACTERS:]), function="campaigns_grams", output_field=ArrayField(TextField()))
    return Q(**{f"{field}__contains": text, f"{field}__grams__contains": grams})
