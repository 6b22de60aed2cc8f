"""The API of a campaign's creators: join, change, take out; names, results and what they cost."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from urllib.parse import quote

import httpx2
import pytest
from rest_framework_simplejwt.tokens import AccessToken

from campaigns.models import Collaboration, Creator
from famekeeda.models import Event
from tests import factories
from tests.campaigns.answers import errors

ANA = "/campaigns/spring/creators/ana"


@pytest.fixture
def spring(db):
    return factories.campaign("spring", currency="EUR")


def test_a_put_adds_a_creator(ask, spring):
    answer = ask("put", ANA, {"fee": "400", "promoCode": "ANA10"})
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (201, ANA, '"1"')
    added = answer.json()
    assert added.pop("createdAt").startswith("20")
    assert added == {
        "influencerId": "ana", "name": "", "handle": "", "state": "shortlisted", "fee": "400.00", "currency": "EUR",
        "promoCode": "ANA10", "note": "", "figures": None, "costPerEngagement": None, "costPerThousandViews": None,
    }  # fmt: skip
    assert ask("get", ANA).json().items() >= added.items()


def test_a_put_changes_what_it_names_and_leaves_the_rest(ask, spring):
    factories.collaboration(spring, "ana", state="contacted", promo_code="ANA10", note="Call her")
    answer = ask("put", ANA, {"state": "agreed"}, If_Match='"1"')
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json().items() >= {"state": "agreed", "promoCode": "ANA10", "note": "Call her"}.items()


def test_the_same_put_again_changes_and_records_nothing(ask, spring):
    body = {"state": "agreed", "fee": "400.00", "currency": "EUR"}
    assert [ask("put", ANA, body).status_code for _ in range(3)] == [201, 200, 200]
    assert ask("get", ANA)["ETag"] == '"1"'
    assert Event.objects.count() == 2  # joined, and the terms


def test_a_fee_keeps_its_own_currency(ask, spring):
    factories.collaboration(spring, "ana", fee=Decimal(5), currency="USD")
    changed = ask("put", ANA, {"fee": "7"}).json()
    assert (changed["fee"], changed["currency"]) == ("7.00", "USD")


def test_a_fee_needs_a_currency_of_its_own_or_of_the_campaign(ask):
    factories.campaign("autumn")
    assert list(errors(ask("put", "/campaigns/autumn/creators/ana", {"fee": "7"}))) == ["currency"]
    assert not Collaboration.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "lost"), ("state", None), ("fee", "-1"), ("fee", "1.005"), ("fee", "NaN"), ("currency", "EU"),
        ("promoCode", "x" * 61), ("promoCode", "a\nb"), ("note", "x" * 2001), ("note", "a\x07"), ("note", 7),
        ("influencerId", "ben"), ("name", "Ana"),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(ask, spring, field, value):
    assert list(errors(ask("put", ANA, {field: value}))) == [field]
    assert not Collaboration.objects.exists()


def test_a_note_keeps_its_lines(ask, spring):
    assert ask("put", ANA, {"note": "Call her\nafter five"}).json()["note"] == "Call her\nafter five"


def test_a_state_that_does_not_follow_is_409_with_those_that_do(ask, spring):
    factories.collaboration(spring, "ana", state="agreed")
    answer = ask("put", ANA, {"state": "paid"})
    assert (answer.status_code, answer.json()["allowed"]) == (409, ["contacted", "briefed", "posted", "declined"])


def test_a_change_of_an_earlier_revision_is_412(ask, spring):
    ask("put", ANA, {"note": "one"})
    ask("put", ANA, {"note": "two"}, If_Match='"1"')
    assert ask("put", ANA, {"note": "three"}, If_Match='"1"').status_code == 412
    assert ask("delete", ANA, If_Match='"1"').status_code == 412
    assert ask("put", "/campaigns/spring/creators/ben", {}, If_Match="*").status_code == 412
    assert Collaboration.objects.get().note == "two"


def test_a_creator_is_taken_out_with_what_was_owed(ask, spring):
    factories.deliverable(factories.collaboration(spring, "ana"))
    answer = ask("delete", ANA)
    assert (answer.status_code, answer.content) == (204, b"")
    assert [ask("get", ANA).status_code, ask("delete", ANA).status_code] == [404, 404]


def test_a_creator_who_was_paid_stays(ask, spring):
    factories.collaboration(spring, "ana", state="paid")
    answer = ask("delete", ANA)
    assert (answer.status_code, answer.json()["detail"]) == (409, "ana has been paid and stays on record.")


def test_names_results_and_costs_stand_beside_the_fee(ask, spring):
    factories.collaboration(spring, "ana", state="posted", fee=Decimal(400), currency="EUR")
    Creator.objects.create(influencer_id="ana", name="Ana Silva").accounts.create(platform="x", handle="anasilva")
    factories.engagement("ana", "spring", platform="instagram", views=29_342, likes=3_647)
    factories.engagement("ana", "spring", platform="tiktok", views=658, likes=3)
    factories.engagement("ana", "autumn", platform="tiktok", views=1_000_000)
    shown = {
        "name": "Ana Silva", "handle": "anasilva", "costPerEngagement": "0.1096", "costPerThousandViews": "13.33",
        "figures": {"views": 30_000, "engagements": 3_650, "engagementRate": 3650 / 30_000 * 100},
    }  # fmt: skip
    assert ask("get", ANA).json().items() >= shown.items()
    assert ask("get", "/campaigns/spring/creators").json()[0].items() >= shown.items()


@pytest.mark.parametrize(("fee", "likes", "costs"), [(None, 5, (None, None)), (1, 0, (None, "1.00"))])
def test_what_is_not_known_costs_nothing_known(ask, spring, fee, likes, costs):
    factories.collaboration(spring, "ana", fee=fee, currency="EUR")
    factories.engagement("ana", "spring", views=1_000, likes=likes)
    shown = ask("get", ANA).json()
    assert (shown["costPerEngagement"], shown["costPerThousandViews"]) == costs


def test_without_the_right_to_amounts_fee_and_costs_are_null_and_cannot_be_set(ask, spring):
    factories.collaboration(spring, "ana", fee=Decimal(400), currency="EUR")
    factories.engagement("ana", "spring", likes=100)
    ben = factories.user("ben", "campaigns.view_collaboration", "campaigns.change_collaboration")
    shown = ask("get", ANA, by=ben).json()
    assert (shown["fee"], shown["costPerEngagement"], shown["costPerThousandViews"]) == (None, None, None)
    assert shown["figures"] is None  # the right to results is performance's
    assert ask("put", ANA, {"fee": "1"}, by=ben).status_code == 403
    assert ask("put", ANA, {"note": "Call her"}, by=ben).status_code == 200


def test_who_may_change_creators_but_not_add_any_adds_none(ask, spring):
    ben = factories.user("ben", "campaigns.change_collaboration")
    answer = ask("put", ANA, {}, by=ben)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "None of your groups has the right campaigns.add_collaboration."


def test_a_list_can_be_narrowed_to_a_state(ask, spring):
    factories.collaboration(spring, "ana", state="agreed")
    factories.collaboration(spring, "ben")
    listed = ask("get", "/campaigns/spring/creators?state=agreed").json()
    assert [creator["influencerId"] for creator in listed] == ["ana"]
    assert ask("get", "/campaigns/spring/creators?state=lost").status_code == 400
    assert ask("get", "/campaigns/autumn/creators").status_code == 404


def test_a_list_of_a_campaign_with_300_creators_takes_five_queries(ask, spring, django_assert_num_queries):
    for number in range(300):
        factories.collaboration(spring, f"c{number}", fee=Decimal(1), currency="EUR")
        factories.engagement(f"c{number}", "spring", likes=5)
    with django_assert_num_queries(5):  # the user, the campaign, its creators, their names, their results
        assert len(ask("get", "/campaigns/spring/creators?limit=100").json()) == 100


def test_a_list_can_be_read_as_csv(ask, spring):
    factories.collaboration(spring, "ana", note="=1+1", fee=Decimal(4), currency="EUR")
    factories.engagement("ana", "spring", views=1_000, likes=100)
    [head, line] = ask("get", "/campaigns/spring/creators", Accept="text/csv").content.decode().splitlines()
    assert head.startswith("influencerId,name,handle,state,fee,currency,promoCode,note,figures.views,")
    assert line.startswith("ana,,,shortlisted,4.00,EUR,,'=1+1,1000,100,10.0,0.0400,4.00,")


@pytest.mark.parametrize("id", ["a/b", "a/creators", "a/creators/b", "Été 2027", "50% off?"])
@pytest.mark.parametrize("creator", ["ana", "@ana/silva", "ana silva", "春", "a?b#c%2F"])
def test_ids_of_other_systems_are_found_by_their_paths(ask, id, creator):
    factories.collaboration(factories.campaign(id), creator)
    listed = f"/campaigns/{quote(id, safe='')}/creators"
    assert [each["influencerId"] for each in ask("get", listed).json()] == [creator]
    assert ask("get", f"{listed}/{quote(creator, safe='')}").json()["influencerId"] == creator


def test_the_location_of_a_creator_leads_to_the_creator(ask):
    factories.campaign("Été/2027")
    answer = ask("put", f"/campaigns/{quote('Été/2027', safe='')}/creators/{quote('ana 100%', safe='')}", {})
    assert ask("get", answer["Location"]).json()["influencerId"] == "ana 100%"


def test_the_longer_path_comes_first_where_an_id_reads_like_one(ask, spring):
    factories.campaign("spring/creators")
    assert ask("get", "/campaigns/spring%2Fcreators").json() == []  # the creators of spring


@pytest.mark.parametrize(
    "path", ["/campaigns/autumn/creators/ana", "/campaigns/spring/creators/ben", "/campaigns/spring/creators/%0A"]
)
def test_what_is_not_there_is_404(ask, spring, path):
    factories.collaboration(spring, "ana")
    assert ask("get", path).status_code == 404
    assert ask("delete", path).status_code == 404


def test_a_creator_of_a_campaign_that_is_not_there_cannot_be_added(ask, db):
    assert ask("put", ANA, {}).status_code == 404


def test_a_token_is_needed_also_on_a_laptop(client, spring, settings):
    settings.DEBUG = True
    factories.collaboration(spring, "ana")
    answers = [client.get(f"{ANA}"), client.get("/campaigns/spring/creators"), client.put(ANA), client.delete(ANA)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401]


def test_a_program_may_ask_for_the_methods_there_are(ask, spring):
    factories.collaboration(spring, "ana")
    assert ask("options", ANA)["Allow"] == "GET, PUT, DELETE, HEAD, OPTIONS"


def test_a_browser_gets_a_page(ask, spring):
    factories.collaboration(spring, "ana")
    for path in ("/campaigns/spring/creators", ANA):
        assert ask("get", path, Accept="text/html").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_creator_who_is_added_by_many_at_once_joins_once(live_server, mara):
    factories.campaign("spring")
    headers = {"Authorization": f"Bearer {AccessToken.for_user(mara)}"}

    def add(number):
        return httpx2.put(f"{live_server.url}{ANA}", json={"note": "Call her"}, headers=headers, timeout=30)

    with ThreadPoolExecutor(8) as people:
        codes = sorted(answer.status_code for answer in people.map(add, range(8)))
    assert codes == [200] * 7 + [201]
    assert Event.objects.filter(type="CreatorStateChanged").count() == 1
