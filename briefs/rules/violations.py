"""Checks finished content against a platform's rules: for people's edits, for evaluations and for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from briefs.catalogues.models import PlatformRule
from briefs.content import FIELDS
from briefs.request import as_hashtag
from briefs.rules.characters import acceptable
from briefs.rules.disclosure import DISCLOSURES, discloses_or_denies
from briefs.rules.hashtags import hashtags_in
from briefs.rules.preview import published
from briefs.rules.text_length import length


def violations(content: dict[str, Any], rule: PlatformRule) -> list[str]:
    """What is wrong with the content, a sentence each; of misshapen content, only what is wrong with its shape."""
    return list(_shape(content)) or [
        *_disclosure(content),
        *_hashtags(content, rule),
        *_lengths(content, rule),
        *_characters(content, rule),
    ]


def _shape(content: dict[str, Any]) -> Iterator[str]:
    for name in FIELDS:
        if name not in content:
            yield f"{name} is missing."
    for name, value in content.items():
        field = FIELDS.get(name)
        if field is None:
            continue
        if field.is_list:
            if not (isinstance(value, list) and all(isinstance(item, str) and item for item in value)):
                yield f"{name} is not a list of texts."
            elif not value and not field.may_be_empty:
                yield f"{name} is empty."
        elif not (isinstance(value, str) and value.strip()):
            yield f"{name} is empty."


def _disclosure(content: dict[str, Any]) -> Iterator[str]:
    caption, disclosure = content["caption"], content["disclosure"]
    if disclosure not in DISCLOSURES.values():
        yield f"{disclosure} is no accepted disclosure: {', '.join(DISCLOSURES.values())} are."
    if not re.match(rf"{re.escape(disclosure)}(?=\s|\Z)", caption):
        yield f"The caption has to begin with {disclosure}, where it is seen."
    elif hashtags_in(caption[len(disclosure) :]):
        yield "The caption holds other hashtags than the disclosure: they belong in the list of hashtags."


def _hashtags(content: dict[str, Any], rule: PlatformRule) -> Iterator[str]:
    hashtags, limit = content["hashtags"], rule.hashtag_limit - 1
    if len(hashtags) > limit:
        yield f"{len(hashtags)} hashtags are too many: {rule.label} counts {limit} beside the disclosure."
    for hashtag in hashtags:
        if as_hashtag(hashtag) != hashtag:
            yield f"{hashtag} is no hashtag."
    for hashtag in hashtags:
        if discloses_or_denies(hashtag[1:]):
            yield f"{hashtag} discloses, or denies, that the post is paid: only {content['disclosure']} may."
    if len({hashtag.casefold() for hashtag in hashtags}) < len(hashtags):
        yield "A hashtag stands in the list twice."


def _lengths(content: dict[str, Any], rule: PlatformRule) -> Iterator[str]:
    if (used := length(published(content, rule), rule.counting)) > rule.caption_limit:
        yield f"Caption and hashtags are {used:,} long as {rule.label} counts; {rule.caption_limit:,} is the limit."
    if rule.title_limit and any(len(hook) > rule.title_limit for hook in content["hookIdeas"]):
        yield f"A hook idea is longer than a title of {rule.title_limit} characters."


def _characters(content: dict[str, Any], rule: PlatformRule) -> Iterator[str]:
    if acceptable(content["caption"], rule) != content["caption"]:
        yield f"{rule.label} does not accept < and >."
