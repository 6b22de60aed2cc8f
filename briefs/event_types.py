"""The events of briefs: a brief was written, and people approved or rejected it."""

from __future__ import annotations

from famekeeda.events.types import Data, EventType

EXAMPLE = {
    "briefId": 7,
    "influencerId": "ana",
    "brand": "Nova",
    "product": "running shoes",
    "platform": "instagram",
    "note": "",
}


def named(data: Data) -> str:
    """The brief for ana (Nova running shoes, instagram)."""
    creator = f" for {data['influencerId']}" if data["influencerId"] else ""
    return f"The brief{creator} ({data['brand']} {data['product']}, {data['platform']})"


BRIEF_READY = EventType(
    "BriefReady", "A brief was written", lambda data: f"{named(data)} waits for review", EXAMPLE, icon="description"
)
BRIEF_APPROVED = EventType(
    "BriefApproved", "A brief was approved", lambda data: f"{named(data)} was approved", EXAMPLE, icon="task"
)
BRIEF_REJECTED = EventType(
    "BriefRejected",
    "A brief was rejected",
    lambda data: f"{named(data)} was rejected: {data['note']}",
    EXAMPLE | {"note": "The hook promises a discount that does not exist."},
    icon="scan_delete",
)
EVENT_TYPES = (BRIEF_READY, BRIEF_APPROVED, BRIEF_REJECTED)
OF_DECISIONS: dict[str, EventType] = {"approved": BRIEF_APPROVED, "rejected": BRIEF_REJECTED}
