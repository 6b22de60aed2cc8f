"""The API of creators' profiles: write, show, list; bad input; what is confidential; two people at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from campaigns.models import Creator
from famekeeda.keeping import forgetting
from tests import factories

SEE, WRITE, ADD = "campaigns.view_creator", "campaigns.change_creator", "campaigns.add_creator"
ANA = {
    "name": "Ana Silva",
    "accounts": [
        {"platform": "tiktok", "handle": "ana.tik", "followers": 90_000},
        {"platform": "instagram", "handle": "ana.silva", "followers": None},
    ],
    "country": "PT", "language": "pt-BR", "topics": ["running", "food"], "contact": "ana@example.com",
    "manager": "Max Power", "usualFee": "400.00", "currency": "EUR", "note": "Likes mornings.\nAnd tea.",
}  # fmt: skip


@pytest.fixture
def mara(db):
    return factories.user("mara", SEE, WRITE, ADD, "campaigns.view_fee")


def ids(answer) -> list[str]:
    return [creator["influencerId"] for creator in answer.json()]


def test_a_profile_is_made_shown_and_written_again(ask):
    made = ask("put", "/creators/ana", ANA)
    shown = ask("get", "/creators/ana")
    again = ask("put", "/creators/ana", ANA | {"name": "Ana Costa", "accounts": ANA["accounts"][:1]})

    assert (made.status_code, made["ETag"], made.json()) == (201, '"1"', {"influencerId": "ana"} | ANA)
    assert (shown.status_code, shown["ETag"], shown.json()) == (200, '"1"', made.json())
    assert (again.status_code, again["ETag"], again.json()["name"]) == (200, '"2"', "Ana Costa")
    assert again.json()["accounts"] == ANA["accounts"][:1]


def test_what_was_shown_can_be_written_back_and_changes_nothing(ask):
    shown = ask("put", "/creators/ana", ANA)
    again = ask("put", "/creators/ana", shown.json(), If_Match=shown["ETag"])

    assert (again.status_code, again["ETag"], again.json()) == (200, '"1"', shown.json())
    assert LogEntry.objects.count() == 1


def test_a_field_that_is_left_out_stays_and_an_empty_one_takes_away(ask):
    ask("put", "/creators/ana", ANA)

    renamed = ask("put", "/creators/ana", {"name": "Ana"}).json()
    emptied = ask("put", "/creators/ana", dict.fromkeys(["contact", "usualFee"]) | {"accounts": [], "note": ""}).json()

    assert renamed == {"influencerId": "ana"} | ANA | {"name": "Ana"}
    assert emptied == renamed | {"contact": "", "usualFee": None, "accounts": [], "note": ""}
    assert ask("put", "/creators/ben", {}).json() == {
        "influencerId": "ben", "name": "", "accounts": [], "country": "", "language": "", "topics": [],
        "contact": "", "manager": "", "usualFee": None, "currency": "", "note": "",
    }  # fmt: skip


def test_an_account_keeps_what_is_left_out_and_goes_where_its_platform_is(ask):
    accounts = [{"platform": "instagram", "handle": "ana", "followers": 48_200}, {"platform": "tiktok", "followers": 9}]
    ask("put", "/creators/ana", {"accounts": accounts})

    renamed = ask("put", "/creators/ana", {"accounts": [{"platform": "instagram", "handle": "ana.silva"}]}).json()
    emptied = ask("put", "/creators/ana", {"accounts": [{"platform": "instagram", "followers": None}]}).json()

    assert renamed["accounts"] == [{"platform": "instagram", "handle": "ana.silva", "followers": 48_200}]
    assert emptied["accounts"] == [{"platform": "instagram", "handle": "ana.silva", "followers": None}]


def test_handles_lose_their_sign_and_codes_are_written_as_others_write_them(ask):
    account = {"platform": "Instagram", "handle": "@ana"}

    written = ask(
        "put", "/creators/a%2Fna", {"accounts": [account], "country": "pt", "topics": ["Food", "food"]}
    ).json()

    assert written["influencerId"] == "a/na"
    assert written["accounts"] == [{"platform": "instagram", "handle": "ana", "followers": None}]
    assert (written["country"], written["topics"]) == ("PT", ["food"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a\0"}, "name"), ({"name": "x" * 201}, "name"), ({"name": 7}, "name"), ({"name": None}, "name"),
        ({"country": "Portugal"}, "country"), ({"country": "P1"}, "country"), ({"country": "ZZ"}, "country"),
        ({"language": "p"}, "language"),
        ({"language": "pt_BR"}, "language"), ({"topics": "food"}, "topics"), ({"topics": [""]}, "topics"),
        ({"topics": ["x" * 61]}, "topics"), ({"topics": [str(n) for n in range(51)]}, "topics"),
        ({"usualFee": "-1", "currency": "EUR"}, "usualFee"), ({"usualFee": "400.00"}, "currency"),
        ({"usualFee": 1e300, "currency": "EUR"}, "usualFee"), ({"currency": "EURO"}, "currency"),
        ({"accounts": [{"platform": "myspace"}]}, "accounts"), ({"accounts": [{}]}, "accounts"),
        ({"accounts": {}}, "accounts"), ({"accounts": [7]}, "accounts"), ({"accounts": None}, "accounts"),
        ({"accounts": [{"platform": "tiktok", "handle": "a b"}]}, "accounts"),
        ({"accounts": [{"platform": "tiktok", "followers": -1}]}, "accounts"),
        ({"accounts": [{"platform": "tiktok", "followers": 10**13}]}, "accounts"),
        ({"accounts": [{"platform": "tiktok"}, {"platform": "TikTok"}]}, "accounts"),
        ({"accounts": [{"platform": "tiktok", "likes": 1}]}, "accounts"),
        ({"influencerId": "ben"}, "influencerId"), ({"fee": "1.00"}, "fee"), ({"note": "\x07"}, "note"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_name_of_its_field(ask, body, field):
    answer = ask("put", "/creators/ana", body)

    assert answer.status_code == 400, answer.content
    assert next(iter(answer.json()["errors"])).partition(".")[0].partition("[")[0] == field
    assert not Creator.objects.exists()


def test_contact_and_fee_are_seen_and_set_by_those_alone_who_may_see_fees(ask):
    tom = factories.user("tom", SEE, WRITE)
    ask("put", "/creators/ana", ANA)

    shown = ask("get", "/creators/ana", by=tom).json()
    listed = ask("get", "/creators", by=tom).json()[0]
    refused = ask("put", "/creators/ana", {"name": "Ana", "contact": "tom@example.com"}, by=tom)
    renamed = ask("put", "/creators/ana", shown | {"name": "Ana Costa"}, by=tom)

    assert shown == listed == {"influencerId": "ana"} | ANA | dict.fromkeys(["contact", "usualFee", "currency"])
    assert refused.status_code == 403
    assert renamed.status_code == 200
    assert ask("get", "/creators/ana").json() == {"influencerId": "ana"} | ANA | {"name": "Ana Costa"}


def test_of_two_people_the_second_is_told_that_the_profile_has_changed(ask):
    read = ask("put", "/creators/ana", ANA)["ETag"]
    first = ask("put", "/creators/ana", ANA | {"manager": "Kim"}, If_Match=read)
    second = ask("put", "/creators/ana", ANA | {"note": ""}, If_Match=read)

    assert (first.status_code, second.status_code) == (200, 412)
    assert Creator.objects.get().manager == "Kim"
    assert ask("put", "/creators/ben", {}, If_Match='"1"').status_code == 412


def test_who_may_change_profiles_but_not_add_any_adds_none(ask):
    answer = ask("put", "/creators/ana", {"name": "Ana"}, by=factories.user("ben", SEE, WRITE))

    assert answer.status_code == 403
    assert answer.json()["detail"] == "None of your groups has the right campaigns.add_creator."
    assert not Creator.objects.exists()


@pytest.mark.parametrize(("right", "path", "method"), [(SEE, "/creators/ana", "put"), (WRITE, "/creators", "get")])
def test_profiles_need_a_token_and_a_right_also_on_a_laptop(ask, client, settings, right, path, method):
    settings.DEBUG = True

    assert getattr(client, method)(path).status_code == 401
    assert ask(method, path, by=factories.user("tom", right)).status_code == 403


def test_a_creator_without_a_profile_is_not_found(ask):
    assert ask("get", "/creators/nobody").status_code == 404


def test_profiles_are_listed_by_what_they_say(ask):
    factories.creator("ana", "Ana Silva", followers=12_000, country="PT", language="pt", topics=["running"])
    ben = factories.creator("ben", "Ben Ode", followers=500, country="DE", language="de", topics=["food"])
    ben.change(by=None, accounts=[{"platform": "instagram"}, {"platform": "tiktok", "followers": 70_000}])

    def found(query):
        return ids(ask("get", f"/creators?{query}"))

    assert found("") == ["ana", "ben"]
    assert found("q=SILV") == found("country=pt") == found("language=PT") == found("topic=Running") == ["ana"]
    assert found("platform=TikTok") == found("minFollowers=20000") == found("q=ode&country=DE") == ["ben"]
    assert found("minFollowers=20000&platform=instagram") == found("q=ana&country=DE") == found("q=maria+silva") == []
    assert found("limit=1&offset=1") == ["ben"]


def test_a_list_takes_a_few_queries_however_long_it_is(ask, django_assert_max_num_queries):
    for number in range(30):
        factories.creator(f"c-{number:02}", f"Ana {number}")

    with django_assert_max_num_queries(6):
        assert len(ask("get", "/creators?q=ana&limit=30").json()) == 30


@pytest.mark.parametrize("query", ["country=Portugal", "language=%25", "minFollowers=many", "q=%00", "x=1", "limit=0"])
def test_a_query_that_cannot_be_is_refused(ask, query):
    assert ask("get", f"/creators?{query}").status_code == 400


def test_profiles_come_as_a_table_too(ask):
    ask("put", "/creators/ana", ANA)

    table = ask("get", "/creators", Accept="text/csv").content.decode().splitlines()

    assert table[0].startswith("influencerId,name,accounts,country")
    assert "ana,Ana Silva," in table[1]


@pytest.mark.django_db(transaction=True)
def test_ten_who_write_a_new_profile_at_once_make_one(mara):
    def write(number):
        try:
            return Creator.objects.put("ana", by=mara, name=f"Ana {number}")[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(write, range(10)))

    assert sorted(made) == [False] * 9 + [True]
    assert Creator.objects.get().revision == 10


def test_who_changed_what_stands_in_the_history_which_goes_with_the_creator(ask, mara):
    ask("put", "/creators/ana", ANA)
    ask("put", "/creators/ana", ANA | {"contact": "new@example.com", "accounts": []})

    assert list(LogEntry.objects.order_by("pk").values_list("user__username", "change_message")) == [
        ("mara", ""), ("mara", "Changed contact, accounts."),
    ]  # fmt: skip
    forgetting.forget("ana", by="mara")
    assert not Creator.objects.exists()
    assert "Ana" not in str(list(LogEntry.objects.values_list("object_repr", flat=True)))


def test_a_profile_says_how_many_follow_the_account_with_most(ask):
    def followers(*accounts):
        ask("put", "/creators/ana", {"accounts": [{"platform": name, "followers": most} for name, most in accounts]})
        return Creator.objects.get().followers

    assert followers(("x", 5), ("tiktok", 70)) == 70
    assert followers(("x", 5)) == 5
    assert followers(("x", None)) is None
    assert followers() is None
    assert followers(("x", 9)) == 9
