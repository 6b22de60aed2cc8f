"""The page that adds creators to a campaign: by id, and from the campaign's own results."""

import re

import pytest

from campaigns.models import Collaboration
from tests import factories
from tests.campaigns.test_campaigns import recorded
from tests.campaigns.test_story import member, text

pytestmark = pytest.mark.django_db

PAGE = "/admin/campaigns/collaboration/several/spring/"


@pytest.fixture
def spring(client):
    member(client)
    return factories.campaign("spring")


def there() -> list[str]:
    return list(Collaboration.objects.order_by("influencer_id").values_list("influencer_id", flat=True))


def test_creators_are_added_by_id_and_by_tick_each_once_and_in_one_go(client, spring):
    factories.collaboration(spring, "ana")

    page = client.post(PAGE, {"creators": "ben ode\r\n\r\nana\n ben ode ", "influencer": ["cleo", "ana"]}, follow=True)

    assert page.redirect_chain == [("/admin/campaign/spring/#creators", 302)]
    assert "2 creators were added to Spring. 1 was in it already." in text(page)
    assert there() == ["ana", "ben ode", "cleo"]
    assert [data["influencerId"] for _, data in recorded("spring")] == ["ben ode", "cleo"]


def test_creators_with_results_who_are_not_in_the_campaign_are_suggested_best_first(client, spring):
    factories.creator("ana", "Ana Silva")
    factories.engagement("ana", "spring", views=10_000, likes=500)
    factories.engagement("ben", "spring", views=10_000, likes=900)
    factories.engagement("cleo", "spring", views=10_000, likes=700)
    factories.engagement("dora", "autumn", views=10_000, likes=700)
    factories.collaboration(spring, "cleo")

    page = text(client.get(PAGE))

    assert page.index("ben 10,000 9.00 %") < page.index("Ana Silva @ana.silva 10,000 5.00 %")
    assert ("cleo" in page, "dora" in page) == (False, False)


def test_suggestions_need_the_right_to_see_results(client, spring):
    client.force_login(factories.user("nina", "campaigns.add_collaboration", is_staff=True))
    factories.engagement("ben", "spring", views=10_000, likes=900)

    assert "9.00 %" not in text(client.get(PAGE))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose at least one creator, or tick one."),
        ({"creators": "a\u0001b"}, "May not hold control characters"),
        ({"creators": "x" * 201}, "May have 200 characters at most."),
        ({"influencer": ["a\u0001b"]}, "May not hold control characters"),
        ({"creators": "\n".join(f"c{number}" for number in range(201))}, "200"),
    ],
)
def test_what_is_no_id_or_too_many_is_refused_and_nothing_is_added(client, spring, fields, words):
    page = client.post(PAGE, fields)

    assert (page.status_code, words in text(page)) == (400, True)
    assert there() == []


def test_what_was_ticked_stays_ticked_when_something_was_refused(client, spring):
    factories.engagement("ben", "spring", views=10_000, likes=900)

    page = client.post(PAGE, {"creators": "a\u0001b", "influencer": ["ben"]}).content.decode()

    assert re.search(r'value="ben"[^>]* checked', page)


def test_adding_needs_the_right_and_a_campaign(client, spring):
    assert client.get("/admin/campaigns/collaboration/several/unknown/").status_code == 404
    member(client, "Reviewer")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"creators": "ana"}).status_code == 403
