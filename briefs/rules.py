"""Rules after the model: what it wrote is mended to what the platform and the law ask, and never sent back.

Pure functions over a PlatformRule. `mend` makes content of which `violations` finds nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import regex

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
# Tags that disclose, or pretend to: there is one disclosure, and it is ours.
DISCLOSING = {tag[1:].casefold() for tag in DISCLOSURES.values()} | {
    "ads", "advert", "advertisement", "advertising", "adv", "sponsored", "spon", "sp", "partner", "paidpartner",
    "paidpartnership", "anzeige", "publicite", "pubblicita", "sponsorisé", "reclame", "annons",
}  # fmt: skip
SAID_AT_THE_START = re.compile(
    r"^[\W_]*(?:ad|advertisement|sponsored|paid partnership|anzeige|werbung|publicité|publicidad|pubblicità)"
    r"\s*[\])|:–—-]+\s*",
    re.IGNORECASE,
)
# And those that deny it.
DENYING = re.compile(
    r"(?:not?|non|un|kein|keine|nicht|sans|pas|sin|senza|sem|geen|niet|bez|nie|inte|ingen)(?:a|an|the|bezahlte?)?"
    rf"(?:paid|bezahlt|{'|'.join(sorted(DISCLOSING))})"
)
AGAINST = re.compile(
    r"\b(?:not?|never|without|remove|delete|hide|omit|skip|drop|leave out|avoid)\b|n['’]t\b", re.IGNORECASE
)
OF_IT = re.compile(
    rf"disclos|sponsor|\b(?:un)?paid\b|\badvert|[#＃](?:{'|'.join(sorted(DISCLOSING))})\b", re.IGNORECASE
)
EMOJI = r"\p{Extended_Pictographic}\p{Regional_Indicator}"
WORD = r"\p{M}*[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*"
HASH = r"[#＃](?!\ufe0f?\u20e3)"  # #️⃣ is an emoji
HASHTAG = regex.compile(rf"{HASH}[#＃\u200d\p{{M}}]*({WORD}|[{EMOJI}])")
HASH_BEFORE_A_LINK = regex.compile(rf"{HASH}[#＃\u200d\p{{M}}]*\Z")
TAG_AT_THE_END = rf"(?:^|[\s,·|]+){HASH}(?:{WORD}|[{EMOJI}][{EMOJI}\p{{M}}\u200d]*)"
BLOCK_AT_THE_END = regex.compile(rf"(?r)(?:{TAG_AT_THE_END})+[\s,.·|]*\Z")
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
    accepted = NOT_ACCEPTED.get(rule.platform, {})
    caption = next(filter(None, (without_hashtags(text) for text in texts)), "").translate(accepted)
    inline = [f"#{word}" for word in hashtags_in(answer.caption)]
    if inline:
        notes.append(f"Took {', '.join(inline[:10])} out of the caption.")
    hashtags = chosen([*keep, *answer.hashtags, *inline], rule, notes)
    caption, hashtags = fitted(disclosure, caption, hashtags, rule, notes)
    notes.append(f"Put {disclosure} where it is seen.")
    hooks = [hook.translate(accepted) for hook in answer.hookIdeas]
    if rule.title_limit:
        hooks = [cut(hook, rule.title_limit, PlatformRule.Counting.CHARACTERS) for hook in hooks]
    dos = [line for line in answer.dos if not (AGAINST.search(line) and OF_IT.search(line))]
    if dos != answer.dos:
        notes.append("Dropped what spoke against the disclosure.")
    content = {
        "caption": caption,
        "hookIdeas": hooks,
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


def disclosure_in(language: str) -> str:
    return DISCLOSURES.get(language.lower().partition("-")[0], DISCLOSURES["en"])


def outside_links(text: str, change: Callable[[str], str], link: Callable[[str], str] = str) -> str:
    """The text with `change` made between its links, and `link` of them: a # in an address is no hashtag."""
    parts, position = [], 0
    for found in LINK.finditer(text):
        parts += [change(text[position : found.start()]), link(found[0])]
        position = found.end()
    return "".join([*parts, change(text[position:])])


