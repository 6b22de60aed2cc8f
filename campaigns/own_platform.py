"""On which platform a creator posts for a campaign where nobody has said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from famekeeda import shared
from famekeeda.shared import CreatorName


def own_platform(accounts: Sequence[str], platforms: Sequence[str]) -> str:
    """The first of the creator's platforms on which the campaign runs, else the creator's first, else the campaign's
    first; empty where neither has any."""
    both = [each for each in accounts if each in platforms]
    return next(iter([*both, *accounts, *platforms]), "")


def platform_of(influencer_id: str, platforms: Sequence[str]) -> str:
    """`own_platform` of one creator."""
    names = shared.creator_names([influencer_id])
    return own_platform(accounts_of(influencer_id, names), platforms)


def accounts_of(influencer_id: str, names: Mapping[str, CreatorName]) -> tuple[str, ...]:
    """The platforms of the creator's accounts, the one with most followers first."""
    return names.get(influencer_id, CreatorName()).platforms


def is_elsewhere(influencer_id: str, names: Mapping[str, CreatorName], platforms: Sequence[str]) -> bool:
    """Whether the creator has accounts, and none where the campaign runs; never where it names no platform."""
    accounts = accounts_of(influencer_id, names)
    return bool(accounts and platforms) and not set(accounts) & set(platforms)
