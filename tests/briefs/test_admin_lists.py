"""Briefs and their catalogues as tables: who sees them, what they say, what they cost in queries."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.utils.html import escape

from briefs.models import Brief, ModelPrice, Persona, Trend
from tests import factories

BRIEFS = "/admin/briefs/brief/"
HOSTILE = '<script>alert("x")</script>'
CATALOGUES = ["trend", "persona", "angle", "platformrule", "modelprice"]


def text(response) -> str:
    return response.content.decode()


def brands(response) -> list[str]:
    return re.findall(r'/admin/briefs/brief/\d+/change/">([^<]+)</a>', text(response))


@pytest.mark.parametrize("page", [BRIEFS, *(f"/admin/briefs/{name}/" for name in CATALOGUES)])
def test_every_table_answers(admin_client, catalogues, page):
    assert admin_client.get(page).status_code == 200


def test_a_brief_is_listed_with_what_became_of_it(admin_client, catalogues):
    factories.brief(
        "Nike", platform="tiktok", review="approved", decided_at="2026-01-01T00:00Z", model="gpt-4o", cost="0.00042"
    )

    page = text(admin_client.get(BRIEFS))

    assert [said in page for said in ("Nike", "Air Max", "TikTok", "Written", "Approved", "gpt-4o", "$0.0004")] == (
        [True] * 7
    )


def test_an_unknown_cost_is_unknown_and_the_demo_model_is_named(admin_client):
    factories.brief()

    page = text(admin_client.get(BRIEFS))

    assert ("unknown" in page, ">Demo<" in page) == (True, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Puma", "Nike", "adidas"]),
        ("q=air", ["Nike"]),
        ("state=failed", ["Puma"]),
        ("review=approved", ["adidas"]),
        ("review=pending", ["Nike"]),
        ("platform=tiktok", ["Puma"]),
        ("brand=NIKE", ["Nike"]),
        ("campaign_id=campaign_1", ["adidas"]),
        ("influencer_id=influencer_1", ["Nike"]),
        ("model=gpt-4o", ["adidas"]),
    ],
)
def test_briefs_are_searched_and_filtered_and_the_newest_comes_first(admin_client, catalogues, asked, found):
    factories.brief("adidas", "Samba", review="approved", decided_at="2026-01-01T00:00Z", model="gpt-4o",
                    campaign_id="campaign_1")  # fmt: skip
    factories.brief("Nike", "Air Max", influencer_id="influencer_1")
    factories.brief("Puma", "Suede", state="failed", platform="tiktok")

    assert brands(admin_client.get(f"{BRIEFS}?{asked}")) == found


@pytest.mark.parametrize("name", ["state", "review", "platform", "brand", "campaign_id", "influencer_id", "model", "q"])
def test_a_filter_that_makes_no_sense_breaks_nothing(admin_client, name):
    assert admin_client.get(f"{BRIEFS}?{name}=%01'\"%F0%9F%92%A5").status_code == 200


def test_a_longer_list_takes_no_more_queries(admin_client, admin_user, django_assert_num_queries):
    factories.brief(by=admin_user, decided_by=admin_user)
    admin_client.get(BRIEFS)
    with django_assert_num_queries(6):
        admin_client.get(BRIEFS)
    for _ in range(10):
        factories.brief(by=admin_user, decided_by=admin_user)
    with django_assert_num_queries(6):
        admin_client.get(BRIEFS)


def test_hostile_words_stay_words_in_the_list(admin_client):
    factories.brief(HOSTILE, HOSTILE, platform="x", model=HOSTILE)

    page = text(admin_client.get(BRIEFS))

    assert (HOSTILE in page, page.count(escape(HOSTILE))) == (False, 4)


@pytest.fixture
def member(client, db):
    def join(group):
        user = factories.user(group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return join


@pytest.mark.parametrize("name", CATALOGUES)
def test_marketing_sees_the_catalogues_and_reviewers_change_them(member, catalogues, name):
    assert member("Marketing").get(f"/admin/briefs/{name}/").status_code == 200
    assert member("Reviewer").get(f"/admin/briefs/{name}/add/").status_code == 200


@pytest.mark.parametrize("name", CATALOGUES)
def test_marketing_changes_no_catalogue(member, catalogues, name):
    assert member("Marketing").get(f"/admin/briefs/{name}/add/").status_code == 403


@pytest.mark.parametrize(("group", "may_review"), [("Marketing", False), ("Reviewer", True), ("Operator", True)])
def test_reviewing_is_for_reviewers(member, group, may_review):
    member(group)
    user = Group.objects.get(name=group).user_set.get()

    assert user.has_perms(["briefs.view_brief", "briefs.add_brief", "briefs.change_brief"])
    assert user.has_perm("briefs.review_brief") == may_review


def test_who_is_in_no_group_sees_no_briefs(client, db):
    client.force_login(factories.user(is_staff=True))

    assert client.get(BRIEFS).status_code == 403


def test_a_changed_starter_is_the_teams_own(admin_client, catalogues):
    starter = Persona.objects.filter(is_starter=True).first()
    page = f"/admin/briefs/persona/{starter.pk}/change/"
    assert "Starter" in text(admin_client.get("/admin/briefs/persona/"))

    admin_client.post(page, {"name": "Mara", "description": "New", "keywords": "run, walk", "platforms": "x",
                             "is_active": "on"})  # fmt: skip

    starter.refresh_from_db()
    assert (starter.name, starter.keywords, starter.is_starter) == ("Mara", ["run", "walk"], False)


PERSONA = {"name": "Mara", "description": "New", "keywords": "", "platforms": "x", "is_active": "on"}
TREND = {"hashtag": "#run", "platform": "x", "topics": "", "score": "1", "observed_at_0": "2026-11-01",
         "observed_at_1": "12:00:00"}  # fmt: skip
PRICE = {"model": "m", "input_per_million": "1", "output_per_million": "1", "observed_on": "2026-11-01", "source": "s"}
PLATFORM = {"platform": "vine", "label": "Vine", "counting": "characters", "caption_limit": "150", "seen_limit": "50",
            "hashtag_limit": "5", "observed_on": "2026-11-01", "source": "s"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "changed", "said"),
    [
        (
            "persona",
            PERSONA,
            {"platforms": "x, myspace"},
            "myspace is no platform of the catalogue, which has facebook,",
        ),
        ("persona", PERSONA, {"name": "\u200b\u3164"}, "This holds nothing that can be seen."),
        ("angle", PERSONA, {"platforms": "myspace"}, "myspace is no platform of the catalogue"),
        ("trend", TREND, {"platform": "myspace"}, "myspace is no platform of the catalogue"),
        ("modelprice", PRICE, {"input_per_million": "-1"}, "A price is zero or more US dollars."),
        ("modelprice", PRICE, {"output_per_million": "-0.5"}, "A price is zero or more US dollars."),
        ("modelprice", PRICE, {"model": "\u2800"}, "This holds nothing that can be seen."),
        ("platformrule", PLATFORM, {"platform": "Vine"}, "Write it in small letters"),
        ("platformrule", PLATFORM, {"label": "\u200b"}, "This holds nothing that can be seen."),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_typed(admin_client, catalogues, name, typed, changed, said):
    page = admin_client.post(f"/admin/briefs/{name}/add/", typed | changed)
    assert (page.status_code, said in text(page)) == (200, True)
    assert admin_client.post(f"/admin/briefs/{name}/add/", typed).status_code == 302


def test_the_database_holds_no_negative_price(db):
    with pytest.raises(IntegrityError):
        ModelPrice.objects.create(
            model="m", input_per_million=-1, output_per_million=0, observed_on="2026-11-01", source="s"
        )


def test_a_form_that_was_opened_before_a_load_does_not_bring_the_older_observation_back(admin_client, catalogues):
    trend = factories.trend("#run", hours_ago=5)
    page = f"/admin/briefs/trend/{trend.pk}/change/"
    opened = admin_client.get(page).context["adminform"].form["opened"].value()
    as_typed = TREND | {"platform": "instagram", "opened": opened}
    Trend.objects.filter(pk=trend.pk).update(score=9)  # as a load does

    answer = admin_client.post(page, as_typed)

    assert "This was changed since you opened the form, and is not saved." in text(answer)
    trend.refresh_from_db()
    assert trend.score == 9
    opened = admin_client.get(page).context["adminform"].form["opened"].value()
    assert admin_client.post(page, as_typed | {"opened": opened}).status_code == 302


def test_trends_are_filtered_and_may_be_deleted(admin_client):
    factories.trend("#run", topics=["running"])
    factories.trend("#old", "tiktok", hours_ago=48)

    fresh = text(admin_client.get("/admin/briefs/trend/?seen=fresh"))
    assert ("#run" in fresh, "#old" in fresh) == (True, False)

    admin_client.post(f"/admin/briefs/trend/{Trend.objects.get(hashtag='#old').pk}/delete/", {"post": "yes"})
    assert [trend.hashtag for trend in Trend.objects.filter(is_starter=False)] == ["#run"]


def test_no_brief_is_deleted_or_changed_from_the_list(admin_client):
    brief = factories.brief()

    assert admin_client.post(f"{BRIEFS}{brief.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Brief.objects.filter(pk=brief.pk).exists()


@pytest.mark.parametrize(
    ("asked", "found"), [("1", ["Came along"]), ("0", ["Our own"]), ("", ["Came along", "Our own"])]
)
def test_entries_are_filtered_by_whether_they_came_with_fame_keeda(admin_client, asked, found):
    Persona.objects.all().delete()
    factories.persona("Came along", is_starter=True)
    factories.persona("Our own")

    page = admin_client.get(f"/admin/briefs/persona/?starter={asked}").content.decode()

    assert [name for name in ("Came along", "Our own") if name in page] == found
