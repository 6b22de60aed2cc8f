"""A creator of a campaign: how far the two are, for what fee, and what was agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from campaigns import event_types
from campaigns.event_types import Changes
from campaigns.models.campaign import Campaign
from campaigns.models.creator import MAX_LISTED_MATCHES, Creator, ids_with
from campaigns.models.money import amount_field, amounts_are_sound, currency_field
from campaigns.models.revised import Revised, in_json, wire_name
from campaigns.models.text_search import Grams, found_by_index
from campaigns.refusals import CampaignEnded, IdUnfit, StaysOnRecord
from famekeeda.events.recording import recording
from famekeeda.folding import folded_field, typed
from famekeeda.ids import can_be_in_a_path


@dataclass(frozen=True)
class Fees:
    """The fees of a campaign's creators in one currency: what was agreed, and what of it is paid."""

    currency: str
    agreed: Decimal
    paid: Decimal


class CollaborationQuerySet(models.QuerySet["Collaboration"]):
    def fees(self, campaign_ids: Iterable[str]) -> dict[str, list[Fees]]:
        """The fees of each campaign that has any, per currency, of creators who have agreed or are further."""
        agreed, paid = Q(state__in=Collaboration.FEE_COUNTS), Q(state=Collaboration.State.PAID)
        sums = (
            self.filter(agreed, campaign_id__in=list(campaign_ids), fee__isnull=False)
            .order_by("campaign_id", "currency")
            .values("campaign_id", "currency")
            .annotate(agreed=Sum("fee"), paid=Coalesce(Sum("fee", filter=paid), Decimal(0)))
        )
        found: dict[str, list[Fees]] = {}
        for row in sums:
            found.setdefault(row["campaign_id"], []).append(Fees(row["currency"], row["agreed"], row["paid"]))
        return found

    def counts(self, campaign_ids: Iterable[str]) -> dict[str, int]:
        """How many creators each campaign has that has any; those who declined do not count."""
        wanted = self.exclude(state__in=Collaboration.OUT).filter(campaign_id__in=list(campaign_ids))
        counted = wanted.order_by().values("campaign_id").annotate(count=Count("*"))
        return dict(counted.values_list("campaign_id", "count"))

    def matching(self, text: str) -> CollaborationQuerySet:
        """Creators of campaigns whose name, handle or id, or whose campaign's name, brand or id has the text; all for
        an empty text."""
        return self.filter(pk__in=parts_with(folded)[0]) if (folded := typed(text)) else self.all()

    def engage(
        self, campaign: Campaign, influencer_id: str, *, by: Any, revision: int | None = None, **fields: Any
    ) -> tuple[Collaboration, bool]:
        """The creator of the campaign with these fields, and whether the creator was added just now.

        A fee for which no currency is known is in the campaign's. Raises as `Collaboration.change` does, and
        CampaignEnded for a creator who is new to a campaign that is completed or cancelled; IdUnfit for a new creator
        whose id no path can carry."""
        in_currency = {"currency": campaign.currency} if fields.get("fee") is not None else {}
        with recording(by=by) as record:
            collaboration, is_new = self.get_or_create(
                campaign=campaign, influencer_id=influencer_id, defaults=in_currency | fields
            )
            if is_new:
                if not can_be_in_a_path(influencer_id):
                    raise IdUnfit(influencer_id)
                campaign.require_running("new creators")
                record(
                    event_types.CREATOR_STATE_CHANGED,
                    campaign.pk,
                    {"influencerId": influencer_id, "before": None, "after": in_json(collaboration.state)},
                )
                if agreed := collaboration.terms():
                    told = {"influencerId": influencer_id} | event_types.told(agreed)
                    record(event_types.CREATOR_UPDATED, campaign.pk, told)
            else:
                fields = fields if collaboration.currency else in_currency | fields
                collaboration.change(by=by, revision=revision, **fields)
        return collaboration, is_new

    def engage_all(self, campaign: Campaign, influencer_ids: Iterable[str], *, by: Any) -> int:
        """Adds those of the creators who are not in the campaign yet, and returns how many. Rows are made and locked in
        the order of ids, so that nobody who adds or changes several waits in a circle."""
        with recording(by=by):
            return sum(self.engage(campaign, creator, by=by)[1] for creator in sorted(set(influencer_ids)))

    def locked_together(self, campaign_id: str, influencer_ids: Iterable[str]) -> list[Collaboration]:
        """Those of the creators who are in the campaign, locked in the order of ids until the transaction ends."""
        found = self.filter(campaign_id=campaign_id, influencer_id__in=list(influencer_ids)).order_by("influencer_id")
        return list(found.select_for_update(no_key=True, of=("self",)))


