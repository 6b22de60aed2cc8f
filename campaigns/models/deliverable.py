"""What a creator owes a campaign: a post in a format on a platform, by a day, from its draft to its link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Min, Q

from campaigns import event_types
from campaigns.models.campaign import Campaign
from campaigns.models.collaboration import Collaboration, parts_with
from campaigns.models.creator import MAX_LISTED_MATCHES
from campaigns.models.revised import Revised, in_json, wire_name
from campaigns.models.text_search import Grams, found_by_index
from campaigns.refusals import DraftIsDecided
from famekeeda.events.recording import recording
from famekeeda.folding import folded_field, typed

MAX_URL = 2_000  # characters
DUE_SOON = timedelta(days=7)
MAX_NOTICED_AT_ONCE = 200  # in one transaction
TOLD = ("format", "platform", "due_on", "draft_url", "post_url")
STEP_SAYS = ("state", "draftUrl", "postUrl", "note")  # what the event of a step says itself


def said_by(name: str, change: dict[str, Any]) -> bool:
    """True if the step's own event carries this change. A field that was emptied needs DeliverableUpdated."""
    return name in STEP_SAYS and bool(change["after"])


def is_waited_for(deliverable: str, creator: str, campaign: str) -> Q:
    """The condition that somebody still waits for a deliverable: it is not live, its creator has not declined, and its
    campaign is not cancelled. The arguments are the lookups that lead to the three from the rows of a query."""
    return (
        ~Q(**{f"{deliverable}state": "live"})
        & ~Q(**{f"{creator}state__in": Collaboration.OUT})
        & Q(**{f"{campaign}status__in": Campaign.AWAITING})
    )


class DeliverableQuerySet(models.QuerySet["Deliverable"]):
    def open(self) -> DeliverableQuerySet:
        """Deliverables that somebody still waits for."""
        return self.filter(Deliverable.IS_OPEN)

    def overdue(self, today: date) -> DeliverableQuerySet:
        return self.open().filter(due_on__lt=today)

    def matching(self, text: str) -> DeliverableQuerySet:
        """Deliverables with the text in their format, or of a creator or campaign that is found by the text; all for
        an empty text."""
        folded = typed(text)
        if not folded:
            return self.all()
        parts, are_few = parts_with(folded)
        every = Deliverable.objects.order_by().values("pk")
        with_format = every.filter(found_by_index("searched_format", folded))
        if are_few and len(with_format[:MAX_LISTED_MATCHES]) < MAX_LISTED_MATCHES:
            return self.filter(pk__in=with_format.union(every.filter(collaboration__in=parts)))
        return self.filter(Q(searched_format__contains=folded) | Q(collaboration__in=parts))

    def add(self, collaboration: Collaboration, *, by: Any, **fields: Any) -> Deliverable:
        """Raises CampaignEnded in a campaign that is completed or cancelled."""
        with recording(by=by) as record:
            collaboration.locked()  # or a removal of the creator at the same time leaves this deliverable behind
            collaboration.campaign.require_running("new deliverables")
            deliverable = self.create(collaboration=collaboration, **fields)
            record(event_types.DELIVERABLE_ADDED, collaboration.campaign_id, deliverable.told())
        return deliverable

    def add_all(self, campaign: Campaign, owed: Sequence[Any], *, by: Any) -> None:
        """Stores new deliverables of the campaign's creators, whom the caller has locked. Raises as `add` does."""
        with recording(by=by) as record:
            campaign.require_running("new deliverables")
            for deliverable in self.bulk_create(owed):
                record(event_types.DELIVERABLE_ADDED, campaign.pk, deliverable.told())

    def next_due(self, campaign_ids: Iterable[str]) -> dict[str, date]:
        """The day on which the next open deliverable of each campaign is due, where any has a day."""
        dated = self.open().filter(collaboration__campaign__in=list(campaign_ids), due_on__isnull=False)
        days = dated.order_by().values("collaboration__campaign").annotate(next=Min("due_on"))
        return dict(days.values_list("collaboration__campaign", "next"))

    def notice_overdue(self, today: date) -> int:
        """Records DeliverableOverdue for each overdue deliverable of which it was not recorded yet; returns how many.
        Commits after every MAX_NOTICED_AT_ONCE, so that nobody waits for long who changes one of them or its campaign.

        A deliverable that gets another due day can become overdue once more."""
        count, last = 0, 0
        while found := self._notice_after(last, today):
            count, last = count + len(found), found[-1].pk
        return count

    def _notice_after(self, last: int, today: date) -> list[Deliverable]:
        """Records the first of those whose id is above `last` and whom no other run or person holds."""
        with recording(by=None) as record:
            unnoticed = self.overdue(today).filter(overdue_noticed_on=None, pk__gt=last).order_by("pk")
            free = unnoticed.select_for_update(no_key=True, of=("self",), skip_locked=True)
            found = list(free.select_related("collaboration")[:MAX_NOTICED_AT_ONCE])
            for deliverable in found:
                record(event_types.DELIVERABLE_OVERDUE, deliverable.collaboration.campaign_id, deliverable.told())
            self.filter(pk__in=[deliverable.pk for deliverable in found]).update(overdue_noticed_on=today)
        return found


