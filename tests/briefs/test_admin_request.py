"""Asking for a brief in the admin: the form, what it brings along, and what stands in the way."""

import re

import pytest

from briefs.models import Brief, Decision
from famekeeda.circuit import Circuit
from tests import factories

ADD = "/admin/briefs/brief/add/"
WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}

pytestmark = pytest.mark.usefixtures("catalogues")


def text(response) -> str:
    return response.content.decode()


def sent(client, **changed):
    return client.post(ADD, WORDS | changed)


def test_four_words_become_a_brief_that_one_watches(admin_client, admin_user):
    answer = sent(admin_client)

    brief = Brief.objects.get()
    assert answer["Location"] == f"/admin/briefs/brief/{brief.pk}/change/"
    assert (brief.brand, brief.platform, brief.state, brief.by) == ("Nike", "instagram", "queued", admin_user)


def test_what_is_said_beyond_the_four_words_is_kept_in_its_normal_form(admin_client):
    sent(admin_client, persona=" Night  nurses", creative_angle="Quiet", hashtags="one, #Two  one", language="pt-BR",
         campaign_id="campaign_1", influencer_id="influencer_1")  # fmt: skip

    brief = Brief.objects.get()
    assert (brief.persona, brief.creative_angle, brief.language) == ("Night nurses", "Quiet", "pt-br")
    assert (brief.hashtags, brief.campaign_id, brief.influencer_id) == (["#one", "#Two"], "campaign_1", "influencer_1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"brand": ""}, "Whose product is it?"),
        ({"brand": "x" * 101}, "no more than 100 characters"),
        ({"brand": "\u200b\u3164"}, "Holds nothing that can be seen."),
        ({"platform": "vine"}, "Select a valid choice"),
        ({"language": "klingon!"}, "Must be a language such as en"),
        ({"hashtags": "x" * 101}, "no more than 100 characters"),
        ({"hashtags": " ".join(f"#a{n}" for n in range(31))}, "no more than 30 elements"),
        ({"campaign_id": "x" * 201}, "no more than 200 characters"),
        ({"persona": "a\x07b"}, "May not hold control characters"),
    ],
)
def test_what_the_api_would_refuse_is_refused_at_its_field(admin_client, changed, said):
    answer = sent(admin_client, **changed)

    assert (answer.status_code, said in text(answer), "Air Max" in text(answer)) == (400, True, True)
    assert not Brief.objects.exists()


def test_the_form_comes_filled_in_from_a_creator_or_a_campaign(admin_client):
    page = text(admin_client.get(f"{ADD}?campaign_id=campaign_1&influencer_id=%40zo%C3%AB&platform=TikTok&evil=1"))

    assert ('value="campaign_1"' in page, 'value="@zoë"' in page) == (True, True)
    assert '<option value="tiktok" selected>TikTok</option>' in page
    assert re.search(r'<details class="br-more" open>', page)


def test_the_same_words_bring_back_what_was_written_then(admin_client):
    sent(admin_client)
    brief = Brief.objects.get()
    Brief.objects.update(state="ready", generated=factories.CONTENT, finished_at=brief.created_at)
    brief.refresh_from_db()
    brief.remember()

    page = admin_client.post(ADD, WORDS | {"goal": "REACH  young runners"}, follow=True)

    assert "This brief was written earlier for the same request." in text(page)
    assert Brief.objects.get() == brief


def test_regenerating_leaves_the_decided_brief_as_it_is_and_on_record(admin_client, admin_user):
    brief = factories.brief()
    brief.approve(by=admin_user, revision=0)

    answer = admin_client.post(f"/admin/briefs/brief/{brief.pk}/regenerate/")

    again = Brief.objects.exclude(pk=brief.pk).get()
    assert answer["Location"] == f"/admin/briefs/brief/{again.pk}/change/"
    assert (again.regenerated_from, again.state, again.brand) == (brief, "queued", "Nike")
    brief.refresh_from_db()
    assert (brief.review, brief.content) == ("approved", factories.CONTENT)
    assert [decision.action for decision in brief.decisions.all()] == ["approved", "regenerated"]


def test_regenerating_takes_a_line_of_instructions(admin_client):
    brief = factories.brief(instructions="Louder")
    path = f"/admin/briefs/brief/{brief.pk}/regenerate/"
    assert 'value="Louder"' in text(admin_client.get(f"/admin/briefs/brief/{brief.pk}/change/"))

    admin_client.post(path, {"instructions": " Shorter,  no emoji "})
    admin_client.post(path, {"instructions": ""})
    admin_client.post(path)

    again = Brief.objects.exclude(pk=brief.pk).order_by("pk")
    assert [brief.instructions for brief in again] == ["Shorter, no emoji", "", "Louder"]
    assert len({brief.cache_key for brief in again}) == 3


@pytest.mark.parametrize(("typed", "said"), [("x" * 501, "no more than 500"), ("a\x07b", "control characters")])
def test_instructions_that_cannot_be_are_refused(admin_client, typed, said):
    brief = factories.brief()

    page = admin_client.post(f"/admin/briefs/brief/{brief.pk}/regenerate/", {"instructions": typed}, follow=True)

    assert said in text(page)
    assert Brief.objects.get() == brief


def test_what_failed_is_tried_again(admin_client):
    brief = factories.brief(state="failed")

    admin_client.post(f"/admin/briefs/brief/{brief.pk}/regenerate/")

    assert Brief.objects.exclude(pk=brief.pk).get().regenerated_from == brief


def test_what_is_being_written_is_not_asked_for_again(admin_client):
    brief = factories.brief(state="queued")

    page = admin_client.post(f"/admin/briefs/brief/{brief.pk}/regenerate/", follow=True)

    assert "This brief is still being written." in text(page)
    assert not Decision.objects.exists()


def test_a_month_without_tokens_left_is_said_at_the_form(admin_client, settings):
    settings.BRIEF_MONTHLY_TOKENS = 1_000
    factories.brief(prompt_tokens=1_000)

    answer = sent(admin_client, product="Pegasus")

    assert "The 1,000 tokens of this month are used up" in text(answer)
    assert "Pegasus" in text(answer)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_said_at_the_form(admin_client, no_broker):
    answer = sent(admin_client)

    assert (answer.status_code, "The task queue does not answer" in text(answer)) == (503, True)
    assert Brief.objects.get().failure == "broker_away"


def test_the_form_says_that_the_demo_model_writes_english_only(admin_client, settings):
    said = "The demo model writes English only"
    settings.OPENAI_MODEL = "demo"
    assert said in text(admin_client.get(ADD))
    settings.OPENAI_MODEL = "gpt-4.1-mini"
    assert said not in text(admin_client.get(ADD))


def test_a_model_whose_server_is_left_alone_is_said_at_the_form(admin_client, fake_llm):
    for _ in range(5):
        Circuit(fake_llm.url).failed()

    answer = sent(admin_client)

    assert answer.status_code == 503
    assert re.search(r"is left alone for a while\. It is asked again in (30|29) s\.", text(answer))
    assert not Brief.objects.exists()


def test_asking_needs_the_right_to(client, db):
    client.force_login(factories.user("ken", "briefs.view_brief", is_staff=True))

    assert client.get(ADD).status_code == 403
    assert sent(client).status_code == 403
    assert not Brief.objects.exists()


def test_a_platform_that_left_the_catalogue_is_not_asked_for_again(admin_client):
    brief = factories.brief(platform="vine")

    page = admin_client.post(f"/admin/briefs/brief/{brief.pk}/regenerate/", follow=True)

    assert "vine is not in the catalogue of platforms any more." in text(page)
    assert Brief.objects.get() == brief
