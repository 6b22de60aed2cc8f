"""A request for a brief, in one normal form: requests that mean the same are equal."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

import regex

from famekeeda.text import is_visible, one_form


@dataclass(frozen=True, kw_only=True)
class BriefRequest:
    """The four required fields, and the optional ones, of which an empty one leaves the choice to tools."""

    brand: str
    product: str
    goal: str
    platform: str  # a PlatformRule's key
    persona: str = ""
    creative_angle: str = ""
    hashtags: tuple[str, ...] = ()
    campaign_id: str = ""
    influencer_id: str = ""
    language: str = "en"
    instructions: str = ""

    @classmethod
    def normalised(cls, *, hashtags: Any = (), **fields: str) -> BriefRequest:
        """From validated fields: one Unicode form, single spaces, small letters where case means nothing, each hashtag
        once."""
        texts = {name: one_form(value) for name, value in fields.items()}
        for name in ("platform", "language"):
            if name in texts:
                texts[name] = texts[name].lower()
        tags: dict[str, str] = {}
        for tag in filter(None, map(as_hashtag, hashtags)):
            tags.setdefault(tag.casefold(), tag)
        return cls(hashtags=tuple(tags.values()), **texts)

    @classmethod
    def of(cls, brief: Any) -> BriefRequest:
        fields = {name: getattr(brief, name) for name in cls.__dataclass_fields__}
        return cls(**fields | {"hashtags": tuple(brief.hashtags)})

    def fields(self) -> dict[str, Any]:
        """The request as columns of a Brief."""
        return asdict(self) | {"hashtags": list(self.hashtags)}

    def identity(self) -> dict[str, Any]:
        """The fields by which two requests are the same: in small letters where case means nothing, hashtags sorted."""
        folded = {"goal": self.goal.casefold(), "hashtags": sorted(tag.casefold() for tag in self.hashtags)}
        return asdict(self) | folded


NOT_IN_A_HASHTAG = regex.compile(r"[^\p{L}\p{M}\p{N}_]+")
LEADING_MARKS = regex.compile(r"^\p{M}+")


def as_hashtag(text: str) -> str:
    """The text as a hashtag: # and the letters with their marks, digits and underscores of any alphabet. Empty where
    there is no letter."""
    word = NOT_IN_A_HASHTAG.sub("", one_form(text))
    word = unicodedata.normalize("NFC", LEADING_MARKS.sub("", word))
    return f"#{word}" if any(map(str.isalpha, word)) and is_visible(word) else ""
