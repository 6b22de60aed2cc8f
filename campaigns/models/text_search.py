"""Finds rows by a part of a text at a million rows: trigrams in a GIN index, beginnings in a B-tree.

pg_trgm would do the same, but not every PostgreSQL has its extension. The function `campaigns_grams`, which a migration
creates, makes the trigrams; "pg_c_utf8" is a collation of every PostgreSQL, which knows the letters of all alphabets.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func, Q, TextField, Transform, Value

from famekeeda.text import one_form

GRAM_CHARACTERS = 3
# Of a text, from its end: ids begin alike ("creator_"), and each gram that all rows have takes 10 ms of a million rows.
MAX_GRAM_CHARACTERS = 6


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """The text in small letters of all alphabets, in the order of code points, by which LIKE finds beginnings."""

    lookup_name = "folded"
    template = '(lower((%(expressions)s) COLLATE "pg_c_utf8") COLLATE "C")'
    output_field = TextField()


@CharField.register_lookup
@TextField.register_lookup
class Grams(Transform):
    """Every three characters in a row of the folded text."""

    lookup_name = "grams"
    function = "campaigns_grams"
    output_field = ArrayField(TextField())


def tidy(text: str) -> str:
    """What a person typed, in the form in which texts are stored, without the sign of a handle."""
    return one_form(text.replace("\0", "")).removeprefix("@")


def equal(field: str, text: str) -> Q:
    """The field is the text, in any case."""
    return Q(**{f"{field}__folded": Folded(Value(text))})


def beginning(field: str, text: str) -> Q:
    """The field begins with the text, in any case."""
    return Q(**{f"{field}__folded__startswith": Folded(Value(text))})


def holding(field: str, text: str) -> Q:
    """The field holds the text, in any case; a text of one or two letters has to begin a word after the first."""
    if len(text) < GRAM_CHARACTERS:
        text = f" {text}"
    if len(text) < GRAM_CHARACTERS:
        return Q(pk__in=[])  # no index finds single letters
    grams = Func(Value(text[-MAX_GRAM_CHARACTERS:]), function="campaigns_grams", output_field=ArrayField(TextField()))
    return Q(**{f"{field}__folded__contains": Folded(Value(text)), f"{field}__grams__contains": grams})
