"""What is asked for, in one normal form: two requests that mean the same are equal."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

import regex


@dataclass(frozen=True, kw_only=True)
class BriefRequest:
    """Four words about a campaign, and what may be said beyond them. Empty means left open."""

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

    @classmethod
    def normalised(cls, *, hashtags: Any = (), **fields: str) -> BriefRequest:
        """From what a serializer or a form let through: one Unicode form, single spaces, small letters where case
        means nothing, each hashtag once."""
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
        """As columns of a Brief."""
        return asdict(self) | {"hashtags": list(self.hashtags)}

    def key(self) -> dict[str, Any]:
        """What of it decides whether another request is the same: without case where case means nothing."""
        folded = {"goal": self.goal.casefold(), "hashtags": sorted(tag.casefold() for tag in self.hashtags)}
        return asdict(self) | folded


NO_PART_OF_A_HASHTAG = regex.compile(r"[^\p{L}\p{M}\p{N}_]+")
MARKS_OF_NOTHING = regex.compile(r"^\p{M}+")


def one_form(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def as_hashtag(text: str) -> str:
    """#likeThis: letters with their marks, digits and underscores of any alphabet; empty where there is no letter."""
    word = NO_PART_OF_A_HASHTAG.sub("", one_form(text))
    word = unicodedata.normalize("NFC", MARKS_OF_NOTHING.sub("", word))
    return f"#{word}" if any(map(str.isalpha, word)) else ""
