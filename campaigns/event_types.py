"""The types of events that campaigns record, each with an example and a sentence for people."""

from __future__ import annotations

from typing import Any

from famekeeda.events.types import Data, EventType

FEE = "campaigns.view_fee"  # the right to see amounts of money
AMOUNTS = {"amounts": FEE}
MONEY = ("budget", "mediaBudget", "fee", "currency")
# What people call the fields whose names on the wire are not words.
WORDS = {
    "mediaBudget": "budget for ads",
    "startsOn": "start",
    "endsOn": "end",
    "promoCode": "promo code",
    "dueOn": "due date",
    "draftUrl": "draft link",
    "postUrl": "post link",
}

Changes = dict[str, dict[str, Any]]  # by the field's name on the wire: {"before": …, "after": …}, as JSON values

CREATOR = {"influencerId": "ana"}
POST = CREATOR | {
    "deliverableId": 7,
    "format": "reel",
    "platform": "instagram",
    "dueOn": "2027-05-14",
    "draftUrl": "https://drafts.example/7",
    "postUrl": "https://www.instagram.com/reel/7",
}
STEP = POST | {"note": "The disclosure is missing."}


def told(changes: Changes) -> dict[str, Any]:
    """The changes as events tell them: `amounts` apart, since not everybody may see them."""
    amounts = {name: change for name, change in changes.items() if name in MONEY}
    others = {name: change for name, change in changes.items() if name not in MONEY}
    return ({"changes": others} if others else {}) | ({"amounts": amounts} if amounts else {})


def changed(data: Data) -> str:
    """What changed, in words: "budget from 900.00 to 1200.00, owner to mara"."""
    steps = [
        step(name, change) for name, change in {**(data.get("changes") or {}), **(data.get("amounts") or {})}.items()
    ]
    return ", ".join(steps) or "amounts changed"


def step(name: str, change: dict[str, Any]) -> str:
    field, before, after = WORDS.get(name, name), change["before"], change["after"]
    gone = after in (None, "", [])
    return f"{field} removed" if gone else f"{field} {f'from {shown(before)} ' if before else ''}to {shown(after)}"


def shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def campaign_updated(data: Data) -> str:
    return f"{data['name']}: {changed(data)}"


def creator_state_changed(data: Data) -> str:
    before, after = data.get("before"), data["after"]
    moved = (
        f"{data['influencerId']} is {after} now, was {before}" if before else f"{data['influencerId']} joined: {after}"
    )
    return f"{moved}, since {data['because']}" if data.get("because") else moved


def creator_updated(data: Data) -> str:
    return f"{data['influencerId']}: {changed(data)}"


def deliverable_updated(data: Data) -> str:
    return f"{data['influencerId']}, {data['format']}: {changed(data)}"


def deliverable_returned(data: Data) -> str:
    sent_back = f"The {data['format']} of {data['influencerId']} was sent back"
    return f"{sent_back}: {data['note']}" if data.get("note") else sent_back


CAMPAIGN_CREATED = EventType(
    "CampaignCreated",
    "A campaign was created",
    "{name} was created",
    {
        "name": "Spring drop",
        "brand": "Nova",
        "product": "Running shoes",
        "goal": "Reach young runners",
        "platforms": ["instagram", "tiktok"],
        "budget": "1200.00",
        "mediaBudget": "800.00",
        "currency": "EUR",
        "startsOn": "2027-03-01",
        "endsOn": "2027-05-31",
        "owner": "mara",
        "status": "draft",
    },
    confidential={"budget": FEE, "mediaBudget": FEE},
    icon="flag",
)
CAMPAIGN_UPDATED = EventType(
    "CampaignUpdated",
    "A campaign was changed",
    campaign_updated,
    {
        "name": "Spring drop",
        "changes": {"status": {"before": "draft", "after": "active"}},
        "amounts": {"budget": {"before": "900.00", "after": "1200.00"}},
    },
    confidential=AMOUNTS,
    icon="edit",
)
CREATOR_STATE_CHANGED = EventType(
    "CreatorStateChanged",
    "A creator joined a campaign, or came to another state",
    creator_state_changed,
    CREATOR | {"before": "agreed", "after": "posted", "because": "every deliverable is live"},
    many="{count} creators are {after} now",
    icon="sync_alt",
)
CREATOR_UPDATED = EventType(
    "CreatorUpdated",
    "A creator's fee, promo code or note changed",
    creator_updated,
    CREATOR
    | {
        "changes": {"promoCode": {"before": "", "after": "ANA10"}},
        "amounts": {"fee": {"before": None, "after": "400.00"}},
    },
    confidential=AMOUNTS,
    icon="edit",
    many="{count} creators were changed",
)
CREATOR_REMOVED = EventType(
    "CreatorRemoved",
    "A creator was taken out of a campaign",
    "{influencerId} was taken out",
    CREATOR | {"state": "shortlisted"},
    icon="person_remove",
    many="{count} creators were taken out",
)
DELIVERABLE_ADDED = EventType(
    "DeliverableAdded",
    "A creator owes a deliverable",
    "{influencerId} owes a {format}",
    POST,
    icon="add_task",
    many="{count} deliverables were added",
)
DELIVERABLE_UPDATED = EventType(
    "DeliverableUpdated",
    "A deliverable was changed",
    deliverable_updated,
    POST | {"changes": {"dueOn": {"before": "2027-05-07", "after": "2027-05-14"}}},
    icon="edit",
    many="{count} deliverables were changed",
)
DELIVERABLE_SUBMITTED = EventType(
    "DeliverableSubmitted",
    "A draft was submitted",
    "{influencerId} submitted a draft: {format}",
    STEP,
    icon="upload_file",
    many="{count} drafts were submitted",
)
DELIVERABLE_APPROVED = EventType(
    "DeliverableApproved",
    "A draft was approved",
    "The {format} of {influencerId} was approved",
    STEP,
    icon="task_alt",
    many="{count} drafts were approved",
)
DELIVERABLE_RETURNED = EventType(
    "DeliverableReturned",
    "A draft was sent back",
    deliverable_returned,
    STEP,
    icon="undo",
    many="{count} drafts were sent back",
)
DELIVERABLE_LIVE = EventType(
    "DeliverableLive",
    "A post went live",
    "The {format} of {influencerId} is live",
    STEP,
    icon="public",
    many="{count} posts went live",
)
DELIVERABLE_OVERDUE = EventType(
    "DeliverableOverdue",
    "A deliverable is overdue",
    "The {format} of {influencerId} was due on {dueOn}",
    POST,
    icon="alarm",
    many="{count} deliverables were due on {dueOn}",
)
DELIVERABLE_REMOVED = EventType(
    "DeliverableRemoved",
    "A deliverable is owed no longer",
    "{influencerId} owes no {format} any longer",
    POST,
    icon="delete",
    many="{count} deliverables are owed no longer",
)

EVENT_TYPES = (
    CAMPAIGN_CREATED, CAMPAIGN_UPDATED, CREATOR_STATE_CHANGED, CREATOR_UPDATED, CREATOR_REMOVED, DELIVERABLE_ADDED,
    DELIVERABLE_UPDATED, DELIVERABLE_SUBMITTED, DELIVERABLE_APPROVED, DELIVERABLE_RETURNED, DELIVERABLE_LIVE,
    DELIVERABLE_OVERDUE, DELIVERABLE_REMOVED,
)  # fmt: skip
