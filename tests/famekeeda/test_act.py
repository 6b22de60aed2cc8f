"""What can be done with several creators at once: which tables offer it, to whom, and what is refused."""

import re

import pytest
from django import forms
from django.contrib.messages import get_messages

from famekeeda.actions import MAX_CREATORS_AT_ONCE, CreatorAction, Refused, creator_actions
from famekeeda.shared import CreatorName
from tests import factories

PAGE = "/admin/act/"


class WordForm(forms.Form):
    word = forms.CharField(max_length=10, help_text="Any <word>")


class Greet(CreatorAction):
    name, title, permission = "greet", "Greet them", "performance.view_engagement"
    form_class = WordForm
    greeted: list = []

    def initial(self, request, campaign_id, influencer_ids):
        return {"word": f"hello {campaign_id}"}

    def run(self, request, campaign_id, influencer_ids, cleaned_data):
        if cleaned_data["word"] == "no":
            raise Refused("Nobody <listens>.")
        self.greeted.append((campaign_id, influencer_ids, cleaned_data["word"]))
        return f"{len(influencer_ids)} greeted."


class Wave(CreatorAction):
    name, title, permission, needs_campaign = "wave", "Wave at them", "performance.view_engagement", False

    def run(self, request, campaign_id, influencer_ids, cleaned_data):
        return "Waved."


@pytest.fixture(autouse=True)
def actions(acting):
    Greet.greeted.clear()
    acting(Greet, Wave)


def post(client, creators=("ana", "ben"), **fields):
    return client.post(
        PAGE, {"action": "greet", "of_campaign": "spring", "influencer": creators, "next": "/admin/#x"} | fields
    )


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response) -> str:
    return response.content.decode()


def test_the_page_lists_the_creators_by_name_and_asks_what_the_action_has_to_know(admin_client, register, acting):
    register(
        "names",
        creator_names=lambda ids: {"ana": CreatorName("Ana <b>")},
        campaign_names=lambda ids: {"spring": "Spring"},
    )

    page = text(post(admin_client))

    assert ('title="ana">Ana &lt;b&gt;</a>' in page, ">ben</a>" in page) == (True, True)
    assert '<a href="/admin/campaign/spring/">Spring</a> › Greet them' in page
    assert 'value="hello spring"' in page
    assert "Any &lt;word&gt;" in page
    assert Greet.greeted == []


def test_once_confirmed_it_is_done_for_each_creator_once_and_leads_back(admin_client):
    response = post(admin_client, ("ana", "ben", "ana"), confirmed="1", word="hi")

    assert Greet.greeted == [("spring", ["ana", "ben"], "hi")]
    assert (response.status_code, response["Location"], said(response)) == (302, "/admin/#x", ["2 greeted."])


def test_a_wrong_form_is_shown_again_with_what_is_wrong(admin_client):
    response = post(admin_client, confirmed="1", word="")

    assert (response.status_code, Greet.greeted) == (400, [])
    assert "This field is required." in text(response)


def test_a_refusal_is_said_on_the_page_and_nothing_is_lost(admin_client):
    response = post(admin_client, confirmed="1", word="no")

    assert said(response) == ["Nobody <listens>."]
    assert 'value="no"' in text(response)
    assert "Nobody <listens>" not in text(response)


def test_an_action_without_a_form_asks_before_it_is_done(admin_client):
    assert "Wave at them" in text(post(admin_client, action="wave"))

    assert said(post(admin_client, action="wave", confirmed="1")) == ["Waved."]


def test_the_box_for_all_takes_those_of_the_page(admin_client):
    post(admin_client, ("ana",), on_page=["ana", "ben", "cleo"], all="on", confirmed="1", word="hi")
    post(admin_client, ("ana",), on_page=["ana", "ben", "cleo"], confirmed="1", word="hi")

    assert [creators for _, creators, _ in Greet.greeted] == [["ana", "ben", "cleo"], ["ana"]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"creators": ()}, "Tick at least one creator first."),
        ({"creators": ("",)}, "Tick at least one creator first."),
        (
            {"creators": [f"creator_{number}" for number in range(MAX_CREATORS_AT_ONCE + 1)]},
            "201 creators are too many at once: 200 are the most.",
        ),
    ],
)
def test_too_few_or_too_many_creators_lead_back_with_a_word_about_it(admin_client, fields, message):
    response = post(admin_client, **fields, confirmed="1", word="hi")

    assert (response["Location"], said(response), Greet.greeted) == ("/admin/#x", [message], [])


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "unknown"}, 404),
        ({"action": ""}, 404),
        ({"creators": ("ana", " ben")}, 404),
        ({"creators": ("a\nb",)}, 404),
        ({"creators": ("x" * 201,)}, 404),
        ({"creators": ("a\0b",)}, 404),
        ({"of_campaign": "x" * 201}, 404),
        ({"of_campaign": ""}, 404),
        ({"next": "https://evil.example/"}, 400),
        ({"next": "//evil.example/"}, 400),
        ({"next": "javascript:alert(1)"}, 400),
        ({"next": "/\\evil.example"}, 400),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(admin_client, fields, status):
    assert (post(admin_client, **fields, confirmed="1", word="hi").status_code, Greet.greeted) == (status, [])


def test_a_campaign_is_needed_by_those_actions_alone_that_say_so(admin_client):
    assert post(admin_client, action="wave", of_campaign="").status_code == 200


def test_who_lacks_the_permission_is_refused_and_offered_nothing(client, db):
    client.force_login(factories.user("mara", "performance.view_verdict", is_staff=True))
    factories.verdict("ana")

    assert (post(client, confirmed="1", word="hi").status_code, Greet.greeted) == (403, [])
    assert "fk-tick" not in text(client.get("/admin/performance/verdict/"))


def test_it_needs_a_login_and_a_form_of_this_site(client, db):
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
    assert post(client)["Location"].startswith("/admin/login/")


def test_it_is_never_done_by_a_link(admin_client):
    assert admin_client.get(PAGE + "?action=greet&influencer=ana&confirmed=1").status_code == 405


def ticks(page, anchor):
    return re.findall(rf'name="influencer" value="([^"]*)" form="{anchor}-ticks"', page)


def test_the_ranking_offers_what_the_user_may_do_with_creators_of_a_campaign(admin_client):
    factories.engagement("ana", "spring", likes=5)
    factories.engagement("ana", "spring", platform="tiktok", likes=4)
    factories.engagement("<b>", "spring", likes=3)

    page = text(admin_client.get("/admin/campaign/spring/?rank=adjusted"))

    assert ticks(page, "ranking") == ["ana", "ana", "&lt;b&gt;"]
    assert re.findall(r'name="on_page" value="([^"]*)"', page) == ["ana", "&lt;b&gt;"]
    assert 'name="of_campaign" value="spring"' in page
    assert 'name="next" value="/admin/campaign/spring/?rank=adjusted#ranking"' in page
    assert ">Greet them</button>" in page


def test_the_shortlist_offers_what_needs_no_campaign(admin_client):
    factories.verdict("ana")

    page = text(admin_client.get("/admin/performance/verdict/"))

    assert ticks(page, "verdicts") == ["ana"]
    assert (">Wave at them</button>" in page, ">Greet them</button>" in page) == (True, False)


def test_actions_have_names_of_their_own():
    names = [action.name for action in creator_actions().values()]

    assert len(names) == len(set(names))
