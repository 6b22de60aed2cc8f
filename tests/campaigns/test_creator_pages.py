"""The creator's page with the profile, the form that edits it, and the table of creators."""

import re

import pytest

from campaigns.models import Creator
from tests import factories

pytestmark = pytest.mark.django_db
EDIT = "/admin/campaigns/creator/profile/ana/"


def typed(client, **fields) -> dict:
    """The form as a browser sends it: what stood in it when it was opened, and what was typed."""
    form = client.get(EDIT).context["form"]
    sent = {"revision": form["revision"].value()}
    for field in form.visible_fields():
        value = "" if field.value() is None else field.value()
        sent |= {field.html_name: value, field.html_initial_name: value}
    return sent | fields


def test_the_creators_page_shows_profile_and_campaigns(admin_client):
    factories.creator("ana", "Ana Silva", country="PT", contact="ana@x.pt", usual_fee=1_200, currency="EUR")
    factories.collaboration(factories.campaign("spring"), "ana", state="agreed", fee=400, currency="EUR")

    page = admin_client.get("/admin/creator/ana/").content.decode()

    for shown in (
        "@ana.silva",
        "12,000 followers",
        "PT",
        "ana@x.pt",
        "1,200.00 EUR",
        ">Spring</a>",
        "Agreed",
        "400.00 EUR",
    ):
        assert shown in page


def test_the_creators_page_writes_platforms_as_people_do(admin_client):
    factories.creator("ana", "Ana Silva")
    accounts = [{"platform": "tiktok", "handle": "ana"}, {"platform": "somewhere", "handle": "ana"}]
    Creator.objects.get(pk="ana").change(by=None, accounts=accounts)

    page = admin_client.get("/admin/creator/ana/").content.decode()

    assert "<dt>TikTok</dt>" in page
    assert "<dt>somewhere</dt>" in page


def test_who_may_not_see_fees_sees_neither_fees_nor_contact(client):
    factories.creator("ana", "Ana Silva", contact="ana@x.pt", usual_fee=7_531, currency="EUR")
    factories.collaboration(factories.campaign("spring"), "ana", fee=8_642, currency="EUR")
    rights = [f"campaigns.{name}" for name in ("view_creator", "change_creator", "view_collaboration")]
    client.force_login(factories.user("tom", *rights, is_staff=True))

    for path in ("/admin/creator/ana/", EDIT):
        page = client.get(path).content.decode()
        assert "Ana Silva" in page
        assert not any(hidden in page for hidden in ("ana@x.pt", "7,531", "7531", "8,642", "8642"))


def test_the_form_stores_what_was_typed(admin_client):
    factories.creator("ana", "Ana Silva", note="Likes mornings")
    sent = typed(
        admin_client, name="Ana Costa", country="pt", topics="Food, running,food", usual_fee="400", currency="eur"
    )

    answer = admin_client.post(
        EDIT,
        sent
        | {"handle_tiktok": "@ana.tik", "followers_tiktok": "900", "handle_instagram": "", "followers_instagram": ""},
    )

    ana = Creator.objects.get()
    assert answer.headers["Location"] == "/admin/creator/ana/"
    assert (ana.name, ana.country, ana.topics, ana.usual_fee, ana.currency) == (
        "Ana Costa",
        "PT",
        ["food", "running"],
        400,
        "EUR",
    )
    assert (ana.note, ana.revision) == ("Likes mornings", 2)
    assert list(ana.accounts.values_list("platform", "handle", "followers")) == [("tiktok", "ana.tik", 900)]


