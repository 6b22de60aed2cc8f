"""What can be done with several creators at once: the apps register actions, tables offer them, one page runs them.

An app names classes on its AppConfig (`ProjectApp.actions`), each a subclass of CreatorAction. A table gets
`ticks(request, …)` and has two includes: `admin/tick.html` in each row, `admin/tick_actions.html` above or below. What
was ticked comes to the page of famekeeda.act, whose own fields are called action, confirmed, influencer, next and
of_campaign: the form of an action has no field of such a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.module_loading import import_string

from famekeeda.apps import project_apps

MAX_CREATORS_AT_ONCE = 200


class Refused(Exception):
    """An action cannot be done: its text says why, to people, and nothing has been done."""


class CreatorAction:
    """Something to do with creators whom somebody has ticked. `run` does it; the other methods may stay as they are."""

    name: ClassVar[str]  # in forms: small letters and hyphens
    title: ClassVar[str]  # of the button and the page: "Brief them all"
    icon: ClassVar[str] = "checklist"  # a name among Google's Material Symbols
    permission: ClassVar[str]  # `app.codename`; without it the action is not offered and answers 403
    needs_campaign: ClassVar[bool] = True
    form_class: ClassVar[type[forms.Form] | None] = None  # may have `proposals`: texts by the id of an input's list
    note: ClassVar[str] = ""  # a sentence on the page about what will happen

    def may(self, user: Any) -> bool:
        """Whether the user has the rights that the action needs."""
        allowed: bool = user.has_perm(self.permission)
        return allowed

    def is_for(self, request: HttpRequest, campaign_id: str) -> bool:
        """Whether the action makes sense there; `campaign_id` is empty where a table is about no campaign."""
        return bool(campaign_id) or not self.needs_campaign

    def initial(self, request: HttpRequest, campaign_id: str, influencer_ids: list[str]) -> dict[str, Any]:
        """What the form is filled in with beforehand."""
        return {}

    def form(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], data: Any = None
    ) -> forms.Form | None:
        if self.form_class is None:
            return None
        return self.form_class(data, initial=self.initial(request, campaign_id, influencer_ids))

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        """Does it, and returns one message about all creators. Raises Refused where it cannot be done."""
        raise NotImplementedError


def creator_actions() -> dict[str, CreatorAction]:
    """All actions by name, in the order of INSTALLED_APPS."""
    actions = [import_string(name)() for app in project_apps() for name in app.actions]
    return {action.name: action for action in actions}


@dataclass(frozen=True)
class Ticks:
    """The boxes and buttons of one table. `form` is the id of the form that the boxes belong to: a table may stand in
    another form, and a page may have several tables."""

    form: str
    campaign_id: str
    influencer_ids: list[str]
    back: str
    actions: list[CreatorAction]


def ticks(request: HttpRequest, form: str, campaign_id: str, influencer_ids: Iterable[str]) -> Ticks | None:
    """For a table of these creators, whose anchor on its page is `form`; None where the user may do nothing."""
    actions = [
        action
        for action in creator_actions().values()
        if action.may(request.user) and action.is_for(request, campaign_id)
    ]
    ids = list(dict.fromkeys(influencer_ids))
    return Ticks(f"{form}-ticks", campaign_id, ids, f"{request.get_full_path()}#{form}", actions) if actions else None
