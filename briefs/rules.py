"""Rules after the model: what it wrote is mended to what the platform and the law ask, and never sent back.

Pure functions over a PlatformRule. `mend` makes content of which `violations` finds nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from briefs.catalogues import PlatformRule
from briefs.content import ModelAnswer
from briefs.counting import LINK, cut, length
from briefs.request import as_hashtag

# How a paid post says so where it is seen, by language, as of November 2026. Sources:
# en: FTC, "Disclosures 101 for Social Media Influencers"; CAP and ASA, "Recognising ads" · de: Medienanstalten,
# "Werbekennzeichnung bei Online-Medien" · fr: loi 2023-451, article 5 · es: Autocontrol and AEA, "Código de conducta"
# · it: IAP, "Digital Chart" · pt: CONAR, "Guia de publicidade por influenciadores" · nl: Reclamecode Social Media
# · pl: UOKiK, recommendations of 2022 · sv: Konsumentverket on marking advertising.
DISCLOSURES = {
    "en": "#ad",
    "de": "#Werbung",
    "fr": "#publicité",
    "es": "#publicidad",
    "it": "#pubblicità",
    "pt": "#publi",
    "nl": "#advertentie",
    "pl": "#reklama",
    "sv": "#reklam",
}
# Tags that disclose, or pretend to, or deny it: there is one disclosure, and it is ours.
DISCLOSING = {tag[1:].casefold() for tag in DISCLOSURES.values()} | {
    "ads", "advert", "advertisement", "advertising", "adv", "sponsored", "spon", "sp", "partner", "paidpartner",
    "paidpartnership", "anzeige", "publicite", "pubblicita", "sponsorisé", "reclame", "annons", "notad", "noad",
    "notanad", "notsponsored", "unpaid",
}  # fmt: skip
SAID_AT_THE_START = re.compile(
    r"^[\W_]*(?:ad|advertisement|sponsored|paid partnership|anzeige|werbung|publicité|publicidad|pubblicità)"
    r"\s*[\])|:–—-]+\s*",
    re.IGNORECASE,
)
HASHTAG = re.compile(r"[#＃][#＃\u200d\ufe0f]*(\w+)")
BLOCK_AT_THE_END = re.compile(r"(?:(?:^|[\s,·|]+)[#＃]\w+)+[\s,.·|]*\Z")
NOT_ACCEPTED = {"youtube": str.maketrans("<>", "‹›")}  # developers.google.com/youtube/v3/docs/videos
MOST_KEPT = 30  # hashtags where a platform lets more
LONGEST_HASHTAG = 100
LEAST_CAPTION = 60  # hashtags give way to so much of it

NEEDED = (
    "caption",
    "hookIdeas",
    "hashtags",
    "CTA",
    "tone",
    "deliverables",
    "dos",
    "donts",
    "disclosure",
    "usageRights",
)
LISTS = ("hookIdeas", "hashtags", "deliverables", "dos", "donts")


@dataclass(frozen=True)
class Mended:
    """A brief's content, and what had to be mended, in words for people."""

    content: dict[str, Any]
    notes: list[str]


@dataclass(frozen=True)
class Preview:
    """A post as the platform shows it: `seen` before "more", the `rest` after it; lengths by its counting."""

    seen: str
    rest: str
    used: int
    left: int
    hashtags_used: int
    hashtags_left: int


def mend(answer: ModelAnswer, rule: PlatformRule, *, keep: Sequence[str] = (), language: str = "en") -> Mended:
    """`keep` are the hashtags that stay before any other: what is trending, or what was asked for."""
    notes: list[str] = []
    disclosure = disclosure_in(language)
    texts = (answer.caption, *answer.hookIdeas, answer.CTA)
    caption = next(filter(None, (without_hashtags(text) for text in texts)), "").translate(
        NOT_ACCEPTED.get(rule.platform, {})
    )
    inline = [f"#{word}" for word in HASHTAG.findall(outside_links(answer.caption, str, lambda link: ""))]
    if inline:
        notes.append(f"Took {', '.join(inline[:10])} out of the caption.")
    hashtags = chosen([*keep, *answer.hashtags, *inline], rule, notes)
    caption, hashtags = fitted(f"{disclosure} {caption}".strip(), hashtags, rule, notes)
    notes.append(f"Put {disclosure} where it is seen.")
    hooks = answer.hookIdeas
    if rule.title_limit:
        hooks = [cut(hook, rule.title_limit, PlatformRule.Counting.CHARACTERS) for hook in hooks]
    content = {
        "caption": caption,
        "hookIdeas": hooks,
        "hashtags": hashtags,
        "CTA": answer.CTA,
        "tone": answer.tone,
        "deliverables": answer.deliverables or [f"1 post on {rule.label} with the caption of this brief"],
        "dos": [*answer.dos, f"Keep {disclosure} at the beginning of the caption, where it is seen."],
        "donts": [*answer.donts, f"Do not remove, move or hide {disclosure}."],
        "disclosure": disclosure,
        "usageRights": answer.usageRights or "Not agreed yet: ask before the post is used anywhere else.",
    }
    return Mended(content, notes)


def disclosure_in(language: str) -> str:
    return DISCLOSURES.get(language.lower().partition("-")[0], DISCLOSURES["en"])


def outside_links(text: str, change: Callable[[str], str], link: Callable[[str], str] = str) -> str:
    """The text with `change` made between its links, and `link` of them: a # in an address is no hashtag."""
    parts, position = [], 0
    for found in LINK.finditer(text):
        parts += [change(text[position : found.start()]), link(found[0])]
        position = found.end()
    return "".join([*parts, change(text[position:])])