def hashtags_in(text: str) -> list[str]:
    """Their words; a # in an address is none."""
    return HASHTAG.findall(outside_links(text, str, lambda link: " "))


def without_hashtags(text: str) -> str:
    """The text without disclosures and the block of hashtags at its end; others lose their #."""
    text = without_block(text)
    for _ in range(3):  # what a # is taken from may turn out to be a link, and no link what followed it
        text = outside_links(
            text, lambda part: HASHTAG.sub(_word_unless_it_discloses, HASH_BEFORE_A_LINK.sub("", part))
        )
    if hashtags_in(text):
        text = text.replace("#", "").replace("＃", "")
    return re.sub(r"\n\s*\n\s*", "\n\n", re.sub(r"[ \t]{2,}", " ", SAID_AT_THE_START.sub("", text))).strip()


def without_block(text: str) -> str:
    """Without the hashtags at its end, unless there is one alone that is the last word of a sentence: "by #Nike"."""
    block = BLOCK_AT_THE_END.search(text)
    if not block:
        return text
    before = text[: block.start()]
    is_alone = len(HASHTAG.findall(block[0])) == 1 and "\n" not in block[0].rstrip()
    return text if is_alone and before[-1:].isalnum() else before


def _word_unless_it_discloses(hashtag: regex.Match[str]) -> str:
    return "" if speaks_of_disclosure(hashtag[1]) else hashtag[1]


def speaks_of_disclosure(word: str) -> bool:
    """It discloses, pretends to, or denies what the disclosure says."""
    folded = word.casefold().replace("_", "")
    return folded in DISCLOSING or bool(DENYING.fullmatch(folded))


def chosen(candidates: Sequence[str], rule: PlatformRule, notes: list[str]) -> list[str]:
    """Each hashtag once, in order, as many as the platform lets stand beside the disclosure."""
    tags: dict[str, str] = {}
    for tag in candidates:
        tag = as_hashtag(tag)
        if 1 < len(tag) <= LONGEST_HASHTAG and not speaks_of_disclosure(tag[1:]):
            tags.setdefault(tag.casefold(), tag)
    room = min(rule.hashtag_limit - 1, MOST_KEPT)
    kept, dropped = list(tags.values())[:room], list(tags.values())[room:]
    if dropped:
        notes.append(
            f"Dropped {', '.join(dropped[:10])}: {rule.label} counts {rule.hashtag_limit} hashtags, the disclosure one."
        )
    return kept


def fitted(
    disclosure: str, text: str, hashtags: list[str], rule: PlatformRule, notes: list[str]
) -> tuple[str, list[str]]:
    """Caption and hashtags, so that what is published is within the limit: the text is cut, but not to nothing."""
    caption = f"{disclosure} {text}".strip()
    measure = partial(length, counting=rule.counting)

    def room() -> int:
        return rule.caption_limit - measure(joined("", hashtags, rule))

    while hashtags and room() < min(LEAST_CAPTION, measure(caption)):
        notes.append(f"Dropped {hashtags.pop()}: there was no room for it.")
    kept = f"{disclosure} {cut(text, room() - measure(f'{disclosure} '), rule.counting)}".strip()
    if kept != caption:
        notes.append(f"Cut the caption from {measure(caption):,} to {measure(kept):,}.")
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
    elif hashtags_in(caption[len(disclosure) :]):
        found.append("The caption holds other hashtags than the disclosure: they belong into the list.")
    if len(hashtags) + 1 > rule.hashtag_limit:
        most = rule.hashtag_limit - 1
        found.append(f"{len(hashtags)} hashtags are too many: {rule.label} counts {most} beside the disclosure.")
    found += [f"{tag} is no hashtag." for tag in hashtags if as_hashtag(tag) != tag]
    found += [
        f"{tag} discloses, or denies, what {disclosure} says." for tag in hashtags if speaks_of_disclosure(tag[1:])
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
