"""What follows in a campaign from events of other apps, in the transaction of the event."""

from __future__ import annotations

from campaigns.models import Collaboration
from famekeeda.events.recording import NewEvent


def brief_approved(event: NewEvent) -> None:
    """A creator who has agreed is briefed once somebody approves a brief for the creator in the campaign."""
    found = Collaboration.objects.locked_together(event.campaign_id, [event.data.get("influencerId", "")])
    for creator in found:  # one, or none
        if creator.state == Collaboration.State.AGREED:
            creator.change(by=event.by, state=Collaboration.State.BRIEFED, because="a brief was approved")