def without_hashtags(text: str) -> str:
    """The text without disclosures and the block of hashtags at its end; others lose their #."""
    text = BLOCK_AT_THE_END.sub("", text)
    text = outside_links(text, lambda part: HASHTAG.sub(_word_unless_it_discloses, part))
    return re.sub(r"\n\s*\n\s*", "\n\n", re.sub(r"[ \t]{2,}", " ", SAID_AT_THE_START.sub("", text))).strip()


def _word_unless_it_discloses(hashtag: re.Match[str]) -> str:
    return "" if hashtag[1].casefold() in DISCLOSING else hashtag[1]


def chosen(candidates: Sequence[str], rule: PlatformRule, notes: list[str]) -> list[str]:
    """Each hashtag once, in order, as many as the platform lets stand beside the disclosure."""
    tags: dict[str, str] = {}
    for tag in candidates:
        tag = as_hashtag(tag)
        if 1 < len(tag) <= LONGEST_HASHTAG and tag[1:].casefold() not in DISCLOSING:
            tags.setdefault(tag.casefold(), tag)
    room = min(rule.hashtag_limit - 1, MOST_KEPT)
    kept, dropped = list(tags.values())[:room], list(tags.values())[room:]
    if dropped:
        notes.append(
            f"Dropped {', '.join(dropped[:10])}: {rule.label} counts {rule.hashtag_limit} hashtags, the disclosure one."
        )
    return kept


def fitted(caption: str, hashtags: list[str], rule: PlatformRule, notes: list[str]) -> tuple[str, list[str]]:
    """Both, so that what is published is within the limit: the caption is cut first, but not to nothing."""

    def used(caption: str) -> int:
        return length(joined(caption, hashtags, rule), rule.counting)

    before = length(caption, rule.counting)
    while hashtags and rule.caption_limit - used("") < min(LEAST_CAPTION, before):
        notes.append(f"Dropped {hashtags.pop()}: there was no room for it.")
    kept = cut(caption, rule.caption_limit - used(""), rule.counting)
    if kept != caption:
        notes.append(f"Cut the caption from {before:,} to {length(kept, rule.counting):,}.")
    return kept, hashtags


def joined(caption: str, hashtags: Sequence[str], rule: PlatformRule) -> str:
    return f"{caption}\n\n{' '.join(hashtags)}" if hashtags and rule.hashtags_in_caption else caption


def published(content: dict[str, Any], rule: PlatformRule) -> str:
    """The text of the post as it goes out."""
    return joined(content["caption"], content["hashtags"], rule)


def preview(content: dict[str, Any], rule: PlatformRule) -> Preview:
    text = published(content, rule)
    used = length(text, rule.counting)
    seen = text if used <= rule.seen_limit else cut(text, rule.seen_limit, rule.counting).removesuffix("…")
    hashtags = 1 + len(content["hashtags"])
    return Preview(seen, text[len(seen) :], used, rule.caption_limit - used, hashtags, rule.hashtag_limit - hashtags)


def violations(content: dict[str, Any], rule: PlatformRule) -> list[str]:
    """What is wrong with finished content, a sentence each; for people's edits, for evaluation, for tests."""
    if wrong := list(_misshapen(content)):
        return wrong
    caption, hashtags, disclosure = content["caption"], content["hashtags"], content["disclosure"]
    found = []
    if disclosure not in DISCLOSURES.values():
        found.append(f"{disclosure} is not how a paid post says so: {', '.join(DISCLOSURES.values())} are.")
    if not re.match(rf"{re.escape(disclosure)}(?=\s|\Z)", caption):
        found.append(f"The caption has to begin with {disclosure}, where it is seen.")
    elif HASHTAG.search(outside_links(caption[len(disclosure) :], str, lambda link: "")):
        found.append("The caption holds other hashtags than the disclosure: they belong into the list.")
    if len(hashtags) + 1 > rule.hashtag_limit:
        most = rule.hashtag_limit - 1
        found.append(f"{len(hashtags)} hashtags are too many: {rule.label} counts {most} beside the disclosure.")
    found += [f"{tag} is no hashtag." for tag in hashtags if as_hashtag(tag) != tag]
    found += [
        f"{tag} discloses, or denies, what {disclosure} says." for tag in hashtags if tag[1:].casefold() in DISCLOSING
    ]
    if len({tag.casefold() for tag in hashtags}) < len(hashtags):
        found.append("A hashtag is there twice.")
    if (used := length(published(content, rule), rule.counting)) > rule.caption_limit:
        found.append(
            f"Caption and hashtags are {used:,} long as {rule.label} counts; {rule.caption_limit:,} is the limit."
        )
    if rule.title_limit and any(len(hook) > rule.title_limit for hook in content["hookIdeas"]):
        found.append(f"A hook idea is longer than a title of {rule.title_limit} characters.")
    if caption.translate(NOT_ACCEPTED.get(rule.platform, {})) != caption:
        found.append(f"{rule.label} does not accept < and >.")
    return found


def _misshapen(content: dict[str, Any]) -> list[str]:
    wrong = [f"{name} is missing." for name in NEEDED if name not in content]
    for name, value in content.items():
        if name in LISTS and not (isinstance(value, list) and all(isinstance(each, str) and each for each in value)):
            wrong.append(f"{name} is not a list of texts.")
        elif name in NEEDED and name not in LISTS and not (isinstance(value, str) and value.strip()):
            wrong.append(f"{name} is empty.")
    return wrong + (["hookIdeas is empty."] if content.get("hookIdeas") == [] else [])
