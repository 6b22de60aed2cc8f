"""A brief for each of several creators: what the form takes from the campaign, and what comes of each creator."""

import pytest
from django.contrib.messages import get_messages

from briefs.models import Brief
from famekeeda.circuit import MAX_FAILURES, Circuit
from famekeeda.shared import CampaignFacts, CreatorName
from tests import factories

pytestmark = pytest.mark.usefixtures("catalogues")

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


def act(client, *creators, campaign="spring", **fields):
    return client.post(
        "/admin/act/", {"action": "brief", "of_campaign": campaign, "influencer": creators, "next": "/admin/"} | fields
    )


def brief_them(client, *creators, **fields):
    return act(client, *creators, confirmed="1", **WORDS | {"own_platform": "on"} | fields)


def said(response) -> str:
    """The latest message."""
    return [str(message) for message in get_messages(response.wsgi_request)][-1]


def briefs() -> dict[str, Brief]:
    return {brief.influencer_id: brief for brief in Brief.objects.all()}


def test_the_form_is_filled_in_with_what_is_known_of_the_campaign(admin_client, register):
    register(
        "weather",
        campaign_facts=lambda campaign_id: CampaignFacts(
            name="Spring", brand="Nike", product="Air <Max>", goal="Reach runners", platforms=("vine", "tiktok")
        ),
    )

    page = act(admin_client, "ana").content.decode()

    assert 'value="Nike"' in page
    assert 'value="Air &lt;Max&gt;"' in page
    assert "\nReach runners</textarea>" in page
    assert '<option value="tiktok" selected>' in page
    assert not Brief.objects.exists()


def test_each_creator_gets_a_brief_and_one_message_says_so(admin_client, admin_user):
    response = brief_them(admin_client, "ana", "ben", instructions="Shorter")

    assert said(response) == "2 briefs are requested."
    assert response["Location"] == "/admin/"
    assert sorted(briefs()) == ["ana", "ben"]
    brief = briefs()["ana"]
    assert (brief.brand, brief.product, brief.goal, brief.platform) == tuple(WORDS.values())
    assert (brief.campaign_id, brief.instructions, brief.language, brief.by) == ("spring", "Shorter", "en", admin_user)


def test_who_was_briefed_before_keeps_the_brief(admin_client):
    brief_them(admin_client, "ana")

    assert said(brief_them(admin_client, "ana", "ben")) == "1 brief is requested, 1 was there already."
    assert said(brief_them(admin_client, "ana", "ben")) == "No brief is requested, 2 were there already."
    assert Brief.objects.count() == 2


def test_each_creator_is_briefed_for_a_platform_of_the_campaign_and_in_a_language_of_their_own(admin_client, register):
    register(
        "weather",
        creator_names=lambda ids: {
            "ana": CreatorName("Ana", platforms=("youtube", "tiktok"), language="pt-BR"),
            "ben": CreatorName("Ben", platforms=("vine", "youtube"), language="klingon!"),
            "cleo": CreatorName("Cleo", platforms=("vine",)),
            "fay": CreatorName("Fay", platforms=("youtube", "x", "tiktok")),
        },
    )
    factories.engagement("dora", "spring", platform="X", views=10)
    factories.engagement("dora", "spring", platform="tiktok", views=9_000)

    brief_them(admin_client, "ana", "ben", "cleo", "dora", "emil", "fay")

    assert {creator: (brief.platform, brief.language) for creator, brief in briefs().items()} == {
        "ana": ("tiktok", "pt-br"),
        "ben": ("instagram", "en"),
        "cleo": ("instagram", "en"),
        "dora": ("tiktok", "en"),
        "emil": ("instagram", "en"),
        "fay": ("x", "en"),
    }


def test_a_campaign_that_names_no_platform_leaves_each_creator_the_platform_with_most_followers(admin_client, register):
    register("weather", creator_names=lambda ids: {"ana": CreatorName("Ana", platforms=("vine", "youtube", "tiktok"))})

    brief_them(admin_client, "ana", "ben")

    assert {creator: brief.platform for creator, brief in briefs().items()} == {"ana": "youtube", "ben": "instagram"}


def test_results_elsewhere_move_no_brief_off_the_platforms_of_the_campaign(admin_client):
    factories.campaign("spring", status="active", platforms=["instagram", "tiktok"])
    factories.creator("ben", platforms=("youtube", "tiktok"))
    factories.creator("cleo", platforms=("youtube",))
    for creator in ("ana", "ben", "cleo"):
        factories.engagement(creator, "spring", platform="YouTube", views=9_000)

    brief_them(admin_client, "ana", "ben", "cleo")

    assert {creator: brief.platform for creator, brief in briefs().items()} == {
        "ana": "instagram",
        "ben": "tiktok",
        "cleo": "instagram",
    }


def test_a_platform_and_a_language_for_all_are_those_of_the_form(admin_client, register):
    register("weather", creator_names=lambda ids: {"ana": CreatorName("Ana", platforms=("tiktok",), language="pt")})

    brief_them(admin_client, "ana", own_platform="", language="de")

    assert (briefs()["ana"].platform, briefs()["ana"].language) == ("instagram", "de")


def test_an_id_of_another_system_is_kept_letter_by_letter(admin_client):
    brief_them(admin_client, "a  b/é", campaign="spring  1")

    assert (briefs()["a  b/é"].campaign_id, len(briefs())) == ("spring  1", 1)


def test_who_could_not_be_briefed_is_named_with_the_reason(admin_client, register, settings):
    register("weather", creator_names=lambda ids: {"ana": CreatorName("Ana")})
    brief_them(admin_client, "zoe")
    settings.BRIEF_MONTHLY_TOKENS = 1

    response = brief_them(admin_client, "zoe", "ana", "ben", "cleo", "dora", "emil")

    message = said(response)
    assert message.startswith(
        "No brief is requested, 1 was there already. Could not be requested for Ana, ben, cleo and 2 more: "
    )
    assert "2 more: Of the 1 tokens of this month 0 are used" in message


def test_where_nobody_could_be_briefed_the_form_stays_with_the_reason(admin_client, fake_llm):
    for _ in range(MAX_FAILURES):
        Circuit(fake_llm.url).failed()

    response = brief_them(admin_client, "ana", "ben")

    message = said(response)
    assert (response.status_code, Brief.objects.exists()) == (200, False)
    assert message.startswith("No brief is requested. Could not be requested for ana, ben: ")
    assert 'value="Air Max"' in response.content.decode()


def test_a_form_that_the_api_would_refuse_is_shown_again(admin_client):
    response = brief_them(admin_client, "ana", product="", language="klingon!")

    assert (response.status_code, Brief.objects.exists()) == (400, False)
    assert "What is the post about?" in response.content.decode()


def test_who_may_not_add_briefs_is_refused(client, db):
    client.force_login(factories.user("mara", "briefs.view_brief", is_staff=True))

    assert (brief_them(client, "ana").status_code, Brief.objects.count()) == (403, 0)


def test_briefs_are_for_creators_of_a_campaign(admin_client):
    assert brief_them(admin_client, "ana", campaign="").status_code == 404
