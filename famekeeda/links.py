"""How pages write creators and campaigns: the name, which leads to the page, with the id as its title."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from famekeeda import shared
from famekeeda.shared import CreatorName


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
