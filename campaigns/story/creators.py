"""The creators of a campaign as its page lists them: who, how far, for what fee, what is due, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.costs import Costs, costs
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration, Deliverable
from campaigns.models.deliverable import is_waited_for
from campaigns.models.money import in_words
from famekeeda import shared
from famekeeda.links import address, below_name, face
from famekeeda.shared import CreatorName, Figures

MAX_ROWS = 2_000  # creators of one campaign that its page sorts and adds up

SEE_RESULTS = "performance.view_engagement"
IS_OPEN = is_waited_for("deliverables__", "", "campaign__")

STATES = list(Collaboration.State)
BADGES = {
    state.value: format_html('<span class="fk-badge fk-{}">{}</span>', state.value, state.label.capitalize())
    for state in STATES
}


@dataclass(frozen=True)
class Row:
    """One creator of the campaign, and how templates write it: a page has hundreds, and templates take longer.

    `open` counts the deliverables that somebody waits for, `drafts` those of them that wait for a decision.
    `fee`, `figures` and `costs` are empty where the reader may not see them, `names` are those of all creators."""

    collaboration: Collaboration
    name: str
    names: Mapping[str, CreatorName]
    due_on: date | None
    is_overdue: bool
    fee: Decimal | None
    figures: Figures | None
    open: int = 0
    drafts: int = 0

    @property
    def id(self) -> str:
        return self.collaboration.influencer_id

    @property
    def key(self) -> str:
        return str(self.collaboration.pk)

    @property
    def move(self) -> str:
        """The beginning of a move of the board, to which the state is added."""
        return f"{self.collaboration.pk}:{self.collaboration.revision}"

    @property
    def state(self) -> str:
        return self.collaboration.state

    @property
    def badge(self) -> SafeString:
        return BADGES[self.collaboration.state]

    @property
    def who(self) -> SafeString:
        """The creator's face and name, which leads to the part in this campaign, with handle or id below."""
        return format_html(
            '<span class="ca-who">{}<span class="ca-name"><a href="{}" title="{}" draggable="false">{}</a>'
            "<small>{}</small></span></span>",
            face(self.id, self.names),
            address("admin:campaigns_collaboration_change", self.collaboration.pk),
            self.id,
            self.name,
            below_name(self.id, self.names),
        )

    @property
    def costs(self) -> Costs:
        return costs(self.fee, self.figures)

    @property
    def currency(self) -> str:
        return self.collaboration.currency

    @property
    def fee_words(self) -> str:
        return in_words(self.fee, self.currency)

    @property
    def per_engagement(self) -> str:
        return in_words(self.costs.per_engagement, self.currency)

    @property
    def per_thousand_views(self) -> str:
        return in_words(self.costs.per_thousand_views, self.currency)

    @property
    def due(self) -> SafeString | str:
        """The day, in red where it has passed."""
        if self.due_on is None:
            return ""
        day = f"{self.due_on:%-d %b}"
        if not self.is_overdue:
            return format_html('<span title="{}">{}</span>', self.due_on, day)
        return format_html('<span class="ca-overdue" title="{}">{} <small>overdue</small></span>', self.due_on, day)

    @property
    def views(self) -> str:
        return f"{self.figures.views:,}" if self.figures else ""

    @property
    def rate(self) -> str:
        return f"{self.figures.rate:,.2f} %" if self.figures else ""


def collaborations(campaign: Campaign) -> list[Any]:
    """The campaign's creators, each with `open` and `drafts`, the numbers of deliverables that somebody waits for and
    of drafts among them, and `next_due_on`, the day on which the next is due."""
    found = campaign.collaborations.annotate(
        next_due_on=Min("deliverables__due_on", filter=IS_OPEN),
        open=Count("deliverables", filter=IS_OPEN),
        drafts=Count("deliverables", filter=IS_OPEN & Q(deliverables__state=Deliverable.State.SUBMITTED)),
    )
    return list(found.order_by("influencer_id")[:MAX_ROWS])


def rows(
    campaign: Campaign,
    names: Mapping[str, CreatorName],
    found: Sequence[Any],
    *,
    today: date,
    with_fees: bool,
    with_results: bool,
) -> list[Row]:
    """A row for each of the collaborations; figures are asked for once, for all of them."""
    figures = shared.creator_figures(campaign.pk, [each.influencer_id for each in found]) if with_results else {}
    return [
        Row(
            collaboration=each,
            name=shared.called(each.influencer_id, names),
            names=names,
            due_on=each.next_due_on,
            is_overdue=bool(each.next_due_on and each.next_due_on < today),
            fee=each.fee if with_fees else None,
            figures=figures.get(each.influencer_id),
            open=each.open,
            drafts=each.drafts,
        )
        for each in found
    ]


# What each column sorts by; None comes last, upwards and downwards.
KEYS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.name.casefold(),
    "state": lambda row: STATES.index(Collaboration.State(row.state)),
    "fee": lambda row: (row.currency, row.fee) if row.fee is not None else None,
    "due": lambda row: row.due_on,
    "views": lambda row: row.figures.views if row.figures else None,
    "rate": lambda row: row.figures.rate if row.figures else None,
}
# The rights to see what these columns hold; the order of rows would tell it too.
RIGHTS = {"fee": FEE, "views": SEE_RESULTS, "rate": SEE_RESULTS}
LARGEST_FIRST = {"fee", "views", "rate"}  # what the first click on the column shows


def in_order(rows: Sequence[Row], sort: str) -> list[Row]:
    """The rows by the column `sort`, with "-" downwards; equal ones by name."""
    key, downwards = KEYS[sort.removeprefix("-")], sort.startswith("-")
    by_name = sorted(rows, key=KEYS["name"])
    known = [row for row in by_name if key(row) is not None]
    return sorted(known, key=key, reverse=downwards) + [row for row in by_name if key(row) is None]


def sums(rows: Sequence[Row]) -> dict[str, Decimal]:
    """The fees of the rows, per currency."""
    added: dict[str, Decimal] = {}
    for row in rows:
        if row.fee is not None:
            added[row.currency] = added.get(row.currency, Decimal(0)) + row.fee
    return dict(sorted(added.items()))
