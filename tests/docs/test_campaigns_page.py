"""The table "What follows what" of docs/campaigns.md says what the models allow, and nothing else."""

from campaigns.models import Campaign, Collaboration, Deliverable
from tests.docs.pages import ROOT

FOLLOWS = {
    "a campaign's `status`": Campaign.STATUSES_AFTER,
    "a creator's `state`": Collaboration.STATES_AFTER,
    "a deliverable's `state`": Deliverable.STATES_AFTER,
}


def lines() -> list[str]:
    """The rows of the table, to be pasted there."""
    found = []
    for subject, after in FOLLOWS.items():
        steps = [(state, following) for state, following in after.items() if following]
        for row, (state, following) in enumerate(steps):
            cells = ("" if row else subject, state.value, ", ".join(following))
            found.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return found


def test_what_follows_what_is_what_the_models_allow():
    section = (ROOT / "docs" / "campaigns.md").read_text().partition("## What follows what")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]

    assert table[2:] == lines()
