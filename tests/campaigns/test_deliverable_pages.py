"""The pages of a deliverable: add, edit, remove, submit, decide, publish; and who may do which."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Collaboration, Deliverable
from famekeeda.models import Event
from tests import factories
from tests.campaigns.deal_pages import page_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


def typed(**changed) -> dict:
    """The form of the reel as a browser sends it, before anybody changed anything."""
    shown = {
        "format": "reel", "platform": "instagram", "due_on": "2027-05-14", "draft_url": "", "post_url": "", "note": "",
    }  # fmt: skip
    return {"revision": 1} | shown | {f"initial-{name}": value for name, value in shown.items()} | changed


def owed_by(collaboration) -> str:
    return f"/admin/campaigns/deliverable/owed-in/{collaboration.pk}/"


@pytest.mark.parametrize(
    ("accounts", "runs_on", "preselected"),
    [
        (("youtube", "tiktok", "instagram"), ["instagram", "tiktok"], "tiktok"),
        (("youtube",), ["instagram", "tiktok"], "youtube"),
        (("youtube", "tiktok"), [], "youtube"),
        ((), ["instagram", "tiktok"], "instagram"),
        ((), [], ""),
    ],
)
def test_the_form_preselects_where_the_creator_posts_and_the_campaign_runs(
    marketing, ana, accounts, runs_on, preselected
):
    factories.creator("ana", platforms=accounts)
    Campaign.objects.update(platforms=runs_on)
    page = marketing.get(owed_by(ana)).content.decode()
    assert re.findall('<option value="([a-z]*)" selected', page) == [preselected]


@pytest.fixture
def reel(ana):
    return factories.deliverable(ana, "reel", platform="instagram", due_on=date(2027, 5, 14))


def take(client, deliverable, step, **asked):
    return client.post(page_of(deliverable, "step"), {"step": step, "revision": deliverable.revision} | asked)


def test_deliverables_stand_in_the_order_of_their_days(marketing, ana):
    for name, day in (("video", None), ("reel", date(2027, 5, 14)), ("story", date(2027, 5, 2))):
        factories.deliverable(ana, name, due_on=day)
    page = text(marketing.get(page_of(ana)))
    assert page.index("<strong>story</strong>") < page.index("<strong>reel</strong>") < page.index("<strong>video<")
    assert "2 May 2027" in page


def test_a_draft_for_others_to_decide_waits_for_a_reviewer(sign_in, ana):
    reel = factories.deliverable(ana, "reel", state="submitted")
    waits = "waits for a reviewer"
    assert waits in text(sign_in("mo", group="Marketing").get(page_of(ana)))
    assert waits not in text(sign_in("rita", group="Reviewer").get(page_of(ana)))
    Deliverable.objects.filter(pk=reel.pk).update(state="planned")
    assert waits not in text(sign_in("mia", group="Marketing").get(page_of(ana)))


@pytest.mark.parametrize(("days", "mark"), [(-1, ">overdue<"), (0, ">due today<"), (1, "")])
def test_what_is_overdue_or_due_today_is_marked(marketing, ana, days, mark):
    factories.deliverable(ana, due_on=timezone.localdate() + timedelta(days=days))
    page = text(marketing.get(page_of(ana)))
    assert [each for each in (">overdue<", ">due today<") if each in page] == ([mark] if mark else [])


def test_what_nobody_waits_for_is_not_overdue(marketing, ana):
    factories.deliverable(ana, due_on=date(2020, 1, 1), state="live")
    assert "overdue" not in text(marketing.get(page_of(ana)))
    Deliverable.objects.update(state="planned")
    assert "overdue" in text(marketing.get(page_of(ana)))
    Collaboration.objects.update(state="declined")
    assert "overdue" not in text(marketing.get(page_of(ana)))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "https://www.instagram.com/reel/7",
            '<a class="fk-link" href="https://www.instagram.com/reel/7" rel="noopener noreferrer" target="_blank"'
            ' title="https://www.instagram.com/reel/7">instagram.com</a>',
        ),
        ("https://instagram.com@evil.example/", ">evil.example</a>"),
        ("javascript:alert(1)", '<td data-label="Post">javascript:alert(1)</td>'),
        ("ftp://files.example/7", '<td data-label="Post">ftp://files.example/7</td>'),
        ("https://[broken/", '<td data-label="Post">https://[broken/</td>'),
    ],
)
def test_links_lead_to_the_web_alone_and_are_shown_by_their_host(marketing, ana, url, shown):
    factories.deliverable(ana, state="live", post_url=url)
    assert shown in text(marketing.get(page_of(ana)))


def test_a_deliverable_is_added(marketing, ana):
    form = text(marketing.get(owed_by(ana)))
    assert '<option value="instagram" selected>Instagram</option>' in form
    assert '<datalist id="formats"><option value="reel">' in form
    assert 'class="vDateField' in form
    page = marketing.post(owed_by(ana), {"format": "reel", "platform": "tiktok", "due_on": "2027-05-14"})
    reel = Deliverable.objects.get()
    assert page["Location"] == f"/admin/campaigns/collaboration/{ana.pk}/change/#deliverable-{reel.pk}"
    assert (reel.format, reel.platform, reel.due_on, reel.state) == ("reel", "tiktok", date(2027, 5, 14), "planned")
    assert (Event.objects.get().type, Event.objects.get().by.username) == ("DeliverableAdded", "mara")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"format": ""}, "What is it: a reel, a story, a post?"),
        ({"format": "r" * 61}, "Ensure this value has at most 60 characters (it has 61)."),
        ({"format": "re\x0bel\x1b"}, "May not hold control characters."),
        ({"platform": "myspace"}, "Select a valid choice. myspace is not one of the available choices."),
        ({"due_on": "soon"}, "Must be a day, such as 2027-05-14."),
        ({"due_on": "2027-02-30"}, "Must be a day, such as 2027-05-14."),
        ({"note": "A\x00"}, "May not hold control characters."),
    ],
)
def test_a_deliverable_that_makes_no_sense_is_refused_at_its_field(marketing, ana, sent, said):
    response = marketing.post(owed_by(ana), {"format": "reel", "platform": "instagram", "due_on": "2027-05-14"} | sent)
    assert (response.status_code, Deliverable.objects.count()) == (400, 0)
    assert said in text(response)


def test_a_deliverable_is_edited(marketing, reel):
    response = marketing.post(page_of(reel), typed(due_on="2027-05-21", draft_url="drafts.example/7"))
    assert response.status_code == 302
    reel.refresh_from_db()
    assert (reel.due_on, reel.draft_url) == (date(2027, 5, 21), "https://drafts.example/7")
    assert Event.objects.get().data["changes"] == {
        "dueOn": {"before": "2027-05-14", "after": "2027-05-21"},
        "draftUrl": {"before": "", "after": "https://drafts.example/7"},
    }


def test_the_draft_of_a_live_post_is_not_exchanged(marketing, ana):
    reel = factories.deliverable(
        ana, "reel", platform="instagram", due_on=date(2027, 5, 14), state="live", draft_url="https://drafts.example/7"
    )
    answer = marketing.post(page_of(reel), typed(draft_url="https://drafts.example/8"))
    assert answer.status_code == 409
    assert "The draft of reel on instagram that was approved stays on record." in text(answer)


def test_an_edit_that_changes_nothing_records_nothing(marketing, reel):
    page = text(marketing.post(page_of(reel), typed(), follow=True))
    assert "Nothing was changed." in page
    assert Event.objects.count() == 0


def test_a_platform_that_no_catalogue_has_any_more_can_stay(marketing, reel):
    Deliverable.objects.update(platform="vine")
    assert '<option value="vine" selected>vine</option>' in text(marketing.get(page_of(reel)))
    assert marketing.post(page_of(reel), typed(platform="vine", note="Old")).status_code == 302


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "https://", "data:text/html,x", "a b"])
def test_a_link_that_is_none_is_refused(marketing, reel, url):
    response = marketing.post(page_of(reel), typed(draft_url=url))
    assert response.status_code == 400
    assert "Must be an address that begins with https://." in text(response)


def test_of_two_people_who_edit_a_deliverable_the_second_is_told_and_loses_nothing(marketing, reel):
    reel.change(by=None, due_on=date(2027, 6, 1), format="video")
    response = marketing.post(page_of(reel), typed(due_on="2027-05-28", note="Ana called"))
    page = text(response)
    assert response.status_code == 409
    assert "Somebody changed this meanwhile" in page
    assert "Due on is now “June 1, 2027”; yours would take its place." in page
    assert 'name="due_on" value="2027-05-28"' in page
    assert 'name="format" value="video"' in page  # which was left alone
    assert "Ana called" in page
    assert 'name="revision" value="2"' in page
    reel.refresh_from_db()
    assert (reel.due_on, reel.note) == (date(2027, 6, 1), "")


def test_a_deliverable_is_removed_after_a_question(marketing, reel):
    assert "Does ana owe the reel on instagram no longer?" in text(marketing.get(page_of(reel, "remove")))
    page = text(marketing.post(page_of(reel, "remove"), {"revision": 1}, follow=True))
    assert "ana owes no reel on instagram any longer." in page
    assert (Deliverable.objects.count(), Event.objects.get().type) == (0, "DeliverableRemoved")


def test_a_deliverable_that_was_changed_since_the_question_stays(marketing, reel):
    reel.change(by=None, state="submitted")
    marketing.post(page_of(reel, "remove"), {"revision": 1})
    assert Deliverable.objects.count() == 1


def test_a_draft_goes_from_planned_to_live(sign_in, reel):
    assert (
        take(sign_in("mo", group="Marketing"), reel, "submit", draft_url="https://drafts.example/7").status_code == 302
    )
    reel.refresh_from_db()
    assert (reel.state, reel.draft_url) == ("submitted", "https://drafts.example/7")
    take(sign_in("rosa", group="Reviewer"), reel, "approve")
    reel.refresh_from_db()
    assert reel.state == "approved"
    sent = {"step": "publish", "revision": reel.revision, "post_url": "https://www.instagram.com/reel/7"}
    page = sign_in("mia", group="Marketing").post(page_of(reel, "step"), sent, follow=True)
    assert "The reel on instagram is live now." in text(page)
    told = list(Event.objects.order_by("sequence").values_list("type", "by__username"))
    assert told == [
        ("DeliverableSubmitted", "mo"), ("DeliverableApproved", "rosa"), ("DeliverableLive", "mia"),
        ("CreatorStateChanged", "mia"),
    ]  # fmt: skip
    assert Collaboration.objects.get().state == "posted"


def test_a_draft_without_a_link_can_be_submitted(marketing, reel):
    assert take(marketing, reel, "submit", draft_url="").status_code == 302
    reel.refresh_from_db()
    assert reel.state == "submitted"


def test_a_draft_is_sent_back_with_what_has_to_change(reviewer, reel):
    reel.change(by=None, state="submitted")
    response = take(reviewer, reel, "return", note="The disclosure is missing.")
    assert response.status_code == 302
    reel.refresh_from_db()
    assert (reel.state, reel.note) == ("planned", "The disclosure is missing.")
    assert "is sent back now." in text(reviewer.get(response["Location"]))
    assert Event.objects.latest("sequence").data["note"] == "The disclosure is missing."


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "Say what has to change: the creator has to know."),
        ("The shoe first.", "Add what has to change: this is the note as it stands."),
    ],
)
def test_a_draft_is_not_sent_back_without_a_word(reviewer, reel, note, said):
    reel.change(by=None, state="submitted", note="The shoe first.")
    response = take(reviewer, reel, "return", note=note)
    assert response.status_code == 400
    assert said in text(response)
    assert '<details class="fk-step" open>' in text(response)


def test_a_link_that_is_none_stays_typed_beside_its_error(marketing, reel):
    response = take(marketing, reel, "submit", draft_url="javascript:alert(1)")
    assert response.status_code == 400
    assert "Must be an address that begins with https://." in text(response)
    assert 'value="javascript:alert(1)"' in text(response)


STEPS = [
    ("submit", "planned"), ("approve", "submitted"), ("return", "submitted"), ("publish", "approved"),
    ("reopen", "approved"), ("unpublish", "live"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "state"), STEPS)
def test_marketing_takes_steps_and_reviewers_decide(sign_in, reel, step, state):
    Deliverable.objects.update(state=state)
    taken = {}
    for name in ("Marketing", "Reviewer"):
        Deliverable.objects.update(state=state, revision=1, note="")
        client = sign_in(name, group=name)
        is_offered = f'name="step" value="{step}"' in text(client.get(page_of(reel.collaboration)))
        taken[name] = take(client, reel, step, note="Louder").status_code
        assert is_offered == (taken[name] == 302)
    is_decision = step in ("approve", "return", "reopen")
    assert taken == ({"Marketing": 403, "Reviewer": 302} if is_decision else {"Marketing": 302, "Reviewer": 403})


def test_a_step_is_taken_from_its_own_state_alone(marketing, reel):
    """Else taking a post back, which marketing may, would approve a draft, which marketing may not."""
    Deliverable.objects.update(state="submitted")
    response = take(marketing, reel, "unpublish")
    assert response.status_code == 409
    reel.refresh_from_db()
    assert reel.state == "submitted"


def test_of_two_reviewers_the_second_is_told_what_the_first_decided(reviewer, reel):
    reel.change(by=None, state="submitted")
    seen = Deliverable.objects.get()
    reel.change(by=None, state="approved")
    response = take(reviewer, seen, "return", note="The disclosure is missing.")
    page = text(response)
    assert response.status_code == 409
    assert "Somebody changed the reel on instagram meanwhile: it is approved now." in page
    assert "You had typed: “The disclosure is missing.”" in page
    reel.refresh_from_db()
    assert (reel.state, reel.note) == ("approved", "")


def test_a_step_that_is_still_open_after_somebodys_change_can_be_sent_again(marketing, reel):
    reel.change(by=None, due_on=date(2027, 6, 1))
    response = marketing.post(
        page_of(reel, "step"), {"step": "submit", "revision": 1, "draft_url": "https://drafts.example/7"}
    )
    page = text(response)
    assert response.status_code == 409
    assert "Look it over, and send it again." in page
    assert 'value="https://drafts.example/7"' in page
    assert take(marketing, reel, "submit", draft_url="https://drafts.example/7").status_code == 302


def test_a_step_that_is_none_is_refused(marketing, reel):
    page = text(marketing.post(page_of(reel, "step"), {"step": "burn", "revision": 1}, follow=True))
    assert "That is no step of a deliverable." in page
    assert marketing.post(page_of(reel, "step"), {"step": "submit"}).status_code == 400
    assert marketing.get(page_of(reel, "step")).status_code == 405


@pytest.mark.parametrize("page", ["change", "remove"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reviewer_neither_edits_nor_removes(reviewer, reel, page, method):
    assert getattr(reviewer, method)(page_of(reel, page), typed()).status_code == 403
    assert getattr(reviewer, method)(owed_by(reel.collaboration), {"format": "story"}).status_code == 403
    assert Deliverable.objects.get().revision == 1


def test_who_sees_no_deliverables_takes_no_step(sign_in, reel):
    client = sign_in("nora", "campaigns.view_campaign", "campaigns.decide_deliverable")
    Deliverable.objects.update(state="submitted")
    assert take(client, reel, "approve").status_code == 403
    page = sign_in("omar", "campaigns.view_collaboration").get(page_of(reel.collaboration))
    assert "Deliverables" not in text(page)


def test_a_draft_that_was_sent_back_says_so_until_it_is_submitted_again(marketing, reel):
    badge = '<span class="fk-badge fk-avoid">Sent back</span>'
    reel.change(by=None, state="submitted")
    reel.change(by=None, state="planned", note="Show the sole")

    page = text(marketing.get(page_of(reel.collaboration)))
    assert (badge in page, ">Planned</span>" in page, "Show the sole" in page) == (True, False, True)

    reel.change(by=None, state="submitted")

    assert badge not in text(marketing.get(page_of(reel.collaboration)))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("jonás", ["reel"]), ("jonas.ber", ["reel"]), ("BEN_7", ["story"]), ("c-1", ["reel"]), ("REÉ", ["reel"]),
        ("fruhl", ["reel", "story"]), ("nobody", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("most", [300, 1])
def test_deliverables_are_found_by_creator_campaign_and_format_be_they_few_or_many(
    admin_client, monkeypatch, asked, found, most
):
    for module in ("creator", "collaboration", "deliverable"):
        monkeypatch.setattr(f"campaigns.models.{module}.MAX_LISTED_MATCHES", most)
    factories.creator("c-1", "Jonas Berg")
    campaign = factories.campaign("spring", name="Frühling")
    factories.deliverable(factories.collaboration(campaign, "c-1"), "reel")
    factories.deliverable(factories.collaboration(campaign, "ben_7"), "story")

    page = admin_client.get("/admin/campaigns/deliverable/", {"q": asked})

    assert sorted(each.format for each in page.context["cl"].result_list) == found
    assert "case-sensitive" not in page.content.decode()
