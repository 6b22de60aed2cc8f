"""What follows in a campaign from events of other apps, in the transaction of the event."""

from __future__ import annotations

from campaigns.models import Collaboration
from famekeeda.events.recording import NewEvent


def brief_approved(event: NewEvent) -> None:
    """A creator who has agreed is briefed once somebody approves a brief for the creator in the campaign."""
    who = {"campaign_id": event.campaign_id, "influencer_id": event.data.get("influencerId")}
    agreed = Collaboration.objects.filter(**who, state=Collaboration.State.AGREED).first()
    if agreed:
        agreed.change(by=event.by, state=Collaboration.State.BRIEFED, because="a brief was approved")
