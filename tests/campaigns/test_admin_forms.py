"""The forms that add and edit a campaign: what they refuse, in words, and two people at one campaign."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from campaigns.models import Campaign
from famekeeda.events.models import Event
from tests import factories

pytestmark = pytest.mark.usefixtures("catalogues")

ADD, CHANGE = "/admin/campaigns/campaign/add/", "/admin/campaigns/campaign/spring/change/"
TYPED = {"name": "Spring drop", "status": "draft"}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def errors(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def spring(db):
    return factories.campaign(
        "spring",
        name="Spring drop",
        brand="Nova",
        budget=Decimal("900.00"),
        currency="EUR",
        status="active",
        platforms=["tiktok", "instagram"],
        starts_on=date(2027, 3, 1),
        ends_on=date(2027, 4, 1),
    )


def form_of(client) -> dict:
    """What a browser would post back of the form that it has just got."""
    form = client.get(CHANGE).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def test_the_form_asks_in_words_and_offers_calendars_platforms_owners_and_currencies(admin_client, admin_user):
    factories.user("mara", first_name="Mara", last_name="Lopes")
    factories.user("gone", is_active=False)

    page = text(admin_client.get(ADD))

    assert page.count("vDateField") == 2
    assert re.findall(r'type="checkbox" name="platforms" value="(\w+)"', page)[:3] == [
        "facebook",
        "instagram",
        "linkedin",
    ]
    assert re.findall(r'<datalist id="currencies"><option value="(\w+)"', page) == ["EUR"]
    assert "Where the creators are to post" in page
    owner = page.partition('name="owner"')[2].partition("</select>")[0]
    assert ("Mara Lopes (mara)" in owner, "gone" in owner, "Nobody" in owner) == (True, False, True)
    assert f'<option value="{admin_user.pk}" selected>admin' in owner


def test_a_campaign_is_added_and_recorded_and_its_story_opens(admin_client, admin_user):
    form = TYPED | {
        "brand": " Nova\n ", "product": "Running shoes", "goal": "More sales", "platforms": ["tiktok", "x"],
        "starts_on": "2027-03-01", "ends_on": "2027-04-01", "owner": admin_user.pk, "status": "active",
        "budget": "1200", "media_budget": "800.5", "currency": "eur",
    }  # fmt: skip

    page = admin_client.post(ADD, form, follow=True)

    assert page.redirect_chain[0][0] == "/admin/campaign/spring-drop/"
    assert said(page) == ["Spring drop is there, with the id spring-drop."]
    campaign = Campaign.objects.get()
    assert (campaign.brand, campaign.platforms, campaign.owner, campaign.created_by) == (
        "Nova", ["tiktok", "x"], admin_user, admin_user,
    )  # fmt: skip
    assert (campaign.budget, campaign.media_budget, campaign.currency) == (Decimal("1200.00"), Decimal("800.50"), "EUR")
    event = Event.objects.get()
    assert (event.type, event.campaign_id, event.by) == ("CampaignCreated", "spring-drop", admin_user)
    assert LogEntry.objects.get().object_id == "spring-drop"


def test_the_id_of_other_systems_may_be_given(admin_client):
    admin_client.post(ADD, TYPED | {"id": " Crm-77 "})

    assert Campaign.objects.get().pk == "Crm-77"


def test_creators_who_are_chosen_at_once_join_the_shortlist_in_the_same_transaction(admin_client, admin_user):
    admin_client.post(ADD, TYPED | {"creators": "bo\nana\nbo"})

    joined = Campaign.objects.get().collaborations.values_list("influencer_id", "state")
    assert list(joined) == [("ana", "shortlisted"), ("bo", "shortlisted")]
    events = Event.objects.order_by("sequence").values_list("type", "by", "batch")
    assert [type for type, _, _ in events] == ["CampaignCreated", "CreatorStateChanged", "CreatorStateChanged"]
    assert len({(by, batch) for _, by, batch in events}) == 1


def test_whoever_may_not_add_creators_to_campaigns_adds_a_campaign_without(client, db):
    client.force_login(factories.user("ken", "campaigns.add_campaign", "campaigns.view_campaign", is_staff=True))
    assert 'name="creators"' not in text(client.get(ADD))

    client.post(ADD, TYPED | {"creators": "bo"})

    assert not Campaign.objects.get().collaborations.exists()


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({"name": " "}, {"name": ["Give the campaign a name."]}),
        ({"name": "x" * 201}, {"name": ["Ensure this value has at most 200 characters (it has 201)."]}),
        ({"name": "a\x1bb"}, {"name": ["May not hold control characters."]}),
        ({"brand": "a\x00b"}, {"brand": ["May not hold control characters."]}),
        ({"starts_on": "2027-03-02", "ends_on": "2027-03-01"}, {"ends_on": ["The campaign ends before it starts."]}),
        ({"starts_on": "soon"}, {"starts_on": ["Enter a valid date."]}),
        ({"budget": "-1", "currency": "EUR"}, {"budget": ["An amount cannot be negative."]}),
        ({"budget": "1e3000000", "currency": "EUR"}, None),
        ({"budget": "NaN", "currency": "EUR"}, {"budget": ["Type a number, such as 1200.00."]}),
        ({"budget": "1" * 13, "currency": "EUR"}, {"budget": ["An amount has 12 digits before its point at most."]}),
        (
            {"budget": "1,250", "currency": "EUR"},
            {"budget": ["Can be read as 1250 and as 1.250. Write 1250 or 1250.00 for the first."]},
        ),
        ({"budget": "5 USD", "currency": "EUR"}, {"budget": ["Is in USD here, and the currency is EUR."]}),
        ({"currency": "EUX"}, {"currency": ["EUX is no currency that we know. Type its three letters, such as EUR."]}),
        ({"budget": "0.001", "currency": "EUR"}, {"budget": ["An amount has two digits after its point at most."]}),
        ({"budget": "5"}, {"currency": ["Say in which currency the budget is, such as EUR."]}),
        ({"media_budget": "0"}, {"currency": ["Say in which currency the budget is, such as EUR."]}),
        ({"currency": "E1R"}, {"currency": ["Must be the three letters of a currency, such as EUR."]}),
        ({"platforms": ["myspace"]}, {"platforms": ["myspace is none of the platforms of the catalogue."]}),
        ({"status": "completed"}, None),
        ({"creators": "a\x07b"}, None),
        ({"owner": "99999999999999999999"}, None),
        ({"id": "a/b"}, None),
        ({"id": ".."}, {"id": ["A new id may not hold a slash, nor be . or .. alone, which paths cannot carry."]}),
        ({"id": "a\ufeffb"}, None),
        ({"id": "there"}, {"id": ["There is a campaign there already."]}),
        ({"id": "x" * 201}, None),
    ],
)
def test_nonsense_is_refused_at_its_field_in_words(admin_client, typed, refused):
    factories.campaign("there")

    page = admin_client.post(ADD, TYPED | typed)

    assert page.status_code == 200
    assert errors(page) == refused if refused else list(errors(page)) == [next(iter(typed))]
    assert Campaign.objects.count() == 1
    assert not Event.objects.exists()


def test_an_id_that_somebody_takes_at_that_moment_is_refused_in_words(admin_client, monkeypatch):
    start = type(Campaign.objects).start

    def too_late(campaigns, **fields):
        factories.campaign("crm")  # rolled back with the rest, so the second look needs its own
        monkeypatch.setattr(type(Campaign.objects), "start", start)
        monkeypatch.setattr("campaigns.admin.forms.checked_id", lambda id: factories.campaign("crm") and id)
        return campaigns.start(**fields)

    monkeypatch.setattr(type(Campaign.objects), "start", too_late)

    page = admin_client.post(ADD, TYPED | {"id": "crm"})

    assert errors(page) == {"id": ["There is a campaign crm already."]}


def test_a_form_that_is_saved_as_it_was_changes_and_records_nothing(admin_client, spring):
    admin_client.post(CHANGE, form_of(admin_client))

    spring.refresh_from_db()
    assert spring.revision == 1
    assert not Event.objects.exists()
    assert not LogEntry.objects.exists()


def test_what_was_changed_is_recorded_with_before_and_after(admin_client, spring):
    page = admin_client.post(CHANGE, form_of(admin_client) | {"budget": "1200", "status": "paused"}, follow=True)

    assert page.redirect_chain[0][0] == "/admin/campaign/spring/"
    assert said(page) == ["Spring drop is saved."]
    assert Event.objects.get().data == {
        "name": "Spring drop",
        "changes": {"status": {"before": "active", "after": "paused"}},
        "amounts": {"budget": {"before": "900.00", "after": "1200.00"}},
    }
    assert "Budget" in LogEntry.objects.get().get_change_message()


def test_the_form_offers_statuses_that_follow_and_says_why_another_is_refused(admin_client, spring):
    Campaign.objects.update(status="paused")
    offered = text(admin_client.get(CHANGE)).partition('name="status"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="(\w+)"', offered) == ["paused", "active", "completed", "cancelled"]

    page = admin_client.post(CHANGE, form_of(admin_client) | {"status": "draft"})

    assert errors(page) == {
        "status": [
            "Spring drop is paused and cannot become draft. After paused comes active or completed or cancelled."
        ]
    }


def test_a_platform_that_left_the_catalogue_stays_until_somebody_unticks_it(admin_client, spring):
    Campaign.objects.update(platforms=["vine", "tiktok"])

    admin_client.post(CHANGE, form_of(admin_client) | {"brand": "Novalis"})
    assert Campaign.objects.get().platforms == ["vine", "tiktok"]

    admin_client.post(CHANGE, form_of(admin_client) | {"platforms": ["tiktok"]})
    assert Campaign.objects.get().platforms == ["tiktok"]


@pytest.fixture
def opened(admin_client, spring):
    """The form as one person has it open while mara changes the brand, twice, and the budget."""
    form, mara = form_of(admin_client), factories.user("mara")
    spring.change(by=mara, brand="Novum")
    spring.change(by=mara, brand="Novalis", budget=Decimal(1500))
    return form


def test_the_second_of_two_people_is_told_and_keeps_what_was_typed(admin_client, opened):
    page = admin_client.post(CHANGE, opened | {"brand": "Nova Sport", "goal": "More sales"})

    assert errors(page) == {
        "__all__": [
            "mara changed this campaign while you had it open. What you typed is still here, and nothing is saved yet:"
            " look it over, and save again."
        ],
        "brand": ["mara set it to Novalis meanwhile. Save again to keep what you typed."],
    }
    again = page.context["adminform"].form
    assert [again[name].value() for name in ("brand", "goal", "budget", "opened")] == [
        "Nova Sport", "More sales", "1500.00", "3",
    ]  # fmt: skip
    assert 'name="opened" value="3"' in text(page)
    campaign = Campaign.objects.get()
    assert (campaign.brand, campaign.goal) == ("Novalis", "")

    admin_client.post(CHANGE, {name: value or "" for name, value in again.data.lists() for value in [value[0]]} | {
        "platforms": again.data.getlist("platforms"),
    })  # fmt: skip

    campaign.refresh_from_db()
    assert (campaign.brand, campaign.goal, campaign.budget) == ("Nova Sport", "More sales", Decimal("1500.00"))
    assert campaign.platforms == ["tiktok", "instagram"]


def test_a_form_without_its_revision_is_not_saved(admin_client, spring):
    form = form_of(admin_client) | {"brand": "Puma"}

    for revision in ("", "first", "-1", "9" * 30):
        page = admin_client.post(CHANGE, form | {"opened": revision})
        assert page.status_code == 200

    assert Campaign.objects.get().brand == "Nova"
    assert errors(page)["__all__"][0].startswith("Somebody changed this campaign while you had it open.")


def test_whoever_may_not_see_budgets_edits_a_campaign_without_them(client, spring):
    client.force_login(factories.user("ken", "campaigns.view_campaign", "campaigns.change_campaign", is_staff=True))
    page = text(client.get(CHANGE))
    assert [word for word in ("900.00", 'name="budget"', 'name="currency"') if word in page] == []

    client.post(CHANGE, form_of(client) | {"brand": "Novalis", "budget": "1", "currency": "USD"})

    campaign = Campaign.objects.get()
    assert (campaign.brand, campaign.budget, campaign.currency) == ("Novalis", Decimal("900.00"), "EUR")


def test_marketing_adds_and_edits_campaigns(client, spring):
    mara = factories.user("mara", is_staff=True)
    mara.groups.add(Group.objects.get(name="Marketing"))
    client.force_login(mara)

    assert client.post(ADD, TYPED | {"name": "Autumn"}).url == "/admin/campaign/autumn/"
    assert client.post(CHANGE, form_of(client) | {"brand": "Novalis"}).url == "/admin/campaign/spring/"
    assert Campaign.objects.get(pk="spring").brand == "Novalis"
