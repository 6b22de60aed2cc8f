"""Why a change of a campaign, of its creators or of a deliverable is refused."""

from __future__ import annotations

from collections.abc import Sequence


class Refused(Exception):
    """A change that is not made; the message, of `what` was to be changed, is for people."""

    def __init__(self, what: str) -> None:
        super().__init__(self.about(what))

    def about(self, what: str) -> str:
        """The message with another name for what was to be changed."""
        raise NotImplementedError


class NotAllowed(Refused):
    """A state that does not follow from the present one. `allowed` are the states that do."""

    def __init__(self, what: str, present: str, wanted: str, allowed: Sequence[str]) -> None:
        self.present, self.wanted, self.allowed = str(present), str(wanted), [str(state) for state in allowed]
        super().__init__(what)

    def about(self, what: str) -> str:
        after = " or ".join(self.allowed) or "nothing"
        return f"{what} is {self.present} and cannot become {self.wanted}. After {self.present} comes {after}."


class Stale(Refused):
    """Somebody else changed the row meanwhile. `revision` is the row's present one."""

    def __init__(self, what: str, revision: int) -> None:
        self.revision = revision
        super().__init__(what)

    def about(self, what: str) -> str:
        return f"Somebody changed {what} meanwhile. Look again before you change it."


class StaysOnRecord(Refused):
    """A creator who has been paid may not be removed."""

    def about(self, what: str) -> str:
        return f"{what} has been paid and stays on record."


class DraftIsDecided(Refused):
    """Another draft in the place of the one that was approved, and whose post is or goes live."""

    def about(self, what: str) -> str:
        return f"The draft of {what} that was approved stays on record."


class IdTaken(Refused):
    """A campaign's id that another campaign has."""

    def about(self, what: str) -> str:
        return f"There is a campaign {what} already."