def test_the_form_shows_names_and_leaves_alone_what_was_left_alone(admin_client):
    factories.creator("ana", "Ana Silva", country="DE", language="pt-BR")
    sent = typed(admin_client, name="Ana Costa")
    admin_client.post(EDIT, sent)
    assert list(Creator.objects.values_list("name", "country", "language")) == [("Ana Costa", "DE", "pt-BR")]
    Creator.objects.update(country="ZZ", language="xx")
    admin_client.post(EDIT, typed(admin_client, name="Ana Braga"))

    assert (sent["country"], sent["language"]) == ("Germany", "Brazilian Portuguese")
    assert list(Creator.objects.values_list("name", "country", "language")) == [("Ana Braga", "ZZ", "xx")]


def test_a_creator_without_a_profile_gets_one(admin_client):
    factories.engagement("ana")

    admin_client.post(EDIT, typed(admin_client, name="Ana"))

    assert Creator.objects.get().name == "Ana"


def test_of_two_editors_the_second_is_told_and_undoes_nothing(admin_client):
    factories.creator("ana", "Ana Silva")
    sent = typed(admin_client, manager="Kim")
    Creator.objects.get().change(by=None, name="Ana Costa")

    refused = admin_client.post(EDIT, sent)
    again = admin_client.post(EDIT, sent | {"revision": refused.context["form"].data["revision"]})

    assert refused.status_code == 409
    assert "Somebody changed this profile meanwhile" in refused.content.decode()
    assert again.status_code == 302
    assert list(Creator.objects.values_list("name", "manager")) == [("Ana Costa", "Kim")]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("country", "Atlantis"), ("country", "EU"), ("language", "Klingon"),
        ("country", "1"), ("language", "x"), ("currency", "E"), ("usual_fee", "-3"),
        ("handle_tiktok", "a b"), ("followers_tiktok", "many"), ("followers_tiktok", "-1"), ("name", "x" * 201),
        ("topics", "x" * 61),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(admin_client, field, text):
    factories.creator("ana", "Ana Silva")

    answer = admin_client.post(EDIT, typed(admin_client, **{field: text}))

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert Creator.objects.get().revision == 1


def test_editing_needs_the_right_to_change_and_a_first_profile_the_right_to_add(client):
    factories.creator("ana", "Ana Silva")
    factories.engagement("ben")
    first = EDIT.replace("ana", "ben")

    def allowed(name, *rights):
        client.force_login(factories.user(name, "campaigns.view_creator", *rights, is_staff=True))
        pages = {path: client.get(path).status_code for path in (EDIT, first)}
        buttons = [client.get(f"/admin/creator/{pk}/").content.decode() for pk in ("ana", "ben")]
        return [*pages.values(), "Edit the profile" in buttons[0], "Add a profile" in buttons[1]]

    assert allowed("tom") == [403, 403, False, False]
    assert allowed("may-add", "campaigns.add_creator") == [403, 200, False, True]
    assert allowed("may-change", "campaigns.change_creator") == [200, 403, True, False]


def test_the_creators_page_adds_the_creator_to_a_campaign(admin_client):
    factories.creator("ana", "Ana Silva")
    spring = factories.campaign("spring")
    page = admin_client.get("/admin/creator/ana/").content.decode()
    form = page.partition('id="campaigns-ticks"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    del hidden["csrfmiddlewaretoken"]

    assert re.findall(r'name="action" value="([^"]+)"', form) == ["add-to-campaign"]
    answer = admin_client.post(
        "/admin/act/", hidden | {"action": "add-to-campaign", "confirmed": "1", "campaign": "spring"}
    )

    assert answer.headers["Location"] == "/admin/creator/ana/#campaigns"
    assert list(spring.collaborations.values_list("influencer_id", "state")) == [("ana", "shortlisted")]
    assert 'href="/admin/campaign/spring/">Spring</a>' in admin_client.get("/admin/creator/ana/").content.decode()


def test_who_may_add_nobody_to_a_campaign_is_offered_no_button_for_it(client):
    factories.creator("ana", "Ana Silva")
    client.force_login(factories.user("tom", "campaigns.view_creator", is_staff=True))

    assert "Add to a campaign" not in client.get("/admin/creator/ana/").content.decode()
