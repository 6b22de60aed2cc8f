"""Moves on the board of a campaign: by a form, by a script, refused ones, and those of two people at once."""

import pytest

from campaigns.models import Collaboration
from tests import factories
from tests.campaigns.test_campaigns import recorded
from tests.campaigns.test_story import creators, member, text

pytestmark = pytest.mark.django_db

BOARD = "/admin/campaigns/collaboration/board/spring/?view=board"


@pytest.fixture
def ana(client):
    member(client)
    factories.creator("ana", "Ana Silva")
    spring = factories.campaign("spring", budget=1_000, currency="EUR", status="active")
    return factories.collaboration(spring, "ana", state="contacted", fee=400, currency="EUR")


def move(client, state, collaboration, revision=1, **options):
    return client.post(BOARD, {"move": f"{collaboration.pk}:{revision}:{state}"}, **options)


def test_a_card_is_moved_without_a_script_and_the_page_says_so(client, ana):
    page = move(client, "agreed", ana, follow=True)

    assert page.redirect_chain == [("/admin/campaign/spring/?view=board#creators", 302)]
    assert "Ana Silva is agreed now." in text(page)
    assert recorded("spring") == [
        ("CreatorStateChanged", {"influencerId": "ana", "before": "contacted", "after": "agreed"})
    ]


def test_a_script_gets_the_board_as_it_stands_then_with_the_head_and_a_sentence(client, ana):
    page = move(client, "agreed", ana, headers={"HX-Request": "true"})

    body = page.content.decode()
    assert (page.status_code, creators(page)) == (200, ["Ana Silva"])
    assert f'data-move="{ana.pk}:2"' in body
    assert "400 EUR agreed" in body
    assert "Ana Silva is agreed now." in body
    assert "<html" not in body


def test_a_refused_move_says_what_is_allowed(client, ana):
    page = move(client, "paid", ana, headers={"HX-Request": "true"})

    assert (
        "Ana Silva is contacted and cannot become paid. After contacted comes shortlisted or agreed or declined."
        in page.content.decode()
    )
    ana.refresh_from_db()
    assert (ana.state, recorded("spring")) == ("contacted", [])


def test_of_two_people_who_move_a_card_the_later_is_told(client, ana):
    ana.change(by=None, state="declined")

    page = move(client, "agreed", ana, revision=1, headers={"HX-Request": "true"})

    assert "Somebody changed Ana Silva meanwhile: the state is declined now." in page.content.decode()
    assert Collaboration.objects.get().state == "declined"


def test_a_card_that_somebody_took_out_says_so(client, ana):
    ana.remove(by=None)
    ana.pk = 1

    page = move(client, "agreed", ana, headers={"HX-Request": "true"})

    assert "Somebody took this creator out of the campaign meanwhile." in page.content.decode()


def test_a_card_of_another_campaign_is_not_moved(client, ana):
    other = factories.collaboration(factories.campaign("autumn"), "ben", state="contacted")

    move(client, "agreed", other)

    other.refresh_from_db()
    assert other.state == "contacted"


@pytest.mark.parametrize(
    "asked", ["", "1", "1:1", "1:1:gone", "x:1:agreed", "1:-1:agreed", "²:1:agreed", f"{'9' * 40}:1:agreed"]
)
def test_a_move_that_no_card_sends_is_a_bad_request(client, ana, asked):
    assert client.post(BOARD, {"move": asked}).status_code == 400


def test_moving_needs_the_right_and_a_campaign(client, ana):
    assert client.post("/admin/campaigns/collaboration/board/unknown/", {"move": "1:1:agreed"}).status_code == 404
    member(client, "Reviewer")
    assert move(client, "agreed", ana).status_code == 403


def test_each_card_offers_the_states_that_may_follow_and_no_other(client, ana):
    body = client.get("/admin/campaign/spring/?view=board").content.decode()

    offered = [state for state in Collaboration.State if f'name="move" value="{ana.pk}:1:{state.value}"' in body]
    assert offered == ["shortlisted", "agreed", "declined"]
