"""The list of creators: what it is narrowed and sorted by, what is done with those ticked, who sees which button."""

import pytest
from django.contrib.auth.models import Group

from campaigns.models import Collaboration, Creator
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/campaigns/creator/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def listed(answer) -> list[str]:
    return [creator.pk for creator in answer.context["cl"].result_list]


@pytest.fixture
def several(db):
    factories.creator("c-1", "Ana Silva", followers=5_000, country="PT", language="pt", topics=["running", "food"])
    factories.creator("c-2", "élise Martin", followers=80_000, country="FR", language="fr", topics=["fashion"])
    factories.creator("c-3", "Ben Ode", followers=999_999, country="DE", language="pt-BR")
    factories.creator("c-4", "Zoë", followers=None, country="DE", language="xx", topics=["long run"])
    factories.creator("c-5", "Dan Roe", followers=9_999)
    tiktok = {"platform": "tiktok", "handle": "dan", "followers": 1_000_000}
    Creator.objects.get(pk="c-5").change(by=None, accounts=[{"platform": "instagram"}, tiktok])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["c-5", "c-3", "c-2", "c-1", "c-4"]),
        ("q=ILV", ["c-1"]),
        ("platform=tiktok", ["c-5"]),
        ("platform=nowhere", []),
        ("followers=under-10k", ["c-1"]),
        ("followers=under-10k&platform=instagram", ["c-5", "c-1"]),
        ("followers=10k-100k", ["c-2"]),
        ("followers=100k-1m", ["c-3"]),
        ("followers=over-1m", ["c-5"]),
        ("followers=over-1m&platform=instagram", []),
        ("followers=many", ["c-5", "c-3", "c-2", "c-1", "c-4"]),
        ("country=de", ["c-3", "c-4"]),
        ("country=DE&language=pt-BR", ["c-3"]),
        ("language=pt", ["c-1"]),
        ("topic=Running", ["c-1"]),
        ("topic=+Long++run", ["c-4"]),
        ("country=+fr+", ["c-2"]),
        ("topic=run", ["c-1", "c-4"]),
        ("topic=NNIN", ["c-1"]),
        ("topic=fo", ["c-1"]),
        ("topic=od", []),
        ("topic=Fóòd ", ["c-1"]),
        ("topic=fashion", ["c-2"]),
        ("topic=%25", []),
        ("topic=%CC%81", []),
        ("topic=%F3%A0", []),
        ("o=1", ["c-1", "c-3", "c-5", "c-4", "c-2"]),
        ("o=-1", ["c-2", "c-4", "c-5", "c-3", "c-1"]),
        ("o=2", ["c-5", "c-3", "c-2", "c-1", "c-4"]),
        ("o=-2&followers=under-10k&platform=instagram", ["c-1", "c-5"]),
    ],
)  # fmt: skip
def test_creators_are_narrowed_and_sorted(admin_client, several, asked, found):
    assert listed(admin_client.get(f"{LIST}?{asked}")) == found


@pytest.mark.parametrize(
    ("followers", "step"),
    [
        (9_999, "under-10k"), (10_000, "10k-100k"), (99_999, "10k-100k"), (100_000, "100k-1m"), (999_999, "100k-1m"),
        (1_000_000, "over-1m"),
    ],
)  # fmt: skip
def test_each_number_of_followers_is_in_one_step(admin_client, followers, step):
    factories.creator(followers=followers)

    steps = ("under-10k", "10k-100k", "100k-1m", "over-1m")
    assert [each for each in steps if listed(admin_client.get(f"{LIST}?followers={each}"))] == [step]


def test_the_filters_offer_the_countries_and_languages_that_creators_have(admin_client, several):
    factories.creator("c-6", "Nobody", country="", language="")
    specs = {spec.parameter_name: spec.lookup_choices for spec in admin_client.get(LIST).context["cl"].filter_specs}

    assert specs["country"] == [("DE", "DE"), ("FR", "FR"), ("PT", "PT")]
    assert specs["language"] == [
        ("fr", "French"), ("pt", "Portuguese"), ("pt-BR", "Portuguese (BR)"), ("xx", "xx")
    ]  # fmt: skip


def test_the_filter_offers_the_topics_that_creators_have_the_most_frequent_first(admin_client, several):
    factories.creator("c-6", "Eve", topics=["food", "<b>"])

    page = admin_client.get(LIST).content.decode()

    assert 'list="topic-offered"' in page
    offered = page.partition('<datalist id="topic-offered">')[2].partition("</datalist>")[0]
    assert offered == "".join(
        f"<option>{each}</option>" for each in ("food", "&lt;b&gt;", "fashion", "long run", "running")
    )


def test_a_topic_that_is_newer_than_the_known_ones_is_found_by_its_whole_name(admin_client, several):
    admin_client.get(LIST)
    factories.creator("c-6", "Eve", topics=["yoga"])

    assert listed(admin_client.get(LIST + "?topic=Yoga")) == ["c-6"]


