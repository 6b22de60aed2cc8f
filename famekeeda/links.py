"""How pages write creators and campaigns: the name, which leads to the page, with the id as its title, and a face."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote
from zlib import crc32

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from famekeeda import shared
from famekeeda.shared import CreatorName

PLACEHOLDER = "PLACEHOLDER"
UNQUOTED = "!$&'()*+,;=/~:@"  # RFC 3986 lets a path have them; as in Django's reverse
FACE_COLOURS = 8  # admin.css has .fk-face-0 and so on


def address(url_name: str, argument: object) -> str:
    """As Django's reverse has it for a page with one argument, and thirty times as fast: a page has hundreds."""
    before, after = around_argument(url_name)
    return f"{before}{quote(str(argument), safe=UNQUOTED)}{after}"


@cache
def around_argument(url_name: str) -> tuple[str, str]:
    before, _, after = reverse(url_name, args=[PLACEHOLDER]).partition(PLACEHOLDER)
    return before, after


def creator_link(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    """The creator's name, with handle and id as its title, or the id where no name is known."""
    page = address("pages:creator", influencer_id)
    if influencer_id not in names:
        return named_link(page, influencer_id)
    title = " · ".join(filter(None, (names[influencer_id].at, influencer_id)))
    return named_link(page, shared.called(influencer_id, names), title)


def campaign_link(campaign_id: str, names: Mapping[str, str]) -> SafeString:
    """The campaign's name, with the id as its title, or the id where no name is known."""
    page = address("pages:campaign", campaign_id)
    return named_link(page, names[campaign_id], campaign_id) if campaign_id in names else named_link(page, campaign_id)


def named_link(page: str, text: str, title: str = "") -> SafeString:
    if title:
        return format_html('<a class="fk-link" href="{}" title="{}">{}</a>', page, title, text)
    return format_html('<a class="fk-link" href="{}">{}</a>', page, text)


def initials(called: str) -> str:
    """One or two letters for a name, a handle or an id: those of the first and the last word."""
    words = re.findall(r"[^\W_]+", called)
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def face_colour(influencer_id: str) -> int:
    """The number of the face's colour, which stays the creator's whatever the name becomes."""
    return crc32(influencer_id.encode()) % FACE_COLOURS


def face(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    """The creator's initials in a coloured circle, for eyes alone: the name stands beside it."""
    letters = initials(shared.called(influencer_id, names).removeprefix("@"))
    colour = face_colour(influencer_id)
    return format_html('<span class="fk-face fk-face-{}" aria-hidden="true">{}</span>', colour, letters)


def below_name(influencer_id: str, names: Mapping[str, CreatorName]) -> str:
    """What stands below the name: the handle, or the id without one; the id below a handle; nothing below an id."""
    known = names.get(influencer_id, CreatorName())
    return (known.at or influencer_id) if known.name else influencer_id if known.at else ""


def person(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    """The creator's face, name, and handle or id below it."""
    below = below_name(influencer_id, names)
    return format_html(
        '<span class="fk-person">{}<span>{}{}</span></span>',
        face(influencer_id, names),
        creator_link(influencer_id, names),
        format_html('<small class="fk-note">{}</small>', below) if below else "",
    )
