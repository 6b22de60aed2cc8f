"""How texts mention a creator, and how such a mention is taken out of a text that stays readable."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from famekeeda.csv_safety import escaped

FORGOTTEN = "[forgotten creator]"  # stands where the creator's id stood
# A plain number, such as 12, or an id this short may mean something else in a text: it is a mention only in quotes.
MAX_CHARACTERS_IN_QUOTES = 2
# JSON within JSON within JSON: the evidence in a prompt, in a message, in a column.
MAX_ESCAPES = 3
# "ana.csv" is a file that is named after ana; any other dot within a word belongs to the word.
FILE_ENDING = r"\.(?:csv|tsv|txt|json|gz|zip|xlsx|xlsm|xls)\b"
# In JSON that is kept as text, the n of \n is no letter of the word that follows.
ESCAPED_SPACE = r"(?<=\\[nrt])"


class Mention:
    """The ways in which texts mention a creator's id: as it is, and escaped as JSON escapes it.

    A mention is no part of a longer word: `ana` is mentioned neither in "banana" nor in `ana-maria` or `ana.fit`. A
    dot with a letter or digit on both sides continues the word; the full stop of a sentence ends it."""

    def __init__(self, influencer_id: str, handles: Iterable[str] = ()) -> None:
        """`handles` are those of the creator's profile, for texts that name the creator by nothing else."""
        self.influencer_id = influencer_id
        self.handles = [Mention(handle.casefold()) for handle in handles if handle]
        self.unsearched: set[str] = set()  # files that could not be searched to their end, and why
        self.forms = forms(influencer_id)
        self.cells = {
            form.replace('"', quote) for form in (influencer_id, escaped(influencer_id)) for quote in ('"', '""')
        }
        whole = "|".join(re.escape(form) for form in sorted(self.forms, key=len, reverse=True))
        self.is_ambiguous = influencer_id.isdecimal() or len(influencer_id) <= MAX_CHARACTERS_IN_QUOTES
        if self.is_ambiguous:
            self.pattern = re.compile(rf"""(?<=["'“‘«])(?:{whole})(?=\\*["'”’»])""")
        else:
            before = rf"(?:(?<![\w-])(?<!\w\.)|{ESCAPED_SPACE})"
            self.pattern = re.compile(rf"{before}(?:{whole})(?=(?:{FILE_ENDING})|(?!\.?\w|-))")

    def is_cell_of(self, line: str, delimiters: str) -> bool:
        """Whether a cell of this line of a file, whose cells end at any of `delimiters`, is the creator's id."""
        if not any(form in line for form in self.cells):
            return False
        end, around = f"[{re.escape(delimiters)}]", r"""[\s"'\ufeff]*"""
        return any(re.search(f"(?:^|{end}){around}{re.escape(form)}{around}(?:$|{end})", line) for form in self.cells)

    def is_handle(self, text: str) -> bool:
        """Whether a cell for handles holds one of the creator's, in any case, with or without @ or in a link."""
        typed = text.strip().removeprefix("@").casefold()
        return any(typed == handle.influencer_id or handle.is_in(typed) for handle in self.handles)

    def is_in(self, value: Any) -> bool:
        """Whether a text, or any text of a JSON value, mentions the creator."""
        return self.redacted(value) != value

    def redacted(self, value: Any) -> Any:
        """The text, or JSON value, with FORGOTTEN in place of each mention."""
        match value:
            case str():
                return FORGOTTEN if value == self.influencer_id else self.pattern.sub(FORGOTTEN, value)
            case Mapping():
                return {self.redacted(name): self.redacted(inner) for name, inner in value.items()}
            case list():
                return [self.redacted(inner) for inner in value]
        return value

    def find(self, rows: QuerySet[Any], fields: tuple[str, ...]) -> QuerySet[Any]:
        """The rows of which one of these text or JSON fields mentions the creator."""
        texts = {f"{name}_as_text": Cast(name, TextField()) for name in fields}
        holds_it = (Q(**{f"{text}__contains": form}) for text in texts for form in self.forms)
        candidates = rows.alias(**texts).filter(reduce(Q.__or__, holds_it))
        pks = (row.pk for row in candidates.iterator(chunk_size=500) if self.is_in_fields(row, fields))
        return rows.model._default_manager.filter(pk__in=list(pks))

    def is_in_fields(self, row: Model, fields: tuple[str, ...]) -> bool:
        return any(self.is_in(getattr(row, name)) for name in fields)

    def redact(self, rows: QuerySet[Any], fields: tuple[str, ...], **changes: Any) -> None:
        """Takes each mention out of these fields of the rows. `changes` are further fields to set."""
        for row in rows.iterator(chunk_size=500):
            values = {name: clipped(row, name, self.redacted(getattr(row, name))) for name in fields}
            rows.model._default_manager.filter(pk=row.pk).update(**values, **changes)


def forms(text: str) -> set[str]:
    """The text as it stands in a text, in JSON, and in JSON within JSON, with non-ASCII letters or their escapes."""
    found = {text}
    for _ in range(MAX_ESCAPES):
        found |= {json.dumps(form, ensure_ascii=ascii)[1:-1] for form in found for ascii in (False, True)}
        found |= {form.replace("<", "\\u003c").replace(">", "\\u003e") for form in found}
    return found


def clipped(row: Model, name: str, value: Any) -> Any:
    """The value, cut to the length that the field may have: FORGOTTEN is longer than many an id."""
    limit = getattr(row._meta.get_field(name), "max_length", None)
    return value[:limit] if limit and isinstance(value, str) else value
