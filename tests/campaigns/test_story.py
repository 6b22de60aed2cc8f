"""A campaign's page as a marketing manager reads it: its head, its creators as table and board, who sees what."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from campaigns import event_types
from campaigns.models import Campaign, Collaboration
from campaigns.story import parts
from famekeeda.events.recording import recording
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/admin/campaign/spring/"
SEE = ["campaigns.view_campaign", "campaigns.view_collaboration"]


def text(response) -> str:
    """The page as people read it: one space for any white space, and no markup."""
    body = response.content.decode().partition("<body")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def creators(response) -> list[str]:
    """The names in the table or on the board, from top to bottom."""
    return re.findall(r'<span class="ca-name"><a [^>]*>([^<]*)</a>', response.content.decode())


def member(client, group="Marketing"):
    user = factories.user(group.lower())
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return user


@pytest.fixture
def spring(db):
    return factories.campaign(
        "spring", name="Spring drop", brand="Nova", product="Trail shoes", goal="Reach runners", status="active",
        budget=Decimal(1_000), currency="EUR",
    )  # fmt: skip


def test_the_head_says_what_the_campaign_is_who_owns_it_and_what_may_follow(client, spring):
    mara = member(client)
    today = timezone.localdate()
    Campaign.objects.update(owner=mara, starts_on=today - timedelta(2), ends_on=today + timedelta(3))

    page = client.get(PAGE)

    for words in ("Nova Trail shoes", "Active", "Reach runners", "Owner marketing", "3 days left", "Pause", "Complete"):
        assert words in text(page)
    assert ("Resume" in text(page), "Start</button>" in page.content.decode()) == (False, False)


def test_fees_stand_against_the_budget_per_currency_and_those_of_who_declined_do_not_count(client, spring):
    member(client)
    for creator, state, fee, currency in (
        ("ana", "paid", 300, "EUR"), ("ben", "agreed", 900, "EUR"), ("cleo", "posted", 50, "USD"),
        ("dora", "declined", 700, "EUR"), ("emil", "contacted", 80, "EUR"),
    ):  # fmt: skip
        factories.collaboration(spring, creator, state=state, fee=fee, currency=currency)

    page = text(client.get(PAGE))

    assert (
        "Creators' fees in EUR 200 EUR over the budget of 1,000 EUR 1,200 EUR agreed 300 EUR paid 900 EUR owed"
        in page.replace("&#x27;", "'")
    )
    assert "fees in USD 50 USD agreed 0 USD paid 50 USD owed" in page


@pytest.mark.parametrize("view", ["table", "board"])
def test_a_reviewer_sees_states_and_neither_fees_nor_budget(client, spring, view):
    member(client, "Reviewer")
    factories.collaboration(spring, "ana", state="agreed", fee=Decimal("412.50"), currency="EUR")

    page = client.get(PAGE, {"view": view})

    assert creators(page) == ["ana"]
    assert [
        word for word in ("412.50", "EUR", "1,000", "Per engagement", "Move to", "Add creators") if word in text(page)
    ] == []


def test_who_may_not_see_campaigns_sees_no_story(client, spring):
    client.force_login(factories.user("nina", "performance.view_engagement", is_staff=True))

    assert "Reach runners" not in text(client.get(PAGE))


def test_who_may_see_the_campaign_alone_sees_no_creators(client, spring):
    client.force_login(factories.user("nina", "campaigns.view_campaign", is_staff=True))
    factories.collaboration(spring, "ana")

    page = client.get(PAGE)

    assert "Reach runners" in text(page)
    assert creators(page) == []


def test_costs_stand_beside_results_where_fee_and_figures_are_known(client, spring):
    member(client)
    factories.collaboration(spring, "ana", state="paid", fee=400, currency="EUR")
    factories.collaboration(spring, "ben", state="paid", fee=400, currency="EUR")
    factories.collaboration(spring, "cleo", state="posted")
    factories.engagement("ana", "spring", platform="tiktok", views=16_000, likes=1_500, comments=400, shares=100)
    factories.engagement("cleo", "spring", platform="tiktok", views=10_000, likes=500)

    rows = text(client.get(PAGE))

    assert "16,000 12.50 % 0.20 EUR 25 EUR" in rows
    assert "10,000 5.00 % Tick" not in rows  # nothing is known of what cleo costs
    assert "0.20 EUR per engagement 25 EUR per 1,000 views over 1 of 2 creators with a fee" in rows


def test_results_need_the_right_to_see_results(client, spring):
    client.force_login(factories.user("nina", *SEE, "campaigns.view_fee", is_staff=True))
    factories.collaboration(spring, "ana", state="paid", fee=400, currency="EUR")
    factories.engagement("ana", "spring", views=16_000, likes=2_000)

    page = text(client.get(PAGE))

    assert ("400 EUR" in page, "16,000" in page, "25 EUR" in page) == (True, False, False)


def test_the_next_due_date_is_the_earliest_that_somebody_still_waits_for(client, spring):
    member(client)
    ana = factories.collaboration(spring, "ana", state="briefed")
    factories.deliverable(ana, due_on=date(2021, 1, 5), state="live")
    factories.deliverable(ana, due_on=date(2021, 3, 9))
    factories.deliverable(ana, due_on=date(2035, 3, 1))
    factories.deliverable(factories.collaboration(spring, "ben", state="declined"), due_on=date(2021, 2, 2))

    for view in ("table", "board"):
        page = text(client.get(PAGE, {"view": view}))
        assert "9 Mar overdue" in page
        assert [day for day in ("5 Jan", "1 Mar", "2 Feb") if day in page] == []


@pytest.mark.parametrize(("status", "is_due"), [("completed", True), ("cancelled", False)])
def test_what_was_agreed_is_due_after_a_campaign_is_completed_and_not_after_it_is_cancelled(
    client, spring, status, is_due
):
    member(client)
    factories.deliverable(factories.collaboration(spring, "ana", state="briefed"), due_on=date(2021, 3, 9))
    Campaign.objects.update(status=status)

    assert ("9 Mar overdue" in text(client.get(PAGE))) == is_due


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["Ana", "Ben", "Cleo", "dora"]),
        ("-name", ["dora", "Cleo", "Ben", "Ana"]),
        ("state", ["Cleo", "Ben", "Ana", "dora"]),
        ("fee", ["Ben", "Ana", "Cleo", "dora"]),
        ("-fee", ["Ana", "Ben", "Cleo", "dora"]),
        ("due", ["dora", "Ana", "Ben", "Cleo"]),
        ("-views", ["Cleo", "Ana", "Ben", "dora"]),
        ("-rate", ["Ana", "Cleo", "Ben", "dora"]),
        ("password", ["Ana", "Ben", "Cleo", "dora"]),
    ],
)
def test_the_table_sorts_and_what_is_unknown_comes_last(client, spring, sort, order):
    member(client)
    for name, state, fee in (
        ("Ana", "briefed", 500),
        ("Ben", "agreed", 90),
        ("Cleo", "contacted", None),
        ("dora", "posted", None),
    ):
        factories.creator(name.lower(), name)
        factories.collaboration(spring, name.lower(), state=state, fee=fee, currency="EUR" if fee else "")
    factories.deliverable(Collaboration.objects.get(influencer_id="ana"), due_on=date(2035, 3, 1))
    factories.deliverable(Collaboration.objects.get(influencer_id="dora"), due_on=date(2034, 3, 1))
    factories.engagement("ana", "spring", views=10_000, likes=1_000)
    factories.engagement("cleo", "spring", views=20_000, likes=1_000)

    assert creators(client.get(PAGE, {"sort": sort})) == order


def test_the_title_of_a_column_says_how_the_table_is_sorted_and_turns_the_order(client, spring):
    member(client)
    factories.collaboration(spring, "ana")

    titles = dict(
        re.findall(r'aria-sort="(\w+)"><a href="\?([^"#]*)', client.get(PAGE, {"sort": "-fee"}).content.decode())
    )

    assert titles["descending"] == "sort=fee"
    assert set(titles) == {"none", "descending"}


def test_the_table_is_narrowed_to_a_state_and_counts_each(client, spring):
    member(client)
    for creator, state in (("ana", "agreed"), ("ben", "agreed"), ("cleo", "paid")):
        factories.collaboration(spring, creator, state=state)

    page = client.get(PAGE, {"state": "agreed"})

    assert creators(page) == ["ana", "ben"]
    assert "All 3 Agreed 2 Paid 1" in text(page)
    assert "Nobody is in this state." in text(client.get(PAGE, {"state": "posted"}))


def test_a_long_table_goes_by_pages_which_keep_what_the_address_says(client, spring, monkeypatch):
    monkeypatch.setattr(parts, "PAGE_SIZE", 2)
    member(client)
    for creator in ("ana", "ben", "cleo"):
        factories.collaboration(spring, creator)

    first = client.get(PAGE, {"minViews": "10", "sort": "-name"})
    second = client.get(PAGE, {"minViews": "10", "sort": "-name", "creators": "2"})

    assert (creators(first), creators(second)) == (["cleo", "ben"], ["ana"])
    assert "?minViews=10&amp;sort=-name&amp;creators=2#creators" in first.content.decode()
    assert "3 to 3 of 3" in text(second)
    assert creators(client.get(PAGE, {"creators": "99", "sort": "-name"})) == ["ana"]
    assert creators(client.get(PAGE, {"creators": "-1", "state": "x", "view": "y"})) == ["ana", "ben"]


def test_the_board_has_a_column_per_state_with_its_creators_and_their_fees(client, spring):
    member(client)
    factories.collaboration(spring, "ana", state="agreed", fee=500, currency="EUR")
    factories.collaboration(spring, "ben", state="agreed", fee=Decimal("90.5"), currency="EUR")
    late = factories.collaboration(spring, "cleo", state="agreed", fee=70, currency="USD")
    factories.deliverable(late, due_on=date(2021, 3, 9))

    page = client.get(PAGE, {"view": "board"})

    assert "Agreed 3 590.50 EUR 70 USD" in text(page)
    assert creators(page) == ["cleo", "ana", "ben"]  # what is due stands on top
    assert re.findall(r'data-state="(\w+)"', page.content.decode()) == [
        "shortlisted", "contacted", "agreed", "briefed", "posted", "paid", "declined",
    ]  # fmt: skip


def test_a_long_column_of_the_board_opens(client, spring, monkeypatch):
    monkeypatch.setattr("campaigns.story.board.MAX_CARDS", 1)
    member(client)
    for creator in ("ana", "ben", "cleo"):
        factories.collaboration(spring, creator, state="paid")

    page = client.get(PAGE, {"view": "board"})

    assert (creators(page), "2 more" in text(page)) == (["ana"], True)
    assert "?view=board&amp;open=paid#creators" in page.content.decode()
    assert creators(client.get(PAGE, {"view": "board", "open": "paid"})) == ["ana", "ben", "cleo"]


def test_names_and_ids_are_text_and_never_markup(client, spring):
    member(client)
    factories.creator("<b>id", "<script>alert(1)</script>")
    factories.collaboration(spring, "<b>id")
    Campaign.objects.update(goal="<i>goal", brand="<i>brand")

    for view in ("table", "board"):
        page = client.get(PAGE, {"view": view}).content.decode()
        assert [mark for mark in ("<script>alert", "<b>id", "<i>goal", "<i>brand") if mark in page] == []


def test_300_creators_and_2000_events_take_20_queries(client, spring, catalogues, django_assert_max_num_queries):
    mara = member(client)
    states = list(Collaboration.State)
    for number in range(300):
        creator = f"creator_{number}"
        factories.creator(creator, f"Creator {number}")
        row = factories.collaboration(spring, creator, state=states[number % 7], fee=100, currency="EUR")
        factories.deliverable(row, due_on=date(2035, 1, 1 + number % 28))
        if number % 3 == 0:
            factories.engagement(creator, "spring", platform="tiktok", likes=number)
        if number % 30 == 0:
            factories.brief(campaign_id="spring", influencer_id=creator)
    for _ in range(2):
        with recording(by=mara) as record:
            for number in range(1_000):
                told = {"influencerId": f"creator_{number % 300}", "before": "contacted", "after": "agreed"}
                record(event_types.CREATOR_STATE_CHANGED, "spring", told)
    client.get(PAGE)  # which caches the campaign's totals

    for view, shown in {"table": 50, "board": 70}.items():
        with django_assert_max_num_queries(20):
            page = client.get(PAGE, {"view": view})
        assert len(creators(page)) == shown


def test_an_id_that_is_no_campaign_is_offered_to_who_may_add_one(client, db):
    factories.engagement("ana", "unknown")
    member(client)
    page = client.get("/admin/campaign/unknown/")
    assert "Not a campaign yet." in text(page)
    assert 'name="campaign" value="unknown"' in page.content.decode()

    member(client, "Reviewer")
    page = client.get("/admin/campaign/unknown/")
    assert ("Not a campaign yet." in text(page), "Adopt" in text(page)) == (True, False)


STAYS = "A deliverable stays on the start page until it is live or removed, or its creator declined."
ENDS = "Nobody waits for deliverables any more."


def test_before_a_campaign_ends_its_page_says_what_is_open_and_what_becomes_of_it(client, spring):
    member(client)
    ana = factories.collaboration(spring, "ana", state="agreed", fee=2_000, currency="EUR")
    ben = factories.collaboration(spring, "ben", state="briefed", fee=950, currency="EUR")
    factories.collaboration(spring, "cleo", state="paid", fee=300, currency="EUR")
    factories.collaboration(spring, "dora", state="posted", fee=40, currency="USD")
    for part, state in ((ana, "live"), (ana, "planned"), (ben, "submitted"), (ben, "approved")):
        factories.deliverable(part, state=state)
    factories.deliverable(factories.collaboration(spring, "eve", state="declined"), state="submitted")

    for view in ("table", "board"):
        page = text(client.get(PAGE, {"view": view}))
        assert (
            "Still open: 3 deliverables not live yet 1 draft waiting for a decision 2 creators agreed or briefed "
            "2,950 EUR owed 40 USD owed"
        ) in page
        assert (STAYS in page, ENDS in page, "What is owed can still be paid." in page) == (True, True, True)


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ([], []),
        (["campaigns.view_collaboration"], ["agreed or briefed"]),
        (["campaigns.view_collaboration", "campaigns.view_deliverable"], ["not live yet", "agreed or briefed"]),
        (["campaigns.view_fee"], ["400 EUR owed", "can still be paid"]),
    ],
)
def test_what_is_open_is_told_as_far_as_one_may_see_it(client, spring, rights, said):
    factories.deliverable(factories.collaboration(spring, "ana", state="agreed", fee=400, currency="EUR"))
    client.force_login(
        factories.user("nora", "campaigns.view_campaign", "campaigns.change_campaign", *rights, is_staff=True)
    )

    menu = text(client.get(PAGE)).partition(" End expand_more ")[2].partition("Cancel the campaign")[0]

    words = ["not live yet", "agreed or briefed", "400 EUR owed", "can still be paid"]
    assert [each for each in words if each in menu] == said


def test_where_nothing_is_open_nothing_is_said_of_it(client, spring):
    member(client)
    factories.collaboration(spring, "ana", state="paid", fee=400, currency="EUR")
    factories.deliverable(factories.collaboration(spring, "ben", state="declined"))

    page = text(client.get(PAGE))

    assert [words for words in ("Still open", STAYS, ENDS, "can still be paid") if words in page] == []


def test_a_campaign_is_started_paused_and_completed_from_its_page(client, spring):
    member(client)
    address = "/admin/campaigns/collaboration/status/spring/"

    client.post(address, {"status": "paused", "revision": "1"})
    client.post(address, {"status": "active", "revision": "2"})
    page = client.post(address, {"status": "completed", "revision": "3"}, follow=True)

    spring.refresh_from_db()
    assert (spring.status, spring.revision) == ("completed", 4)
    assert "Spring drop is completed now." in text(page)
    assert "Cancel the campaign" not in text(page)


def test_a_status_that_does_not_follow_is_refused_with_what_does(client, spring):
    member(client)

    page = client.post(
        "/admin/campaigns/collaboration/status/spring/", {"status": "draft", "revision": "1"}, follow=True
    )

    assert "After active comes paused or completed or cancelled." in text(page)


def test_who_looked_before_somebody_else_changed_the_campaign_is_told(client, spring):
    member(client)
    spring.change(by=None, status="paused")

    page = client.post(
        "/admin/campaigns/collaboration/status/spring/", {"status": "cancelled", "revision": "1"}, follow=True
    )

    assert "Somebody changed Spring drop meanwhile: it is paused now." in text(page)
    spring.refresh_from_db()
    assert spring.status == "paused"


@pytest.mark.parametrize(
    "fields", [{"status": "gone", "revision": "1"}, {"status": "paused", "revision": "9" * 30}, {}]
)
def test_what_no_page_of_ours_sends_is_a_bad_request(client, spring, fields):
    member(client)

    assert client.post("/admin/campaigns/collaboration/status/spring/", fields).status_code == 400


def test_a_status_needs_the_right_to_change_campaigns(client, spring):
    member(client, "Reviewer")

    answer = client.post("/admin/campaigns/collaboration/status/spring/", {"status": "paused", "revision": "1"})

    assert answer.status_code == 403
