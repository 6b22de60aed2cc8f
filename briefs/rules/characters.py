"""Characters that a platform does not accept, and what replaces them."""

from __future__ import annotations

from briefs.catalogues.models import PlatformRule

REPLACEMENTS = {"youtube": str.maketrans("<>", "‹›")}  # developers.google.com/youtube/v3/docs/videos


def acceptable(text: str, rule: PlatformRule) -> str:
    return text.translate(REPLACEMENTS.get(rule.platform, {}))