class Deliverable(Revised):
    """One post that a creator owes."""

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        SUBMITTED = "submitted", "submitted"
        APPROVED = "approved", "approved"
        LIVE = "live", "live"

    STATES_AFTER = {
        State.PLANNED: (State.SUBMITTED,),
        State.SUBMITTED: (State.APPROVED, State.PLANNED),  # planned again: sent back to the creator
        State.APPROVED: (State.LIVE, State.SUBMITTED),
        State.LIVE: (State.APPROVED,),
    }
    IS_OPEN = is_waited_for("", "collaboration__", "collaboration__campaign__")
    # What a step is called where it leads forward, or sends a draft back.
    EVENTS = {
        (State.PLANNED, State.SUBMITTED): event_types.DELIVERABLE_SUBMITTED,
        (State.SUBMITTED, State.APPROVED): event_types.DELIVERABLE_APPROVED,
        (State.SUBMITTED, State.PLANNED): event_types.DELIVERABLE_RETURNED,
        (State.APPROVED, State.LIVE): event_types.DELIVERABLE_LIVE,
    }
    # Steps that need the right campaigns.decide_deliverable.
    DECISIONS = {(State.SUBMITTED, State.APPROVED), (State.SUBMITTED, State.PLANNED), (State.APPROVED, State.SUBMITTED)}

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="deliverables")
    format = models.CharField(max_length=60, help_text="Such as reel, story, post or video")
    platform = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True, blank=True)
    draft_url = models.URLField(max_length=MAX_URL, blank=True, help_text="Where the draft can be seen")
    post_url = models.URLField(max_length=MAX_URL, blank=True, help_text="Where the post can be seen")
    note = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    is_returned = models.BooleanField(default=False, editable=False)  # whether the last step sent the draft back
    overdue_noticed_on = models.DateField(null=True, blank=True, editable=False)
    searched_format = folded_field("format")

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(format=""), name="deliverable_has_format"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "submitted", "approved", "live"]), name="deliverable_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="deliverable_waiting_by_day", condition=~Q(state="live")),
            models.Index(fields=["due_on", "id"], name="deliverable_by_day"),
            models.Index(fields=["state", "due_on", "id"], name="deliverable_by_state"),
            models.Index(fields=["format", "due_on", "id"], name="deliverable_by_format"),
            GinIndex(Grams("searched_format"), name="deliverable_format_grams"),
        ]
        permissions = [("decide_deliverable", "Can approve deliverables and send them back")]

    def __str__(self) -> str:
        return " on ".join(filter(None, (self.format, self.platform)))

    @property
    def states_after(self) -> tuple[Deliverable.State, ...]:
        return self.STATES_AFTER[Deliverable.State(self.state)]

    @property
    def state_words(self) -> str:
        """The state for people: a draft that was sent back is planned, and does not look untouched."""
        return "Sent back" if self.is_returned else self.get_state_display().capitalize()

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for the deliverable, as `open()` has it."""
        part = self.collaboration
        is_wanted = part.state not in Collaboration.OUT and part.campaign.status in Campaign.AWAITING
        return self.state != self.State.LIVE and is_wanted

    def told(self) -> dict[str, Any]:
        """What events say of the deliverable."""
        known = {wire_name(name): in_json(getattr(self, name)) for name in TOLD}
        found = {name: value for name, value in known.items() if value}
        return {"influencerId": self.collaboration.influencer_id, "deliverableId": self.pk} | found

    def change(self, *, by: Any, revision: int | None = None, **fields: Any) -> bool:
        """Stores the fields that differ; False, and nothing recorded, where none does. The creator has posted once all
        deliverables are live.

        Raises Stale where the row stands at another `revision`, and NotAllowed for a state that does not follow from
        the present one."""
        with recording(by=by) as record:
            collaboration = self.collaboration.locked()  # first: whoever removes the creator locks in this order too
            stored = self.locked(revision)
            stored.collaboration = collaboration
            if fields.get("draft_url", stored.draft_url) != stored.draft_url:
                fields = stored.with_another_draft(fields)
            if "state" in fields:
                stored.require_step(fields["state"], field="state", after=self.STATES_AFTER)
            changes = stored.assign(fields)
            if "dueOn" in changes:
                stored.overdue_noticed_on = None
            state = changes.get("state")
            event = self._event_of(state) if state else None
            if state:
                stored.is_returned = event is event_types.DELIVERABLE_RETURNED
            if changes:
                stored.save()
            if untold := {name: change for name, change in changes.items() if not (event and said_by(name, change))}:
                told = stored.told() | {"changes": untold}
                record(event_types.DELIVERABLE_UPDATED, collaboration.campaign_id, told)
            if event:
                record(event, collaboration.campaign_id, stored.told() | ({"note": stored.note} if stored.note else {}))
            if state and stored.state == self.State.LIVE:
                stored._let_creator_follow(by)
        self.refresh_from_db()
        return bool(changes)

    def with_another_draft(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a change that brings another draft: what was approved is not what stands there then, so the
        draft waits for a decision again. Raises DraftIsDecided for the draft of a post that is or goes live."""
        wanted = fields.get("state", self.state)
        if self.state in (self.State.APPROVED, self.State.LIVE) and wanted in (self.State.APPROVED, self.State.LIVE):
            if "state" in fields or self.state == self.State.LIVE:
                raise DraftIsDecided(str(self))
            return fields | {"state": self.State.SUBMITTED}
        return fields

    def remove(self, *, by: Any, revision: int | None = None) -> None:
        """Takes the deliverable out. The creator has posted where all others are live. Raises Stale."""
        with recording(by=by) as record:
            collaboration = self.collaboration.locked()
            stored = self.locked(revision)
            stored.collaboration = collaboration
            record(event_types.DELIVERABLE_REMOVED, collaboration.campaign_id, stored.told())
            stored.delete()
            if stored.state != self.State.LIVE:  # what is left may all be live now
                stored._let_creator_follow(by)

    def _event_of(self, state: dict[str, Any]) -> Any:
        return self.EVENTS.get((state["before"], state["after"]))

    def _let_creator_follow(self, by: Any) -> None:
        collaboration = self.collaboration
        if collaboration.state not in Collaboration.AT_WORK:
            return
        states = set(collaboration.deliverables.order_by().values_list("state", flat=True).distinct())
        if states == {self.State.LIVE}:
            collaboration.change(by=by, state=Collaboration.State.POSTED, because="every deliverable is live")
