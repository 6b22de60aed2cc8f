"""What runs now, on the start page: the active campaigns, one's own first, and how far each is."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from campaigns import running
from campaigns.models import Campaign
from tests import factories
from tests.campaigns.deal_pages import text

pytestmark = pytest.mark.django_db


def runs(id, days=None, **fields):
    """An active campaign that began ten days ago and ends so many days from today."""
    today = timezone.localdate()
    ends = {} if days is None else {"starts_on": today - timedelta(10), "ends_on": today + timedelta(days)}
    return factories.campaign(id, **{"status": "active"} | ends | fields)


def panel(client) -> str:
    _, _, rest = text(client.get("/admin/")).partition('<section class="fk" id="running">')
    return rest.partition("</section>")[0]


def words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def names(page: str) -> list[str]:
    return re.findall(r'<a class="fk-link" href="/admin/campaign/[^"]*">([^<]*)</a>', page)


def test_active_campaigns_are_listed_ones_own_first_and_what_ends_first_above(marketing):
    mara = User.objects.get(username="mara")
    runs("theirs", 1)
    runs("undated")
    runs("later", 9, owner=mara)
    runs("sooner", 3, owner=mara)
    for status in ("draft", "paused", "completed", "cancelled"):
        runs(status, 2, status=status)

    page = panel(marketing)

    assert names(page) == ["Sooner", "Later", "Theirs", "Undated"]
    assert 'href="/admin/campaign/sooner/"' in page
    assert "3 days left" in words(page)
    assert page.count(">yours<") == 2


def test_a_line_says_how_many_posted_what_is_overdue_and_fees_against_the_budget(marketing):
    spring, today = runs("spring", 5, budget=Decimal(1_000), currency="EUR"), timezone.localdate()
    parts = {
        creator: factories.collaboration(spring, creator, state=state, fee=fee, currency=currency)
        for creator, state, fee, currency in (
            ("ana", "posted", 300, "EUR"), ("ben", "paid", 900, "EUR"), ("cleo", "agreed", 50, "USD"),
            ("dora", "declined", 700, "EUR"), ("emil", "shortlisted", 80, "EUR"),
        )
    }  # fmt: skip
    for creator, days, state in (
        ("cleo", -1, "planned"), ("cleo", -9, "approved"), ("cleo", 0, "planned"), ("ana", -1, "live"),
        ("dora", -1, "planned"),
    ):  # fmt: skip
        factories.deliverable(parts[creator], due_on=today + timedelta(days), state=state)

    page = panel(marketing)
    line = words(page)

    assert 'href="/admin/campaigns/deliverable/?due=overdue&amp;campaign=spring"' in page
    assert "2 of 4 posted 2 overdue 1,200 EUR of 1,000 EUR over budget 50 USD" in line


def test_a_campaign_past_its_end_is_still_there_until_somebody_completes_it(marketing):
    runs("spring", -2)
    assert "ended 2 days ago none yet – –" in words(panel(marketing))


def test_more_than_eight_are_behind_a_link_to_the_list_of_active_campaigns(marketing):
    for number in range(9):
        runs(f"campaign{number}", number)
    page = panel(marketing)
    assert len(names(page)) == 8
    assert '<a href="/admin/campaigns/campaign/?status=active">All active campaigns</a>' in page
    Campaign.objects.filter(pk="campaign8").update(status="paused")
    assert "All active" not in panel(marketing)


def test_each_column_needs_its_right(sign_in):
    spring = runs("spring", 5, budget=Decimal(1_000), currency="EUR")
    ana = factories.collaboration(spring, "ana", state="agreed", fee=300, currency="EUR")
    factories.deliverable(ana, due_on=timezone.localdate() - timedelta(1))

    for number, (rights, seen) in enumerate(
        [
            ([], []),
            (["view_campaign"], ["Spring"]),
            (["view_campaign", "view_collaboration"], ["Spring", "0 of 1 posted"]),
            (["view_campaign", "view_deliverable"], ["Spring"]),
            (
                ["view_campaign", "view_collaboration", "view_deliverable"],
                ["Spring", "0 of 1 posted", "1 overdue"],
            ),
            (["view_campaign", "view_fee"], ["Spring", "300 EUR of 1,000 EUR"]),
        ]
    ):
        page = words(panel(sign_in(f"user{number}", *(f"campaigns.{right}" for right in rights))))
        found = [each for each in ("Spring", "0 of 1 posted", "1 overdue", "300 EUR of 1,000 EUR") if each in page]
        assert found == seen, rights


def test_where_nothing_runs_nothing_is_said(marketing):
    runs("spring", 5, status="draft")
    assert panel(marketing) == ""


def test_the_panel_asks_the_database_four_times(rf, django_assert_num_queries):
    for number in range(12):
        factories.collaboration(runs(f"campaign{number}", number), "ana", fee=10, currency="EUR", state="agreed")
    request = rf.get("/admin/")
    rights = ("view_campaign", "view_collaboration", "view_deliverable", "view_fee")
    request.user = factories.user("mara", *(f"campaigns.{right}" for right in rights))
    request.user.get_all_permissions()
    with django_assert_num_queries(4):
        running.panel(request)