class Collaboration(Revised):
    """One creator's part in one campaign."""

    class State(models.TextChoices):
        SHORTLISTED = "shortlisted", "shortlisted"
        CONTACTED = "contacted", "contacted"
        AGREED = "agreed", "agreed"
        BRIEFED = "briefed", "briefed"
        POSTED = "posted", "posted"
        PAID = "paid", "paid"
        DECLINED = "declined", "declined"

    # Forward as work goes, and one step back where somebody took it too early.
    STATES_AFTER = {
        State.SHORTLISTED: (State.CONTACTED, State.AGREED, State.DECLINED),
        State.CONTACTED: (State.SHORTLISTED, State.AGREED, State.DECLINED),
        State.AGREED: (State.CONTACTED, State.BRIEFED, State.POSTED, State.DECLINED),
        State.BRIEFED: (State.AGREED, State.POSTED, State.DECLINED),
        State.POSTED: (State.BRIEFED, State.PAID),
        State.PAID: (State.POSTED,),
        State.DECLINED: (State.SHORTLISTED, State.CONTACTED),
    }
    # After the campaign's end: what was agreed is finished, paid or declined, and nobody agrees to anything any more.
    STATES_AFTER_COMPLETED = {
        State.SHORTLISTED: (State.DECLINED,),
        State.CONTACTED: (State.DECLINED,),
        State.AGREED: (State.BRIEFED, State.POSTED, State.DECLINED),
        State.BRIEFED: (State.AGREED, State.POSTED, State.DECLINED),
        State.POSTED: (State.BRIEFED, State.PAID),
        State.PAID: (State.POSTED,),
        State.DECLINED: (),
    }
    # Who agreed, and will not post, may be paid what was agreed for that case.
    STATES_AFTER_CANCELLED = STATES_AFTER_COMPLETED | {
        State.AGREED: (State.BRIEFED, State.POSTED, State.PAID, State.DECLINED),
        State.BRIEFED: (State.AGREED, State.POSTED, State.PAID, State.DECLINED),
        State.PAID: (State.BRIEFED, State.POSTED),
    }
    FEE_COUNTS = (State.AGREED, State.BRIEFED, State.POSTED, State.PAID)  # it is owed or paid
    AT_WORK = (State.AGREED, State.BRIEFED)  # what the creator owes is to come
    HAS_POSTED = (State.POSTED, State.PAID)  # what the creator owed is there
    ON_RECORD = (State.PAID,)  # the row stays when the creator is removed or forgotten
    OUT = (State.DECLINED,)  # nobody waits for the creator

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="collaborations")
    influencer_id = models.TextField(db_collation="C")
    state = models.CharField(max_length=11, choices=State, default=State.SHORTLISTED)
    fee = amount_field()
    currency = currency_field()
    promo_code = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    searched_id = folded_field("influencer_id")

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        ordering = ["campaign_id", "influencer_id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "influencer_id"], name="collaboration_key"),
            models.CheckConstraint(condition=~Q(influencer_id=""), name="collaboration_has_creator"),
            models.CheckConstraint(condition=amounts_are_sound("fee"), name="collaboration_fee_sound"),
            models.CheckConstraint(
                condition=Q(state__in=["shortlisted", "contacted", "agreed", "briefed", "posted", "paid", "declined"]),
                name="collaboration_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["influencer_id"], name="collaboration_by_creator"),
            GinIndex(Grams("searched_id"), name="collaboration_id_grams"),
        ]
        verbose_name = "creator of a campaign"
        verbose_name_plural = "creators of campaigns"

    def __str__(self) -> str:
        return self.influencer_id

    @classmethod
    def states_in(cls, status: str) -> dict[State, tuple[State, ...]]:
        """The states that follow each state in a campaign of this status."""
        ended = {
            Campaign.Status.COMPLETED: cls.STATES_AFTER_COMPLETED,
            Campaign.Status.CANCELLED: cls.STATES_AFTER_CANCELLED,
        }
        return ended.get(Campaign.Status(status), cls.STATES_AFTER)

    @property
    def states_after(self) -> tuple[Collaboration.State, ...]:
        """The states that follow; for many rows, select the campaigns with them."""
        return self.states_in(self.campaign.status)[Collaboration.State(self.state)]

    @classmethod
    def words_for(cls, state: State, status: str) -> str:
        """What a button that leads to the state says in a campaign of this status: where nothing follows, that too."""
        words = str(state.label).capitalize()
        return words if cls.states_in(status)[state] else f"{words} for good"

    def terms(self) -> Changes:
        """What was agreed with the creator, as changes from nothing."""
        values = {name: in_json(getattr(self, name)) for name in ("fee", "currency", "promo_code", "note")}
        return {wire_name(name): {"before": None, "after": value} for name, value in values.items() if value}

    def change(self, *, by: Any, revision: int | None = None, because: str = "", **fields: Any) -> bool:
        """Stores the fields that differ; False, and nothing recorded, where none does. `because` says why a state
        follows from something else.

        Raises Stale where the row stands at another `revision`, NotAllowed for a state that does not follow from the
        present one, and CampaignEnded for a fee that is new or higher after the campaign's end."""
        with recording(by=by) as record:
            stored = self.locked(revision)
            stored.require_fitting(fields)
            changes = stored.assign(fields)
            if changes:
                stored.save()
            if state := changes.pop("state", None):
                reason = {"because": because} if because else {}
                moved = {"influencerId": stored.influencer_id} | state | reason
                record(event_types.CREATOR_STATE_CHANGED, stored.campaign_id, moved)
            if changes:
                updated = {"influencerId": stored.influencer_id} | event_types.told(changes)
                record(event_types.CREATOR_UPDATED, stored.campaign_id, updated)
        self.refresh_from_db()
        return bool(state or changes)

    def require_fitting(self, fields: dict[str, Any]) -> None:
        """Raises NotAllowed and CampaignEnded, as `change` does."""
        state, costs_more = fields.get("state", self.state), self.would_cost_more(fields)
        is_always_allowed = state == self.state or state in self.STATES_AFTER_COMPLETED[self.State(self.state)]
        if is_always_allowed and not costs_more:
            return
        campaign = self.campaign.as_it_stays()
        has_ended = campaign.status in Campaign.ENDED
        because = f"{campaign} is {campaign.status}" if has_ended else ""
        self.require_step(state, field="state", after=self.states_in(campaign.status), because=because)
        if has_ended and costs_more:
            raise CampaignEnded(str(campaign), campaign.status, "new or higher fees")

    def would_cost_more(self, fields: dict[str, Any]) -> bool:
        """Whether the change brings a fee, a higher one, or one in another currency."""
        fee, currency = fields.get("fee", self.fee), fields.get("currency", self.currency)
        if fee is None:
            return False
        return self.fee is None or Decimal(fee) > self.fee or currency != self.currency

    def remove(self, *, by: Any, revision: int | None = None) -> None:
        """Takes the creator, and what the creator owes, out of the campaign. Raises Stale, and StaysOnRecord for a
        creator who has been paid."""
        with recording(by=by) as record:
            stored = self.locked(revision)
            if stored.state in self.ON_RECORD:
                raise StaysOnRecord(str(stored))
            told = {"influencerId": stored.influencer_id, "state": stored.state}
            record(event_types.CREATOR_REMOVED, stored.campaign_id, told)
            stored.delete()


def parts_with(text: str) -> tuple[models.QuerySet[Any], bool]:
    """Ids of the rows that Collaboration.objects.matching finds by a folded text. Also returns whether the matches are
    few enough to look up by index. Where they are many, a page and its count are soon full: rows are asked one after
    another."""
    every = Collaboration.objects.order_by().values("pk")
    campaigns = Campaign.objects.with_folded(text).order_by()
    some_campaigns = list(campaigns.values_list("pk", flat=True)[:MAX_LISTED_MATCHES])
    some_creators = ids_with(text)
    # A creator without a profile has an id all the same.
    with_id = found_by_index("searched_id", text)
    if some_creators is not None and len(some_campaigns) < MAX_LISTED_MATCHES:
        of_campaigns = every.filter(campaign__in=some_campaigns)
        of_creators = every.filter(influencer_id__in=some_creators)
        return every.filter(with_id).union(of_campaigns, of_creators), True
    creators = Creator.objects.with_folded(text).order_by().values("pk")
    held = Q(searched_id__contains=text) | Q(campaign__in=campaigns) | Q(influencer_id__in=creators)
    return every.filter(held), False
