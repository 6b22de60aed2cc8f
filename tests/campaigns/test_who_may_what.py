"""The table "who may what" of docs/campaigns.md is what the API does, for each group and for nobody's user."""

import re

import pytest
from django.contrib.auth.models import Group
from rest_framework_simplejwt.tokens import AccessToken

from tests import factories
from tests.docs.pages import ROOT

SPRING = "/campaigns/spring"
ANA, BEN = f"{SPRING}/creators/ana", f"{SPRING}/creators/ben"
REEL = f"{ANA}/deliverables/7000000"

# What each row of the table is tried with: method, path, body.
TRIED = {
    "see campaigns": ("get", SPRING, None),
    "see and set budgets and fees": ("patch", SPRING, {"budget": "900.00"}),
    "create campaigns": ("post", "/campaigns", {"name": "Autumn"}),
    "change campaigns": ("patch", SPRING, {"status": "active"}),
    "see the creators of a campaign": ("get", ANA, None),
    "add creators to a campaign": ("put", BEN, {}),
    "change a creator's state and terms": ("put", ANA, {"state": "contacted"}),
    "take creators out of a campaign": ("delete", ANA, None),
    "see deliverables": ("get", REEL, None),
    "add deliverables": ("post", f"{ANA}/deliverables", {"format": "story"}),
    "change deliverables, submit drafts, set posts live": ("patch", REEL, {"dueOn": "2027-05-14"}),
    "approve drafts and send them back, with a note": ("patch", REEL, {"state": "planned", "note": "No disclosure."}),
    "remove deliverables": ("delete", REEL, None),
    "see creators' profiles": ("get", "/creators/ana", None),
    "add creators' profiles": ("put", "/creators/ben", {"name": "Ben Ode"}),
    "change creators' profiles": ("put", "/creators/ana", {"name": "Ana Silva"}),
    "see what happened: GET /events": ("get", "/events", None),
}
GROUPS = ("Marketing", "Reviewer", "Operator")


def table() -> dict[str, dict[str, bool]]:
    """By what is done: whether each group may, as the page says."""
    section = (ROOT / "docs" / "campaigns.md").read_text().partition("## Who may what")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", section, re.M)]
    assert rows[0] == ["", "right", *GROUPS]
    return {
        row[0].replace("`", ""): dict(zip(GROUPS, (cell == "yes" for cell in row[2:]), strict=True)) for row in rows[2:]
    }


@pytest.fixture
def spring(db):
    spring = factories.campaign("spring", currency="EUR")
    reel = factories.deliverable(factories.collaboration(spring, "ana"), state="submitted", pk=7_000_000)
    factories.creator("ana")
    return reel


def test_every_row_is_tried():
    assert set(table()) == set(TRIED)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("what", TRIED)
def test_each_group_may_what_the_page_says(client, spring, what, group):
    user = factories.user("somebody")
    user.groups.add(Group.objects.get(name=group))
    assert status(client, what, user) == (True if table()[what][group] else 403)


@pytest.mark.parametrize("what", TRIED)
def test_a_user_without_a_group_may_nothing(client, spring, what):
    assert status(client, what, factories.user("somebody")) == 403


@pytest.mark.parametrize("what", TRIED)
def test_nobody_may_anything_also_on_a_laptop(client, spring, settings, what):
    settings.DEBUG = True
    assert status(client, what, None) == 401


def status(client, what, user):
    """True if the request succeeds, else the status of its answer."""
    method, path, body = TRIED[what]
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"} if user else {}
    given = {} if body is None else {"data": body, "content_type": "application/json"}
    code = getattr(client, method)(path, headers=headers, **given).status_code
    return code in (200, 201, 204) or code
