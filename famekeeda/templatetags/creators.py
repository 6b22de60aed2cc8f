"""How templates write creators and campaigns: `{% creator id names %}`, with the names that famekeeda.shared finds.

`{% person id names %}` is a creator with a face and the handle, `{% face id names %}` the face alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from famekeeda import links, shared
from famekeeda.links import campaign_link, creator_link
from famekeeda.shared import CreatorName

register = template.Library()


@register.simple_tag
def creator(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    return creator_link(influencer_id, names)


@register.simple_tag
def face(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    return links.face(influencer_id, names)


@register.simple_tag
def person(influencer_id: str, names: Mapping[str, CreatorName]) -> SafeString:
    return links.person(influencer_id, names)


@register.simple_tag
def campaign(campaign_id: str, names: Mapping[str, str]) -> SafeString:
    return campaign_link(campaign_id, names)


@register.simple_tag
def called(influencer_id: str, names: Mapping[str, CreatorName]) -> str:
    """The creator's name as text, or the id."""
    return shared.called(influencer_id, names)
