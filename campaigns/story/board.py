"""The board of a campaign: a column per state, with a card per creator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from campaigns.models import Collaboration
from campaigns.models.money import in_words
from campaigns.story.creators import BADGES, KEYS, Row, sums

MAX_CARDS = 10  # of a column, unless it is opened; as many as a screen is high
BUTTON = '<button class="fk-badge fk-%s" name="move" value="%s:%s">%s</button>'
FAR = date.max  # sorts what is not due behind all that is


@dataclass(frozen=True)
class BoardColumn:
    """`cards` are creators, each with the buttons of the states that may follow, `after`. `count` and `fees` are of all
    creators in the state, `more` says how many of them have no card."""

    state: str
    badge: SafeString
    after: Sequence[Collaboration.State]
    cards: list[tuple[Row, SafeString]]
    count: int
    more: int
    fees: list[str]

    @property
    def names_after(self) -> str:
        return " ".join(state.value for state in self.after)


def columns(rows: Sequence[Row], *, status: str, opened: str, with_fees: bool) -> list[BoardColumn]:
    """A column per state, also without creators, of a campaign of this `status`. What is due first stands on top; the
    column `opened` has all cards."""
    urgent = sorted(rows, key=lambda row: (row.due_on or FAR, KEYS["name"](row)))
    follow = Collaboration.states_in(status)
    found: dict[str, list[Row]] = {state: [] for state in Collaboration.State}
    for row in urgent:
        found[row.state].append(row)
    return [
        column(state, status, follow[state], found[state], state == opened, with_fees) for state in Collaboration.State
    ]


def column(
    state: Collaboration.State,
    status: str,
    after: Sequence[Collaboration.State],
    found: Sequence[Row],
    is_open: bool,
    with_fees: bool,
) -> BoardColumn:
    cards = found if is_open else found[:MAX_CARDS]
    words = [(each.value, Collaboration.words_for(each, status)) for each in after]
    fees = [in_words(amount, currency) for currency, amount in sums(found).items()] if with_fees else []
    return BoardColumn(
        state=state.value,
        badge=BADGES[state.value],
        after=after,
        cards=[(row, buttons(row, words)) for row in cards],
        count=len(found),
        more=len(found) - len(cards),
        fees=fees,
    )


def buttons(row: Row, after: Sequence[tuple[str, str]]) -> SafeString:
    """A button for each state and its words. Nothing in it has to be escaped, and a template takes ten times as
    long for them all."""
    move = row.move
    return SafeString("".join(BUTTON % (state, move, state, words) for state, words in after))
