"""What crosses between apps: each question goes to every app that answers it, and the answers become one."""

from datetime import date

import pytest
from django.apps import apps

from famekeeda import shared
from famekeeda.apps import ProjectApp
from famekeeda.pages import Panel, html
from famekeeda.shared import CampaignFacts, Column, CreatorName, Figures, Found, Seen
from tests import factories


@pytest.fixture(autouse=True)
def alone(monkeypatch, request):
    """No app of the project answers, unless a test asks for the database and with it for their answers."""
    if "db" not in request.fixturenames:
        for app in apps.get_app_configs():
            if isinstance(app, ProjectApp):
                monkeypatch.setattr(app, "shared", "")


def test_facts_of_a_campaign_are_the_first_that_is_known_and_the_creators_of_all(register):
    def first(campaign_id):
        return CampaignFacts(name="Spring", goal="Reach runners", creators=("ana",))

    def second(campaign_id):
        return CampaignFacts(name="Other", brand="Nike", creators=("ben", "ana"), starts_on=date(2026, 3, 1))

    register("weather", campaign_facts=first)
    register("sea", campaign_facts=second)
    register("stars", campaign_facts=lambda campaign_id: None)

    assert shared.campaign_facts("spring") == CampaignFacts(
        name="Spring", brand="Nike", goal="Reach runners", creators=("ana", "ben"), starts_on=date(2026, 3, 1)
    )


def test_a_campaign_that_no_app_knows_has_no_facts():
    assert shared.campaign_facts("spring") == CampaignFacts()


def test_names_come_from_the_first_app_that_knows_the_creator_who_is_asked_once_for_all(register):
    asked = []
    register("weather", creator_names=lambda ids: asked.append(ids) or {"ana": CreatorName("Ana Silva", "ana.s")})
    register("sea", creator_names=lambda ids: {"ana": CreatorName("Other"), "ben": CreatorName("Ben Ode")})

    names = shared.creator_names(["ben", "ana", "ben", "", "cleo"])

    assert asked == [["ana", "ben", "cleo"]]
    assert names == {"ana": CreatorName("Ana Silva", "ana.s"), "ben": CreatorName("Ben Ode")}


def test_a_page_asks_once_for_each_name_also_for_those_that_nobody_knows(register):
    asked = []
    register("weather", creator_names=lambda ids: asked.append(ids) or {"ana": CreatorName("Ana Silva")})

    with shared.remembering_names():
        assert shared.creator_names(["ana", "ben"]) == {"ana": CreatorName("Ana Silva")}
        assert shared.creator_names(["ben", "ana", "cleo"]) == {"ana": CreatorName("Ana Silva")}
        assert shared.creator_names(["cleo"]) == {}
    shared.creator_names(["ana"])

    assert asked == [["ana", "ben"], ["cleo"], ["ana"]]


def test_nobody_is_asked_for_the_names_of_nobody(register):
    register("weather", creator_names=lambda ids: pytest.fail("asked for nobody"))

    assert shared.creator_names([""]) == {}


def test_ids_are_cut_where_every_app_has_said_all_it_knows(register):
    register("weather", campaign_ids=lambda text, limit, after: [Seen("a", "1 cloud"), Seen("d", "2 clouds")])
    register("sea", campaign_ids=lambda text, limit, after: [Seen("a", "1 wave"), Seen("c", "2 waves")])

    assert shared.campaign_ids("", limit=2) == {
        "a": [Seen("a", "1 cloud"), Seen("a", "1 wave")],
        "c": [Seen("c", "2 waves")],
    }


def test_figures_come_with_their_rate(register):
    figures = Figures(views=2_000, engagements=90, platform="tiktok")
    register("weather", creator_figures=lambda campaign_id, ids: {"ana": figures} if campaign_id == "spring" else {})

    assert shared.creator_figures("spring", ["ana", "ben"])["ana"].rate == 4.5
    assert shared.creator_figures("autumn", ["ana"]) == {}


def test_evidence_columns_and_finds_of_all_apps_stand_together(register):
    register("weather", brief_evidence=lambda campaign_id, influencer_id: {"sky": "blue", "wind": 3})
    register(
        "sea",
        brief_evidence=lambda campaign_id, influencer_id: {"sky": "grey", "waves": 2},
        creator_columns=lambda request, campaign_id, ids: [Column("Waves", {"ana": "2"})],
        search=lambda request, text, limit: [Found("Waves", text, "/wave/")],
    )

    assert shared.brief_evidence("spring", "ana") == {"sky": "blue", "wind": 3, "waves": 2}
    assert shared.creator_columns(None, "spring", ["ana"]) == [Column("Waves", {"ana": "2"})]
    assert shared.search(None, "big") == [Found("Waves", "big", "/wave/")]


def test_a_page_shows_panels_by_their_order(rf):
    panels = [
        Panel("error.html", {"detail": detail}, order=order) for detail, order in (("c", 90), ("a", 10), ("b", 50))
    ]

    shown = html(panels, rf.get("/"))

    assert ["<p>a</p>" in shown[0], "<p>b</p>" in shown[1], "<p>c</p>" in shown[2]] == [True, True, True]


@pytest.fixture
def names(db, register):
    register(
        "weather",
        campaign_names=lambda ids: {"spring": "Spring <2027>"},
        creator_names=lambda ids: {"ana": CreatorName("Ana & Silva", "ana.s")} if "ana" in ids else {},
    )


def test_the_page_of_a_campaign_is_titled_with_its_name_and_keeps_the_id(admin_client, names):
    page = admin_client.get("/admin/campaign/spring/")

    assert page.context["title"] == "Spring <2027>"
    assert "Spring &lt;2027&gt; <small" in page.content.decode()
    assert ">spring</small>" in page.content.decode()


def test_who_may_see_nothing_of_a_campaign_reads_no_name(client, names):
    client.force_login(factories.user(is_staff=True))

    assert "2027" not in client.get("/admin/campaign/spring/").content.decode()


def test_the_page_of_a_creator_is_titled_with_the_name_and_keeps_handle_and_id(admin_client, names):
    factories.engagement("ana")

    page = admin_client.get("/admin/creator/ana/").content.decode()

    assert "Creator › Ana &amp; Silva <small" in page
    assert ">@ana.s · ana</small>" in page
