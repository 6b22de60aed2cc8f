"""What the templates of the story get: the head of the campaign, and its creators as a table or as a board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from campaigns.cautions import SEE_DELIVERABLES
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration
from campaigns.models.money import in_words
from campaigns.story import board, creators, head, totals, unfinished
from campaigns.story.asked import Asked
from campaigns.story.creators import SEE_RESULTS, Row
from famekeeda import shared
from famekeeda.actions import ticks

SEE_CREATORS = "campaigns.view_collaboration"
MOVE, ADD, CHANGE = "campaigns.change_collaboration", "campaigns.add_collaboration", "campaigns.change_campaign"
PAGE_SIZE = 50  # creators in the table at once

# Title, key of the sort, and whether the column holds numbers.
COLUMNS = (("Creator", "name", False), ("State", "state", False), ("Fee", "fee", True), ("Next due", "due", False))
RESULTS = (("Views", "views", True), ("Rate", "rate", True))


def story(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """The whole story, as far as the request's user may see it."""
    context = head_of(request, campaign)
    return context | creators_of(request, campaign) if request.user.has_perm(SEE_CREATORS) else context


def head_of(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    with_fees = request.user.has_perm(FEE)
    fees = Collaboration.objects.fees([campaign.pk]).get(campaign.pk, []) if with_fees else []
    bars = head.bars(campaign, fees) if with_fees else []
    return {
        "campaign": campaign,
        "steps": head.steps(campaign) if request.user.has_perm(CHANGE) else [],
        "running": head.running(campaign, timezone.localdate()),
        "with_fees": with_fees,
        "bars": bars,
        "owed": unfinished.owed(bars),
        "media_budget": in_words(campaign.media_budget, campaign.currency) if campaign.media_budget else "",
    }


def creators_of(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    asked = Asked.of(request)
    with_fees, with_results = request.user.has_perm(FEE), request.user.has_perm(SEE_RESULTS)
    found = creators.collaborations(campaign)
    names = shared.creator_names(each.influencer_id for each in found)
    rows = creators.rows(
        campaign, names, found, today=timezone.localdate(), with_fees=with_fees, with_results=with_results
    )
    is_cut_off = len(rows) == creators.MAX_ROWS
    context = {
        "campaign": campaign,
        "asked": asked,
        "names": names,
        "count": len(rows),
        "is_cut_off": is_cut_off,
        "open_work": unfinished.work(
            rows, with_deliverables=request.user.has_perm(SEE_DELIVERABLES), is_cut_off=is_cut_off
        ),
        "totals": totals.totals(rows),
        "with_fees": with_fees,
        "with_results": with_results,
        "may_add": request.user.has_perm(ADD),
        "has_ended": campaign.status in Campaign.ENDED,
        "may_move": request.user.has_perm(MOVE),
        "views": [
            ("Table", asked.link(view=""), not asked.is_board),
            ("Board", asked.link(view="board"), asked.is_board),
        ],
    }
    if asked.is_board:
        return context | board_of(campaign, asked, rows, with_fees)
    return context | table_of(request, campaign, asked, rows)


def board_of(campaign: Campaign, asked: Asked, rows: Sequence[Row], with_fees: bool) -> dict[str, Any]:
    columns = board.columns(rows, status=campaign.status, opened=asked.open, with_fees=with_fees)
    return {"columns": [(column, asked.link(open=column.state)) for column in columns]}


def table_of(request: HttpRequest, campaign: Campaign, asked: Asked, rows: Sequence[Row]) -> dict[str, Any]:
    """One page of the rows in the state asked for, and what the other apps say of those who are on it."""
    narrowed = [row for row in rows if asked.state in ("", row.state)]
    pages = max(-(-len(narrowed) // PAGE_SIZE), 1)
    page = min(asked.page, pages)
    shown = creators.in_order(narrowed, asked.sort)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    ids = [row.id for row in shown]
    more = shared.creator_columns(request, campaign.pk, ids)
    return {
        "lines": [(row, [(column.title, column.cells.get(row.id, "")) for column in more]) for row in shown],
        "titles": titles(request, asked),
        "filters": filters(asked, rows),
        "more_columns": more,
        "ticks": ticks(request, "creators", campaign.pk, ids),
        "first": (page - 1) * PAGE_SIZE + 1,
        "last": (page - 1) * PAGE_SIZE + len(shown),
        "narrowed": len(narrowed),
        "previous": asked.link(creators=page - 1) if page > 1 else "",
        "next": asked.link(creators=page + 1) if page < pages else "",
    }


def titles(request: HttpRequest, asked: Asked) -> dict[str, list[tuple[str, str, str, bool]]]:
    """The titles of the columns that sort: title, link, `aria-sort`, and whether the column holds numbers."""
    columns = [each for each in COLUMNS if each[1] != "fee" or request.user.has_perm(FEE)]
    results = RESULTS if request.user.has_perm(SEE_RESULTS) else ()
    return {
        "plain": [(title, *asked.sorting(key), is_number) for title, key, is_number in columns],
        "results": [(title, *asked.sorting(key), is_number) for title, key, is_number in results],
    }


def filters(asked: Asked, rows: Sequence[Row]) -> list[tuple[str, int, str, bool]]:
    """A filter for all and one for each state that a creator is in: title, number, link, and whether it is chosen."""
    in_state = Counter(row.state for row in rows)
    states = [
        (state.label.capitalize(), number, asked.link(state=state.value, creators=""), asked.state == state)
        for state in Collaboration.State
        if (number := in_state[state]) or asked.state == state
    ]
    return [("All", len(rows), asked.link(state="", creators=""), not asked.state), *states]
