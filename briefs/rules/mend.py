"""Mends a model's answer into content that breaks no rule: `violations` finds nothing wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from briefs.catalogues.models import PlatformRule
from briefs.content import ModelAnswer
from briefs.rules.characters import acceptable
from briefs.rules.details import missing_details
from briefs.rules.disclosure import argues_against_disclosure, disclosure_in
from briefs.rules.hashtags import hashtags_in, select, without_hashtags
from briefs.rules.preview import with_hashtags
from briefs.rules.text_length import cut, length

MIN_CAPTION = 60  # as the platform counts; hashtags are dropped until the caption has so much room


@dataclass(frozen=True)
class Mended:
    """A brief's content, and what had to be mended, in words for people."""

    content: dict[str, Any]
    notes: list[str]


def mend(
    answer: ModelAnswer, rule: PlatformRule, *, keep: Sequence[str] = (), language: str = "en", goal: str = ""
) -> Mended:
    """`keep` are the hashtags that stay before any other: what is trending, or what the request asks for. Details of
    the `goal`, such as a code, that the model left out become something to do."""
    notes: list[str] = []
    disclosure = disclosure_in(language)
    inline = [f"#{word}" for word in hashtags_in(answer.caption)]
    if inline:
        notes.append(f"Took {', '.join(inline[:10])} out of the caption.")
    hashtags, dropped = select([*keep, *answer.hashtags, *inline], rule)
    if dropped:
        notes.append(
            f"Dropped {', '.join(dropped[:10])}: {rule.label} counts {rule.hashtag_limit} hashtags, the disclosure one."
        )
    caption, hashtags = _fitted(disclosure, _text(answer, rule), hashtags, rule, notes)
    notes.append(f"Put {disclosure} at the beginning of the caption, where it is seen.")
    dos = [line for line in answer.dos if not argues_against_disclosure(line)]
    if dos != answer.dos:
        notes.append("Dropped an instruction against the disclosure.")
    if missing := missing_details(goal, [caption, *answer.hookIdeas, answer.CTA, *answer.deliverables, *dos]):
        notes.append(f"Added what the goal names and the model left out: {', '.join(missing)}.")
        dos = [*dos, f"Get these details of the goal right: {', '.join(missing)}."]
    content = {
        "caption": caption,
        "hookIdeas": _hooks(answer, rule),
        "hashtags": hashtags,
        "CTA": answer.CTA,
        "tone": answer.tone,
        "deliverables": answer.deliverables or [f"1 post on {rule.label} with the caption of this brief"],
        "dos": [*dos, f"Keep {disclosure} at the beginning of the caption, where it is seen."],
        "donts": [*answer.donts, f"Do not remove, move or hide {disclosure}."],
        "disclosure": disclosure,
        "usageRights": answer.usageRights or "Not agreed yet: ask before the post is used anywhere else.",
    }
    return Mended(content, notes)


def _text(answer: ModelAnswer, rule: PlatformRule) -> str:
    """The caption without hashtags; where nothing else was in it, a hook or the call to action."""
    texts = map(without_hashtags, (answer.caption, *answer.hookIdeas, answer.CTA))
    return acceptable(next(filter(None, texts), ""), rule)


def _hooks(answer: ModelAnswer, rule: PlatformRule) -> list[str]:
    hooks = [acceptable(hook, rule) for hook in answer.hookIdeas]
    if rule.title_limit:
        return [cut(hook, rule.title_limit, PlatformRule.Counting.CHARACTERS) for hook in hooks]
    return hooks


def _fitted(
    disclosure: str, text: str, hashtags: list[str], rule: PlatformRule, notes: list[str]
) -> tuple[str, list[str]]:
    """Caption and hashtags, which together keep the limit: the text is cut, but hashtags are dropped before it is
    shorter than MIN_CAPTION."""
    caption = f"{disclosure} {text}".strip()
    measure = partial(length, counting=rule.counting)

    def room() -> int:
        return rule.caption_limit - measure(with_hashtags("", hashtags, rule))

    while hashtags and room() < min(MIN_CAPTION, measure(caption)):
        notes.append(f"Dropped {hashtags.pop()}: there was no room for it.")
    fitting = f"{disclosure} {cut(text, room() - measure(f'{disclosure} '), rule.counting)}".strip()
    if fitting != caption:
        notes.append(f"Cut the caption from {measure(caption):,} to {measure(fitting):,}.")
    return fitting, hashtags
