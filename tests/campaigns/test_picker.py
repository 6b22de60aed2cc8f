"""The picker of creators: whom it offers, and what its field makes of what was chosen."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.creators_field import CreatorsField
from tests import factories

pytestmark = pytest.mark.django_db


def offered(client, text) -> list[dict]:
    return client.get("/admin/campaigns/creator/pick/", {"q": text}).json()


def test_the_picker_offers_creators_with_name_handle_platforms_and_followers(admin_client):
    ana = factories.creator("c-17", "Ana Silva", followers=12_000)
    ana.accounts.create(platform="tiktok", handle="ana.tik", followers=90_000)

    (offer,) = offered(admin_client, "silv")

    assert offer == {
        "id": "c-17", "name": "Ana Silva", "handle": "ana.tik", "platforms": ["tiktok", "instagram"],
        "followers": 90_000, "initials": "AS", "colour": offer["colour"],
    }  # fmt: skip
    assert 0 <= offer["colour"] < 8


def test_creators_known_from_results_alone_come_after_those_with_a_profile_by_how_their_id_begins(admin_client):
    factories.engagement("anton_3", "spring")
    factories.engagement("anton_3", "summer")
    factories.engagement("an%", "summer")
    factories.engagement("ana", "summer")
    factories.creator("ana", "Ana Silva")

    assert [offer["id"] for offer in offered(admin_client, "an")] == ["ana", "an%", "anton_3"]
    assert [offer["id"] for offer in offered(admin_client, "an%")] == ["an%"]


@pytest.mark.parametrize("text", ["", "  ", "%", "x" * 5_000, "'; DROP", "😀", "\\"])
def test_a_text_that_nobody_has_offers_nobody(admin_client, text):
    factories.creator("ana")
    factories.engagement("ben")

    assert offered(admin_client, text) == []


def test_offering_asks_the_database_a_few_times_however_many_there_are(admin_client, django_assert_max_num_queries):
    for number in range(30):
        factories.creator(f"c-{number}", f"Ana {number}")

    with django_assert_max_num_queries(8):
        assert len(offered(admin_client, "ana")) == 20


def test_who_may_not_see_profiles_is_offered_nobody(client):
    client.force_login(factories.user("tom", "performance.view_engagement", is_staff=True))

    assert client.get("/admin/campaigns/creator/pick/?q=ana").status_code == 403


def test_the_field_keeps_each_id_once_in_the_order_chosen():
    assert CreatorsField().clean("ben\r\n ana \n\nben\n美/1") == ["ben", "ana", "美/1"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Choose a creator."),
        ("a\x07b", "'a\\x07b' is no creator's id. May not hold control characters, nor begin or end with a space."),
        ("x" * 201, f"{'x' * 60!r} is no creator's id. May have 200 characters at most."),
        ("ana\nben", "At most 1, please; these are 2."),
    ],
)
def test_the_field_says_what_is_wrong_with_an_id(text, complaint):
    with pytest.raises(ValidationError) as error:
        CreatorsField(max_creators=1).clean(text)

    assert error.value.messages == [complaint]


def test_the_picker_shows_those_chosen_already_by_name_and_lets_nothing_break_out():
    factories.creator("ana", 'Ana "><script>')

    shown = CreatorsField().widget.render("creators", ["ana", "<b>"], {"id": "id_creators"})

    assert 'data-id="ana" data-name="Ana &quot;&gt;&lt;script&gt;"' in shown
    assert ">ana\n&lt;b&gt;</textarea>" in shown
