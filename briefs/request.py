"""What is asked for, in one normal form: two requests that mean the same are equal."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any


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


def one_form(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def as_hashtag(text: str) -> str:
    """#likeThis: letters, digits and underscores of any alphabet; empty where nothing of the kind is left."""
    word = "".join(char for char in one_form(text) if char == "_" or unicodedata.category(char)[0] in "LNM")
    return f"#{word}" if word else ""
