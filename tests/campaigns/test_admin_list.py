"""The list of campaigns: what stands in it, how it is found, and the campaigns that only others have seen."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.unadopted import unadopted
from famekeeda.events.models import Event
from famekeeda.seen_ids import in_words
from famekeeda.shared import Seen
from tests import factories

LIST, SEEN, CSV = (f"/admin/campaigns/campaign/{page}" for page in ("", "seen/", "campaigns.csv"))
TODAY = timezone.localdate


def text(response) -> str:
    return " ".join(response.content.decode().split())


def listed(response) -> list[str]:
    return [campaign.pk for campaign in response.context["cl"].result_list]


def member(client, group: str):
    user = factories.user(group.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return user


@pytest.fixture
def spring(db):
    return factories.campaign(
        "spring", name="Spring drop", brand="Nova", budget=Decimal("1200.00"), currency="EUR", status="active"
    )


def row(response, title: str) -> str:
    """The text of the column in the first row."""
    return text(response).partition(f'data-label="{title}"')[2].partition("</td>")[0]


def test_a_row_leads_to_the_story_and_to_the_form_and_says_status_and_budget(admin_client, spring):
    page = text(admin_client.get(LIST))

    assert '<a class="fk-link" href="/admin/campaign/spring/">Spring drop</a>' in page
    assert '<a class="fk-link" href="/admin/campaigns/campaign/spring/change/">Edit</a>' in page
    assert '<span class="fk-badge fk-active">Active</span>' in page
    assert "1,200 EUR" in page


def test_a_row_adds_fees_up_per_currency_and_says_where_they_are_over_the_budget(admin_client, spring):
    factories.collaboration(spring, "ana", state="paid", fee=Decimal(800), currency="EUR")
    factories.collaboration(spring, "bo", state="agreed", fee=Decimal(500), currency="EUR")
    factories.collaboration(spring, "cai", state="briefed", fee=Decimal(300), currency="USD")
    factories.collaboration(spring, "dee", state="declined", fee=Decimal(900), currency="EUR")

    page = text(admin_client.get(LIST))

    line = '<span class="fk-unbroken">{}</span>'.format
    agreed = f"{line('1,300 EUR')}<br>{line('300 USD')}"
    assert f'{agreed} <span class="fk-badge fk-failed">over budget</span>' in page
    assert f"{line('800 EUR')}<br>{line('0 USD')}" in page
    assert admin_client.get(LIST).context["cl"].result_list[0].creators == 3


def test_a_row_says_what_is_due_next_and_that_it_is_overdue(admin_client, spring):
    ana = factories.collaboration(spring, "ana")
    yesterday = TODAY() - timedelta(days=1)
    factories.deliverable(ana, due_on=yesterday, state="live")
    factories.deliverable(ana, due_on=TODAY() + timedelta(days=3))
    assert "overdue" not in text(admin_client.get(LIST))

    factories.deliverable(ana, due_on=yesterday)

    page = text(admin_client.get(LIST))
    assert f'{yesterday:%-d %b %Y}</span> <span class="fk-badge fk-overdue">overdue</span>' in page


@pytest.mark.parametrize("page", [LIST, CSV])
def test_whoever_may_not_see_fees_reads_no_amount(client, spring, page):
    factories.collaboration(spring, "ana", state="paid", fee=Decimal("777.00"), currency="EUR")
    member(client, "Reviewer")

    answer = b"".join(client.get(page)).decode()

    assert "Spring drop" in answer
    assert [word for word in ("1,200", "1200", "777", "budget", "EUR") if word in answer] == []


@pytest.mark.parametrize(
    "lookup", ["budget__gte=1000", "currency=EUR", "collaborations__fee__gte=1", "owner__password="]
)
def test_no_address_compares_what_the_list_does_not_filter(client, spring, lookup):
    member(client, "Reviewer")

    assert client.get(f"{LIST}?{lookup}").status_code in (302, 400)


def test_whoever_has_no_right_to_campaigns_sees_no_list(client, db):
    client.force_login(factories.user("ken", "briefs.view_brief", is_staff=True))

    assert [client.get(page).status_code for page in (LIST, CSV, SEEN)] == [403, 403, 403]


def test_reviewers_read_the_list_and_change_nothing(client, spring):
    member(client, "Reviewer")

    page = text(client.get(LIST))

    assert "Spring drop" in page
    assert [word for word in (">Edit<", "Add a campaign", "Seen elsewhere") if word in page] == []
    assert client.get(LIST + "add/").status_code == 403
    assert client.get(LIST + "spring/change/").url == "/admin/campaign/spring/"
    assert client.post(LIST + "spring/change/", {"name": "Autumn"}).url == "/admin/campaign/spring/"
    assert client.post(SEEN, {"campaign": "other"}).status_code == 403


def test_nobody_deletes_a_campaign(admin_client, spring):
    assert admin_client.post(LIST + "spring/delete/", {"post": "yes"}).status_code == 403
    assert Campaign.objects.filter(pk="spring").exists()


@pytest.fixture
def several(db, admin_user):
    today, month = TODAY(), timedelta(days=30)
    mara = factories.user("mara")
    factories.campaign("a", name="Été à la mer", brand="Nova", status="active", owner=admin_user, platforms=["tiktok"])
    factories.campaign("b", name="Winter", brand="Novalis", status="active", owner=mara, ends_on=today - month)
    factories.campaign("c", name="Later", brand="Puma", status="draft", starts_on=today + month, platforms=["x"])
    factories.campaign("d", name="Now", status="active", starts_on=today, ends_on=today)
    factories.campaign("WINTER_27", name="Later", status="cancelled")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=ÉTÉ", ["a"]),
        ("q=ete+à", ["a"]),
        ("q=ovali", ["b"]),
        ("q=winter", ["WINTER_27", "b"]),
        ("q=r_27", ["WINTER_27"]),
        ("q=later+puma", ["c"]),
        ("q=winter+puma", []),
        ("status=active", ["a", "b", "d"]),
        ("status=lost", ["WINTER_27", "a", "b", "c", "d"]),
        ("owner=me", ["a"]),
        ("owner=others", ["b"]),
        ("owner=nobody", ["WINTER_27", "c", "d"]),
        ("brand=nova", ["a", "b"]),
        ("platform=tiktok", ["a"]),
        ("time=now", ["a", "d"]),
        ("time=later", ["c"]),
        ("time=over", ["b"]),
    ],
)
def test_campaigns_are_found_by_words_and_filters(admin_client, several, asked, found):
    assert sorted(listed(admin_client.get(f"{LIST}?{asked}"))) == found


def test_the_list_is_sorted_by_its_columns(admin_client, several):
    assert listed(admin_client.get(f"{LIST}?o=0"))[:3] == ["c", "WINTER_27", "d"]  # Later, Later, Now
    assert listed(admin_client.get(f"{LIST}?o=1"))[-1] == "c"  # draft comes after active and cancelled
    assert listed(admin_client.get(f"{LIST}?o=4"))[:2] == ["d", "c"]  # today, in a month


@pytest.fixture
def owed(db):
    """Campaigns with the days on which something is due: today, tomorrow, yesterday, and none that still counts."""
    for campaign, days, creators in (("a", [0, 9], 1), ("b", [1], 3), ("c", [5, -1], 2)):
        row = factories.campaign(campaign, name=campaign, status="active")
        for number in range(creators):
            part = factories.collaboration(row, f"creator_{number}")
        for due in days:
            factories.deliverable(part, due_on=TODAY() + timedelta(days=due))
        factories.deliverable(part, due_on=TODAY() - timedelta(days=9), state="live")
        factories.deliverable(factories.collaboration(row, "no", state="declined"), due_on=TODAY() - timedelta(days=9))
    over = factories.collaboration(factories.campaign("d", name="d", status="cancelled"), "ana")
    factories.deliverable(over, due_on=TODAY() - timedelta(days=9))


def test_the_list_is_sorted_by_creators_and_by_what_is_due_next(admin_client, owed):
    assert listed(admin_client.get(f"{LIST}?o=9")) == ["c", "a", "b", "d"]
    assert listed(admin_client.get(f"{LIST}?o=-9")) == ["d", "b", "a", "c"]
    assert listed(admin_client.get(f"{LIST}?o=-8")) == ["b", "c", "d", "a"]
    assert listed(admin_client.get(f"{LIST}?o=8.-9&q=a")) == ["a"]
    assert admin_client.get(f"{LIST}?o=99.-9").status_code == 200


def test_the_list_asks_about_due_days_and_creators_for_the_campaigns_of_the_page_alone(
    admin_client, owed, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as asked:
        admin_client.get(LIST)

    about = [query["sql"] for query in asked.captured_queries if "campaigns_collaboration" in query["sql"]]
    assert len(about) == 3
    assert [sql for sql in about if "GROUP BY" not in sql or "('d', 'c', 'b', 'a')" not in sql] == []


def test_the_file_holds_every_campaign_in_the_lists_order_however_many_are_added_up_at_once(
    admin_client, owed, monkeypatch
):
    monkeypatch.setattr("campaigns.admin.listing.MAX_CHUNK", 3)

    rows = list(csv.DictReader(io.StringIO(b"".join(admin_client.get(f"{CSV}?o=9")).decode("utf-8-sig"))))

    yesterday, today, tomorrow = (str(TODAY() + timedelta(days=each)) for each in (-1, 0, 1))
    assert [(row["id"], row["creators"], row["next due"]) for row in rows] == [
        ("c", "2", yesterday), ("a", "1", today), ("b", "3", tomorrow), ("d", "1", ""),
    ]  # fmt: skip


def test_fifty_campaigns_with_creators_and_fees_take_few_queries(admin_client, django_assert_max_num_queries, db):
    mara = factories.user("mara")
    for number in range(50):
        campaign = factories.campaign(f"c{number}", owner=mara, status="active")
        ana = factories.collaboration(campaign, "ana", state="agreed", fee=Decimal(100), currency="EUR")
        factories.deliverable(ana, due_on=TODAY())

    with django_assert_max_num_queries(12):
        page = admin_client.get(LIST)

    assert len(listed(page)) == 50


def test_the_file_for_spreadsheets_has_the_campaigns_that_are_filtered(admin_client, spring, several):
    Campaign.objects.filter(pk="spring").update(name="=1+1", platforms=["instagram", "x"])
    factories.collaboration(spring, "ana", state="paid", fee=Decimal(800), currency="EUR")
    factories.collaboration(spring, "cai", state="agreed", fee=Decimal(300), currency="USD")

    answer = admin_client.get(f"{CSV}?brand=nova&status=active&q=1")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))

    assert [line["id"] for line in lines] == ["spring"]
    told = {name: lines[0][name] for name in ("name", "platforms", "currency", "budget", "agreed fees", "paid fees")}
    assert told == {
        "name": "'=1+1", "platforms": "instagram | x", "currency": "EUR", "budget": "1200.00",
        "agreed fees": "800.00", "paid fees": "800.00",
    }  # fmt: skip
    assert lines[0]["fees in other currencies"] == "agreed 300 USD, paid 0 USD"
    assert 'filename="campaigns.csv"' in answer["Content-Disposition"]


# Campaigns that only others have seen


@pytest.fixture
def elsewhere(db, spring):
    factories.engagement("ana", "campaign_1", platform="tiktok")
    factories.engagement("bo", "campaign_1")
    factories.engagement("bo", "spring")
    factories.brief("Nike", "Air Max", campaign_id="campaign_1", platform="instagram")
    factories.brief("Puma", "Suede", campaign_id="nach/Süden & <b>")


def test_ids_that_only_others_have_seen_are_listed_with_where(admin_client, elsewhere):
    assert "Seen elsewhere (2)" in text(admin_client.get(LIST))

    page = admin_client.get(SEEN)

    assert page.context["rows"] == [("campaign_1", "2 results, 1 brief"), ("nach/Süden & <b>", "1 brief")]
    assert "nach/Süden &amp; &lt;b&gt;" in text(page)


def test_one_is_adopted_as_a_draft_of_what_is_known(admin_client, admin_user, elsewhere):
    answer = admin_client.post(SEEN, {"campaign": "campaign_1"})

    assert answer.url == "/admin/campaign/campaign_1/"
    campaign = Campaign.objects.get(pk="campaign_1")
    assert (campaign.brand, campaign.product, campaign.status) == ("Nike", "Air Max", "draft")
    assert sorted(campaign.platforms) in (["tiktok"], ["instagram"], ["instagram", "tiktok"])
    assert Event.objects.get().by == admin_user
    assert LogEntry.objects.get().change_message == "Adopted."


def test_several_are_adopted_at_once_and_said_in_one_message(admin_client, elsewhere):
    ids = ["campaign_1", "nach/Süden & <b>", "spring", "campaign_1", "a\tb"]

    page = admin_client.post(SEEN, {"campaign": ids}, follow=True)

    said = [str(message) for message in page.context["messages"]]
    assert said == [
        "That is no id of a campaign: May not hold control characters, nor begin or end with a space.",
        "2 campaigns adopted as drafts: campaign_1, nach/Süden & <b>.",
        "There already: spring.",
    ]
    assert len(set(Event.objects.filter(type="CampaignCreated").values_list("batch"))) == 1
    assert "Every campaign is known" in text(page)


def test_ticking_nothing_adopts_nothing(admin_client, elsewhere):
    page = admin_client.post(SEEN, {}, follow=True)

    assert [str(message) for message in page.context["messages"]] == ["Tick a campaign to adopt it."]
    assert Campaign.objects.count() == 1


def test_the_page_leads_from_fifty_to_the_next(admin_client, db):
    for number in range(60):
        factories.brief(campaign_id=f"c{number:02}")
    factories.campaign("c07")

    first = admin_client.get(SEEN)
    second = admin_client.get(SEEN, {"after": first.context["next_page"]})

    assert [len(page.context["rows"]) for page in (first, second)] == [50, 9]
    assert (second.context["rows"][0][0], second.context["rows"][-1][0]) == ("c51", "c59")
    assert second.context["next_page"] == ""
    assert [row[0] for row in admin_client.get(SEEN, {"q": "c5"}).context["rows"]][:2] == ["c50", "c51"]


def test_the_count_stops_where_nobody_counts_on(admin_client, monkeypatch):
    monkeypatch.setattr("campaigns.unadopted.LOOKS", (2, 3))
    monkeypatch.setattr("campaigns.admin.seen.MAX_COUNTED", 3)
    for number in range(6):
        factories.brief(campaign_id=f"c{number}")

    assert "Seen elsewhere (3+)" in text(admin_client.get(LIST))
    assert unadopted("c4") == ({"c5": [Seen("c5", in_words(1, "brief"))]}, "")


def test_ids_are_looked_at_twice_for_one_that_waits_behind_campaigns(admin_client, monkeypatch):
    monkeypatch.setattr("campaigns.unadopted.LOOKS", (1, 2))
    for number in range(5):
        factories.brief(campaign_id=f"c{number}")
    for number in (0, 1, 3, 4):
        factories.campaign(f"c{number}")

    assert unadopted() == ({"c2": [Seen("c2", in_words(1, "brief"))]}, "c2")

    factories.campaign("c2")
    assert "Seen elsewhere" not in text(admin_client.get(LIST))
