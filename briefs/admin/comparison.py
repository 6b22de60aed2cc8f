"""The page that compares two written briefs, field by field and word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from briefs.content import FIELDS
from briefs.models import Brief
from famekeeda.pages import page, render_page

WORD = re.compile(r"\S+\s*|\s+")  # with the space behind it, so that spaces are no words of their own


@page("briefs.view_brief")
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two versions side by side, with the words marked that only one of them has."""
    written = Brief.objects.with_people().filter(state=Brief.State.READY)
    sides = [get_object_or_404(written, pk=number) for number in (pk, other)]
    fields = compared(sides[0].content, sides[1].content)
    context = {"title": f"Briefs {pk} and {other}", "sides": sides, "fields": fields}
    return render_page(request, "admin/briefs/compare.html", context)


@dataclass(frozen=True)
class Piece:
    """Some words of a text. `differs` says whether the other text lacks them at this place."""

    text: str
    differs: bool


@dataclass(frozen=True)
class ComparedField:
    """A field of two briefs, each as pieces that make up its whole text."""

    label: str
    one: list[Piece]
    other: list[Piece]

    @property
    def is_same(self) -> bool:
        return not any(piece.differs for piece in self.one + self.other)


def compared(one: dict[str, Any], other: dict[str, Any]) -> list[ComparedField]:
    return [
        ComparedField(field.label, *pieces(as_text(one.get(name, "")), as_text(other.get(name, ""))))
        for name, field in FIELDS.items()
    ]


def as_text(value: str | list[str]) -> str:
    """The items of a list on lines of their own."""
    return "\n".join(value) if isinstance(value, list) else value


def pieces(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    words, other_words = WORD.findall(one), WORD.findall(other)
    matcher = SequenceMatcher(None, [word.strip() for word in words], [word.strip() for word in other_words])
    runs = matcher.get_opcodes()
    return (
        [Piece("".join(words[start:end]), tag != "equal") for tag, start, end, _, _ in runs if end > start],
        [Piece("".join(other_words[start:end]), tag != "equal") for tag, _, _, start, end in runs if end > start],
    )
