"""A post as its platform shows it: the text that is published, and how much of it is seen before "more"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from briefs.catalogues.models import PlatformRule
from briefs.rules.text_length import ELLIPSIS, cut, length


@dataclass(frozen=True)
class Preview:
    """`seen` is the text before "more", `rest` what follows; lengths are as the platform counts them."""

    seen: str
    rest: str
    used: int
    left: int
    hashtags_used: int
    hashtags_left: int


def preview(content: dict[str, Any], rule: PlatformRule) -> Preview:
    text = published(content, rule)
    used = length(text, rule.counting)
    seen = text if used <= rule.seen_limit else cut(text, rule.seen_limit, rule.counting).removesuffix(ELLIPSIS)
    hashtags = 1 + len(content["hashtags"])  # the disclosure is one
    return Preview(seen, text[len(seen) :], used, rule.caption_limit - used, hashtags, rule.hashtag_limit - hashtags)


def published(content: dict[str, Any], rule: PlatformRule) -> str:
    """The text of the post as it is published."""
    return with_hashtags(content["caption"], content["hashtags"], rule)


def with_hashtags(caption: str, hashtags: Sequence[str], rule: PlatformRule) -> str:
    return f"{caption}\n\n{' '.join(hashtags)}" if hashtags and rule.hashtags_in_caption else caption
