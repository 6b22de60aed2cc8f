"""The steps that a deliverable takes from its draft to its link: what each asks, and who may take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaigns.models import Deliverable

State = Deliverable.State


@dataclass(frozen=True)
class Step:
    """A step from one state to another. `asks` names the field that whoever takes the step is asked for; `is_main`
    steps lead on, the others take something back."""

    name: str
    before: Deliverable.State
    after: Deliverable.State
    title: str
    icon: str
    asks: str = ""
    is_main: bool = True

    @property
    def right(self) -> str:
        is_decision = (self.before, self.after) in Deliverable.DECISIONS
        return "campaigns.decide_deliverable" if is_decision else "campaigns.change_deliverable"


STEPS = (
    Step("submit", State.PLANNED, State.SUBMITTED, "Submit the draft", "upload", asks="draft_url"),
    Step("approve", State.SUBMITTED, State.APPROVED, "Approve", "check"),
    Step("return", State.SUBMITTED, State.PLANNED, "Send back", "undo", asks="note", is_main=False),
    Step("publish", State.APPROVED, State.LIVE, "It is live", "public", asks="post_url"),
    Step("reopen", State.APPROVED, State.SUBMITTED, "Decide again", "undo", is_main=False),
    Step("unpublish", State.LIVE, State.APPROVED, "Not live", "undo", is_main=False),
)
BY_NAME = {step.name: step for step in STEPS}


def steps_of(deliverable: Deliverable, user: Any) -> list[Step]:
    """The steps that the user may take with the deliverable now."""
    return [step for step in STEPS if step.before == deliverable.state and user.has_perm(step.right)]
