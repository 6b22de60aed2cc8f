"""How pages write creators and campaigns: the name, which leads to the page, with the id as its title, and a face."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zlib import crc32

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from famekeeda import shared
from famekeeda.shared import CreatorName

FACE_COLOURS = 8  # admin.css has .fk-face-0 and so on


def creator_link(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    """The creator's name, with handle and id as its title, or the id where no name is known."""
    address = reverse("pages:creator", args=[influencer_id])
    if influencer_id not in names:
        return named_link(address, influencer_id)
    title = " · ".join(filter(None, (names[influencer_id].at, influencer_id)))
    return named_link(address, shared.called(influencer_id, names), title)


def campaign_link(campaign_id: str, names: Mapping[str, str]) -> SafeString:
    """The campaign's name, with the id as its title, or the id where no name is known."""
    address = reverse("pages:campaign", args=[campaign_id])
    return (
        named_link(address, names[campaign_id], campaign_id)
        if campaign_id in names
        else named_link(address, campaign_id)
    )


def named_link(address: str, text: str, title: str = "") -> SafeString:
    if title:
        return format_html('<a class="fk-link" href="{}" title="{}">{}</a>', address, title, text)
    return format_html('<a class="fk-link" href="{}">{}</a>', address, text)


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


def person(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    """The creator's face, name, and handle or id below it."""
    known = names.get(influencer_id, CreatorName())
    below = (known.at or influencer_id) if known.name else influencer_id if known.at else ""
    return format_html(
        '<span class="fk-person">{}<span>{}{}</span></span>',
        face(influencer_id, names),
        creator_link(influencer_id, names),
        format_html('<small class="fk-note">{}</small>', below) if below else "",
    )
