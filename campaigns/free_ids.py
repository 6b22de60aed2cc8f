"""Ids for creators whom no other system has named: made from a name, and nobody else's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import chain

from django.utils.text import slugify

from campaigns.models import Collaboration, Creator
from campaigns.models.campaign import MAX_NUMBER, MAX_SLUG
from famekeeda import shared


def free_ids(name: str) -> Iterator[str]:
    """Ids made from the name that no creator has, here or in another app: `ana-silva`, `ana-silva-2`, …"""
    slug = slugify(name)[:MAX_SLUG].strip("-") or "creator"
    numbered = (f"{slug}-{number}" for number in range(2, MAX_NUMBER + 1))
    lettered = (f"{slug}-{secrets.token_hex(4)}" for _ in range(MAX_NUMBER))
    return (candidate for candidate in chain([slug], numbered, lettered) if not is_known(candidate))


def is_known(influencer_id: str) -> bool:
    return (
        Creator.objects.filter(pk=influencer_id).exists()
        or Collaboration.objects.filter(influencer_id=influencer_id).exists()
        or influencer_id in shared.creator_ids(influencer_id, 1)  # of ids that begin so it comes first
    )