def test_a_page_costs_as_many_queries_with_fifty_creators_as_with_one(admin_client, django_assert_max_num_queries):
    for number in range(60):
        factories.creator(f"c-{number}", f"Ana {number}", country="PT", topics=["running"])

    for asked in ("", "?o=2", "?followers=10k-100k&platform=instagram&topic=running&country=PT&o=1"):
        with django_assert_max_num_queries(12):
            assert len(listed(admin_client.get(LIST + asked))) == 50


@pytest.mark.parametrize(
    ("index", "asked"),
    [
        ("creator_followers", Creator.objects.order_by("-followers")),
        ("creator_followers", Creator.objects.followed_by(1_000_000)),
        ("creator_country", Creator.objects.filter(country="PT").order_by()),
        ("creator_language", Creator.objects.filter(language="pt").order_by()),
        ("creator_topics", Creator.objects.filter(topics__overlap=["running"]).order_by()),
    ],
)
def test_an_index_finds_what_the_list_asks_for(index, asked):
    from django.db import connection
    from django.db.models import F

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    if asked.query.order_by == ("-followers",):
        asked = asked.order_by(F("followers").desc(nulls_last=True))[:50]
    else:
        asked = asked.order_by()

    assert index in asked.explain()


def test_ticked_creators_are_added_to_a_campaign(admin_client, several):
    spring = factories.campaign("spring")
    page = text(admin_client.get(f"{LIST}?country=DE"))
    assert 'name="influencer" value="c-3" form="creators-ticks" aria-label="Tick Ben Ode"' in page
    assert 'name="next" value="/admin/campaigns/creator/?country=DE#creators"' in page
    assert 'name="action" value="add-to-campaign"' in page

    ticked = {"influencer": ["c-3", "c-4"], "next": f"{LIST}?country=DE#creators", "campaign": "spring"}
    answer = admin_client.post("/admin/act/", ticked | {"action": "add-to-campaign", "confirmed": "1"}, follow=True)

    assert "2 creators were added to Spring." in text(answer)
    assert sorted(spring.collaborations.values_list("influencer_id", flat=True)) == ["c-3", "c-4"]


def test_who_may_only_read_sees_neither_boxes_nor_buttons(client, several):
    client.force_login(factories.user("tom", "campaigns.view_creator", is_staff=True))

    page = text(client.get(LIST))

    assert "Ana Silva" in page
    offered = ("fk-tick", "Add a creator", "Load a list", "Add to a campaign")
    assert [word for word in offered if word in page] == []
    assert client.get(LIST + "add/").status_code == client.post(LIST + "add/", {"name": "Ana"}).status_code == 403


def test_the_buttons_lead_to_the_form_and_to_a_load_of_creators(client):
    mara = factories.user("mara", is_staff=True)
    mara.groups.add(Group.objects.get(name="Marketing"))
    client.force_login(mara)

    page = text(client.get(LIST))

    assert "Load a list of the creators whom you know" in page
    assert 'href="/admin/campaigns/creator/add/"' in page
    assert 'href="/admin/loads/load/add/?kind=creators"' in page
    assert client.get("/admin/loads/load/add/?kind=creators").context["kind"].name == "creators"


def test_an_empty_list_says_who_fills_it_to_whoever_may_not(client):
    client.force_login(factories.user("tom", "campaigns.view_creator", is_staff=True))

    assert "Profiles that your team writes or loads stand here." in text(client.get(LIST))


@pytest.mark.parametrize(
    "asked",
    [
        "contact=ana", "contact__startswith=a", "usual_fee__gte=1", "currency=EUR", "manager=Kim", "note__contains=x",
        "accounts__handle=ana", "load__id=1", "_to_field=contact",
    ],
)  # fmt: skip
def test_no_address_compares_what_the_list_does_not_filter(client, several, asked):
    client.force_login(factories.user("tom", "campaigns.view_creator", is_staff=True))

    assert client.get(f"{LIST}?{asked}").status_code in (302, 400)


def test_the_list_tells_and_finds_nothing_confidential(client):
    factories.creator(
        "ana", "Ana", country="PT", contact="secret@x.pt", usual_fee=7_531, currency="CHF", manager="Mister Kim"
    )
    factories.campaign("spring")
    rights = ("campaigns.view_creator", "campaigns.add_collaboration")
    client.force_login(factories.user("tom", *rights, is_staff=True))
    ticked = {"influencer": "ana", "action": "add-to-campaign", "campaign": "spring", "confirmed": "1"}

    pages = text(client.get(LIST)) + text(client.post("/admin/act/", ticked | {"next": LIST}, follow=True))

    assert Collaboration.objects.filter(influencer_id="ana").exists()
    assert [word for word in ("secret", "7531", "7,531", "CHF", "Kim") if word in pages] == []
    for asked in ("q=secret", "q=7531", "q=CHF", "q=Kim", "topic=CHF", "country=CHF"):
        assert listed(client.get(f"{LIST}?{asked}")) == []
    for order in range(6):  # no column is sorted by what it does not show
        ordering = str(client.get(f"{LIST}?o={order}").context["cl"].queryset.query.order_by)
        assert [name for name in ("contact", "fee", "currency", "manager", "note") if name in ordering] == []
