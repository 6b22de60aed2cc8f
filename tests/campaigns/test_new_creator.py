"""The form that adds a creator: whose id is typed, the handle, or made from the name."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from campaigns.models import Creator
from famekeeda.ids import PATH_REFUSAL as UNFIT
from tests import factories

pytestmark = pytest.mark.django_db
ADD = "/admin/campaigns/creator/add/"


def add(client, **fields):
    return client.post(ADD, {"revision": "0"} | fields)


def test_a_creator_is_added_with_the_handle_as_id(admin_client):
    answer = add(
        admin_client,
        name="Ana Silva", country="pt", topics="Food", handle_tiktok="@ana.tik", followers_tiktok="900",
        followers_youtube="12", usual_fee="400", currency="eur",
    )  # fmt: skip

    ana = Creator.objects.get()
    assert answer.headers["Location"] == "/admin/creator/ana.tik/"
    assert (ana.pk, ana.name, ana.country, ana.topics, ana.revision) == ("ana.tik", "Ana Silva", "PT", ["food"], 1)
    assert (ana.usual_fee, ana.currency, ana.followers) == (400, "EUR", 900)
    assert list(ana.accounts.values_list("platform", "handle", "followers")) == [
        ("tiktok", "ana.tik", 900), ("youtube", "", 12)
    ]  # fmt: skip
    assert "Ana Silva is there, with the id ana.tik." in admin_client.get("/admin/creator/ana.tik/").content.decode()
    assert LogEntry.objects.filter(object_id="ana.tik", action_flag=1).exists()


def test_an_id_that_is_typed_wins(admin_client):
    add(admin_client, influencer_id="crm/17", name="Ana", handle_x="ana")

    assert Creator.objects.get().pk == "crm/17"


def test_an_id_is_made_from_the_name_that_no_creator_has_anywhere(admin_client):
    factories.creator("ana-silva", "Somebody")
    factories.collaboration(factories.campaign("spring"), "ana-silva-2")
    factories.engagement("ana-silva-3")

    add(admin_client, name="Ána Silva")
    add(admin_client, name="佐藤 美咲")

    assert Creator.objects.get(name="Ána Silva").pk == "ana-silva-4"
    assert Creator.objects.get(name="佐藤 美咲").pk == "creator"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({}, "__all__", "Type a name, a handle or an id."),
        ({"influencer_id": "c-1"}, "influencer_id", "There is a profile of Ana Silva already. Its id is c-1."),
        ({"handle_x": "c-1"}, "influencer_id", "There is a profile of Ana Silva already. Its id is c-1."),
        ({"handle_instagram": "ANA.silva"}, "handle_instagram", "Ana Silva has this handle already, with the id c-1."),
        ({"influencer_id": "x" * 201}, "influencer_id", "Ensure this value has at most 200 characters (it has 201)."),
        ({"influencer_id": "a\0b"}, "influencer_id", "May not hold control characters."),
        ({"influencer_id": "a\u2028b\x07"}, "influencer_id", "May not hold control characters."),
        ({"influencer_id": ".."}, "influencer_id", UNFIT),
        ({"handle_x": ".."}, "influencer_id", f".. cannot be the id of anything new. {UNFIT}"),
        ({"name": "Ana", "handle_x": "a b"}, "handle_x", "Must hold no spaces, and 100 characters at most."),
        ({"handle_x": "a\x07"}, "handle_x", "May not hold control characters."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(admin_client, fields, field, said):
    factories.creator("c-1", "Ana Silva")

    answer = add(admin_client, **fields)

    assert answer.status_code == 400
    assert {name: list(errors) for name, errors in answer.context["form"].errors.items()} == {field: [said]}
    assert said in answer.content.decode()
    assert Creator.objects.count() == 1


def test_what_is_typed_is_read_as_in_a_list(admin_client):
    add(
        admin_client,
        country="Vietnam", language="Deutsch", usual_fee="1.200 €",
        handle_instagram="https://www.instagram.com/ana.s/?igsh=1", followers_instagram="85,5k",
    )  # fmt: skip

    ana = Creator.objects.get()
    assert (ana.pk, ana.country, ana.language, ana.usual_fee, ana.currency) == ("ana.s", "VN", "de", 1200, "EUR")
    assert list(ana.accounts.values_list("platform", "handle", "followers")) == [("instagram", "ana.s", 85_500)]


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"country": "Vietn"}, "country",
         "Must be the name of a country or its two letters, such as Germany or DE."),
        ({"language": "Ger"}, "language", "Must be the name of a language or its code, such as German, de or pt-BR."),
        ({"handle_tiktok": "https://www.instagram.com/ana"}, "handle_tiktok", "This is a link to instagram."),
        ({"handle_youtube": "https://youtube.com/watch?v=7"}, "handle_youtube",
         "This is a link that names no handle; expected a handle, or a link to a profile on instagram.com, tiktok.com, "
         "youtube.com."),
        ({"followers_tiktok": "85,5q"}, "followers_tiktok",
         "This number is not a whole number. Type one such as 12000 or 85,5k."),
        ({"usual_fee": "12 €", "currency": "USD"}, "usual_fee", "Is in EUR here, and the currency is USD."),
        ({"usual_fee": "$12"}, "currency", "Say in which currency, such as USD, CAD or AUD."),
        ({"usual_fee": "-3", "currency": "EUR"}, "usual_fee", "This fee is negative."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_in_a_list_is_said_beside_its_field(admin_client, fields, field, said):
    answer = add(admin_client, name="Ana", **fields)

    errors = {name: list(errors) for name, errors in answer.context["form"].errors.items()}
    assert (answer.status_code, errors) == (400, {field: [said]})
    assert not Creator.objects.exists()


def test_no_browser_cuts_what_is_typed(admin_client):
    fields = re.findall(r"<input[^>]*>", admin_client.get(ADD).content.decode())

    cutting = [field for field in fields if "maxlength" in field and 'name="currency"' not in field]
    assert (len(fields) > 10, [field for field in cutting if 'form="' not in field]) == (True, [])


def test_who_may_add_and_not_change_adds_and_sees_no_money(client):
    client.force_login(factories.user("tom", "campaigns.view_creator", "campaigns.add_creator", is_staff=True))

    page = client.get(ADD).content.decode()
    add(client, name="Ana", usual_fee="400", currency="EUR", contact="ana@x.pt")
    ana = Creator.objects.get()

    assert [field for field in ("usual_fee", "currency", "contact") if f'name="{field}"' in page] == []
    assert (ana.name, ana.usual_fee, ana.currency, ana.contact) == ("Ana", None, "", "")


def test_who_may_change_and_not_add_adds_nobody(client):
    client.force_login(factories.user("tom", "campaigns.view_creator", "campaigns.change_creator", is_staff=True))

    assert client.get(ADD).status_code == add(client, name="Ana").status_code == 403
    assert not Creator.objects.exists()
