"""Texts without case and accents, by which people find what they cannot type: "lea" finds "Léa", "soren" "Søren".

The rule is the function `famekeeda_folded`, which a migration creates: PostgreSQL's extension unaccent would do the
same, but not every PostgreSQL has it. Tables keep the folded text of what is searched in a generated column, since
folding a text takes five times as long as looking into it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Func, GeneratedField, TextField

from famekeeda.postgresql.prepared import fetch_all
from famekeeda.text import one_form


class Fold(Func):
    """The text in small letters without accents."""

    function = "famekeeda_folded"
    output_field = TextField()


def folded_field(expression: Any) -> GeneratedField:
    """A column with the folded text, in the order of code points, in which an index finds beginnings."""
    return GeneratedField(expression=Fold(expression), output_field=TextField(db_collation="C"), db_persist=True)


def tidied(text: str) -> str:
    """What a person typed, in the form in which texts are stored, without the sign of a handle."""
    return one_form(text.replace("\0", "")).removeprefix("@")


def typed(text: str) -> str:
    """What a person typed, folded; accents alone are nothing."""
    text = tidied(text)
    return fetch_all("SELECT famekeeda_folded(%s)", [text])[0][0].strip() if text else ""
