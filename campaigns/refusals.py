"""Why a change of a campaign, of its creators or of a deliverable is refused."""

from __future__ import annotations

from collections.abc import Sequence

from famekeeda.ids import PATH_REFUSAL


class Refused(Exception):
    """A change that is not made; the message, of `what` was to be changed, is for people."""

    def __init__(self, what: str) -> None:
        super().__init__(self.about(what))

    def about(self, what: str) -> str:
        """The message with another name for what was to be changed."""
        raise NotImplementedError


class NotAllowed(Refused):
    """A state that does not follow from the present one. `allowed` are the states that do; `because` says why some do
    not that would at other times: "Spring is completed"."""

    def __init__(self, what: str, present: str, wanted: str, allowed: Sequence[str], because: str = "") -> None:
        self.present, self.wanted, self.allowed = str(present), str(wanted), [str(state) for state in allowed]
        self.because = because
        super().__init__(what)

    def about(self, what: str) -> str:
        after = " or ".join(self.allowed) or "nothing"
        since = f", since {self.because}" if self.because else ""
        return f"{what} is {self.present} and cannot become {self.wanted}{since}. After {self.present} comes {after}."


class CampaignEnded(Refused):
    """Something new for a campaign that is completed or cancelled: `wanted`, such as "new creators"."""

    def __init__(self, campaign: str, status: str, wanted: str) -> None:
        self.campaign, self.status, self.wanted = campaign, str(status), wanted
        super().__init__(campaign)

    def about(self, what: str) -> str:
        return (  # of the campaign, whatever was to be changed in it
            f"{self.campaign} is {self.status} and takes no {self.wanted}. What was agreed before can still be "
            "finished, paid for a fee that is no higher, declined or removed."
        )


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


class IdUnfit(Refused):
    """An id, of a campaign or a creator, that no path can carry."""

    def about(self, what: str) -> str:
        return f"{what} cannot be the id of anything new. {PATH_REFUSAL}"


class IdTaken(Refused):
    """A campaign's id that another campaign has."""

    def about(self, what: str) -> str:
        return f"There is a campaign {what} already."


class HasProfile(Refused):
    """A new profile of a creator who has one."""

    def about(self, what: str) -> str:
        return f"There is a profile of {what} already."
