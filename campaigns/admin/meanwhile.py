"""What other people changed in a campaign while somebody had its form open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaigns.event_types import CAMPAIGN_UPDATED, shown
from campaigns.models import Campaign
from famekeeda.events.models import Event

MAX_TOLD = 50  # changes; nobody reads more of them


@dataclass
class Change:
    """What one field was when the form was opened, what it is now, and who changed it last."""

    before: Any
    after: Any
    who: str

    @property
    def in_words(self) -> str:
        return f"set it to {shown(self.after)}" if self.after not in (None, "", []) else "emptied it"


def changes_since(campaign: Campaign, revision: int) -> dict[str, Change]:
    """Each field that changed after the revision, by its name on the wire. Values are as events tell them."""
    count = min(max(campaign.revision - revision, 0), MAX_TOLD)  # each change counts one, and is told by one event
    newest = Event.objects.of(campaign.pk).filter(type=CAMPAIGN_UPDATED.name).select_related("by")[:count]
    found: dict[str, Change] = {}
    for event in reversed(newest):
        who = event.by.get_username() if event.by else "Somebody"
        for name, step in {**(event.data.get("changes") or {}), **(event.data.get("amounts") or {})}.items():
            first = found.setdefault(name, Change(step["before"], step["after"], who))
            first.after, first.who = step["after"], who
    return found
