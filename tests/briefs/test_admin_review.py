"""The page of a brief: what it shows, who may edit and decide, and what happens when two do at once."""

import time

import pytest
from django.utils.html import escape
from django_redis import get_redis_connection

from briefs.models import Brief, Decision
from famekeeda.celery import WORKERS
from tests import factories

HOSTILE = '<script>alert("x")</script>'
MAY = ("briefs.view_brief", "briefs.change_brief", "briefs.add_brief", "briefs.review_brief")

pytestmark = pytest.mark.usefixtures("catalogues")


def text(response) -> str:
    return response.content.decode()


def page_of(brief: Brief, page: str = "change") -> str:
    return f"/admin/briefs/brief/{brief.pk}/{page}/"


def typed(**changed) -> dict:
    """The edit form as a browser sends it."""
    lines = {name: "\r\n".join(factories.CONTENT[name]) for name in ("hookIdeas", "deliverables", "dos", "donts")}
    words = {name: factories.CONTENT[name] for name in ("caption", "CTA", "tone", "usageRights")}
    return words | lines | {"hashtags": "#run #firstmile", "revision": 0} | changed


@pytest.fixture
def reviewer(client, db):
    client.force_login(factories.user("rita", *MAY, is_staff=True))
    return client


def decide(client, brief, action, **fields):
    return client.post(page_of(brief, "decide"), {"action": action, "revision": brief.revision} | fields, follow=True)


def test_a_brief_is_shown_as_its_platform_will_show_it(admin_client):
    caption = "#ad Run your first mile with Nike. " + "And then one more, since nobody stops at one. " * 3
    brief = factories.brief(generated=factories.CONTENT | {"caption": caption.strip()})

    page = text(admin_client.get(page_of(brief)))

    assert '<mark title="The disclosure of a paid post">#ad</mark> Run your first mile with Nike.' in page
    assert "… more" in page
    assert "<strong>189</strong>" in page
    assert "2,011 left" in page
    assert "2 left" in page
    assert "Tap the link and pick your pair." in page


def test_the_demo_model_is_named_for_what_it_is(admin_client):
    said = "Written by the built-in demo model, not by a language model."

    assert said in text(admin_client.get(page_of(factories.brief())))
    assert said not in text(admin_client.get(page_of(factories.brief(model="gpt-4o"))))


def test_the_trace_tells_what_was_asked_found_out_and_mended(admin_client):
    brief = factories.brief()
    factories.step(brief, "call", "tools", attempts=[{"status": 429, "milliseconds": 5, "error": "rate_limited"}],
                   received={"toolCalls": [{"name": "trendFetcher"}]}, prompt_tokens=1200)  # fmt: skip
    trends = {"hashtags": ["#run", "#fyp"], "matched": "topic", "onTopic": ["#run"]}
    factories.step(brief, "tool", "trendFetcher", asked_by="model", received=trends)
    factories.step(brief, "tool", "personaClassifier", asked_by="code",
                   received={"persona": "Runner", "description": "Runs.", "confidence": 0.72, "why": ""})  # fmt: skip
    best = {"influencerId": "influencer_7", "platform": "tiktok", "engagementRate": 4.2, "views": 12_000}
    evidence = {"campaign": "campaign_1", "bestCreators": [best], "note": "Rates are in per cent."}
    factories.step(brief, "tool", "creativeAngle", asked_by="model", received={"angle": "Day", "evidence": evidence})
    factories.step(brief, "rules", "mend", received={"notes": ["Put #ad where it is seen."]})

    page = text(admin_client.get(page_of(brief)))

    for said in ("429 rate_limited", "1,200 + 0 tokens", "#run", "72 % sure", "the model had not", "Put #ad where"):
        assert said in page
    assert "#run about the product or the goal, the others merely strong on the platform" in page
    assert 'href="/admin/creator/influencer_7/"' in page
    assert 'href="/admin/campaign/campaign_1/"' in page
    assert "4.20 %" in page


def test_what_was_asked_and_what_it_took_stand_below(admin_client, admin_user):
    first = factories.brief()
    brief = factories.brief(by=admin_user, regenerated_from=first, prompt_tokens=1500, completion_tokens=300,
                            cost="0.0021", prompt_version="abc123")  # fmt: skip

    page = text(admin_client.get(page_of(brief)))

    for said in ("1,500 read, 300 written", "$0.0021", "abc123", f"brief {first.pk}", "admin"):
        assert said in page
    assert f"brief {brief.pk}" in text(admin_client.get(page_of(first)))


def test_two_versions_stand_side_by_side_with_the_words_marked_that_differ(admin_client, admin_user):
    first = factories.brief()
    first.reject(by=admin_user, revision=0, reason="Too stiff")
    content = factories.CONTENT | {"tone": "Warm and funny", "dos": ["Show the shoe in motion", HOSTILE]}
    second = factories.brief(generated=content, regenerated_from=first, instructions="Funnier")

    page = text(admin_client.get(f"/admin/briefs/brief/{first.pk}/compare/{second.pk}/"))

    assert "Warm and <del>honest</del>" in page
    assert "Warm and <ins>funny</ins>" in page
    assert f"<ins>{escape(HOSTILE)}</ins>" in page
    assert HOSTILE not in page
    assert "“Too stiff”" in page
    assert "Funnier" in page
    assert page.count("the same in both") == 8


def test_versions_link_to_their_comparison(admin_client):
    first = factories.brief()
    second = factories.brief(regenerated_from=first)
    link = f'href="/admin/briefs/brief/{first.pk}/compare/{second.pk}/"'

    for brief in (first, second):
        heading = text(admin_client.get(page_of(brief))).partition("<h2>Review</h2>")[2].partition("</header>")[0]
        assert link in heading


def test_a_comparison_leads_on_to_approving_and_to_the_review_of_each_version(admin_client, admin_user):
    first = factories.brief()
    first.reject(by=admin_user, revision=0, reason="Too stiff")
    second = factories.brief(regenerated_from=first)

    page = text(admin_client.get(f"/admin/briefs/brief/{first.pk}/compare/{second.pk}/"))

    assert f'href="{page_of(first)}">Open brief {first.pk}</a>' in page
    assert f'href="{page_of(second)}">Review brief {second.pk}</a>' in page
    assert f'action="/admin/briefs/brief/{second.pk}/decide/"' in page
    assert f"Approve brief {first.pk}" not in page


def test_only_written_briefs_are_compared_and_only_by_who_may_see_them(admin_client, client):
    written, failed = factories.brief(), factories.brief(state="failed")

    assert admin_client.get(f"/admin/briefs/brief/{written.pk}/compare/{failed.pk}/").status_code == 404
    client.force_login(factories.user("ken", is_staff=True))
    assert client.get(f"/admin/briefs/brief/{written.pk}/compare/{written.pk}/").status_code == 403


def test_hostile_words_stay_words_everywhere(admin_client):
    content = {name: [HOSTILE] if isinstance(value, list) else HOSTILE for name, value in factories.CONTENT.items()}
    brief = factories.brief(HOSTILE, HOSTILE, goal=HOSTILE, model=HOSTILE, influencer_id=HOSTILE, campaign_id=HOSTILE,
                            persona=HOSTILE, creative_angle=HOSTILE, hashtags=[HOSTILE], generated=content)  # fmt: skip
    message = {
        "role": HOSTILE,
        "content": HOSTILE,
        "tool_calls": [{"function": {"name": HOSTILE, "arguments": HOSTILE}}],
    }
    call = {"name": HOSTILE, "arguments": HOSTILE}
    factories.step(brief, "call", HOSTILE, sent={"messages": [message]}, error=HOSTILE,
                   received={"text": HOSTILE, "refusal": HOSTILE, "model": HOSTILE, "toolCalls": [call]})  # fmt: skip
    factories.step(brief, "tool", HOSTILE, asked_by="model", sent={"arguments": HOSTILE, "overridden": [HOSTILE]})
    factories.step(brief, "rules", "mend", received={"notes": [HOSTILE]})

    for name in ("change", "edit", "creator"):
        page = text(admin_client.get(page_of(brief, name)))
        assert HOSTILE not in page
        assert escape(HOSTILE) in page
    decide(admin_client, brief, "reject", reason=HOSTILE)
    assert HOSTILE not in text(admin_client.get(page_of(brief)))


def test_an_address_in_a_models_words_is_no_link(admin_client):
    brief = factories.brief(generated=factories.CONTENT | {"CTA": "Go to https://evil.example/now"})

    page = text(admin_client.get(page_of(brief)))

    assert "https://evil.example/now" in page
    assert 'href="https://evil' not in page


@pytest.mark.parametrize(
    ("failure", "said", "advised"),
    [
        ("timed_out", "did not answer in time", "Try again in a few minutes."),
        ("refusal", "refused to write", "Look at the wording of product and goal"),
        ("unauthorised", "refused our key", "OPENAI_API_KEY is the setting to check"),
        ("invalid", "no valid brief", "in other, plainer words"),
    ],
)
def test_a_failure_says_what_happened_and_what_can_be_done(admin_client, failure, said, advised):
    brief = factories.brief(state="failed", failure=failure, failure_detail="429. Slow down.")

    page = text(admin_client.get(page_of(brief)))

    assert [words in page for words in (said, advised, "429. Slow down.", "Try again")] == [True] * 4


def test_a_brief_in_flight_is_polled_and_a_finished_one_is_not(admin_client):
    brief = factories.brief(state="queued")
    url = page_of(brief)

    page = text(admin_client.get(url))
    assert f'hx-get="{url}" hx-trigger="every 1s"' in page
    assert "No worker is running." in page
    part = text(admin_client.get(url, headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<section class="fk" id="brief" data-state="queued"')

    Brief.objects.update(state="failed", failure="empty")
    assert "hx-trigger" not in text(admin_client.get(url, headers={"HX-Request": "true"}))


def test_nobody_is_warned_while_a_worker_for_briefs_lives(admin_client):
    brief = factories.brief(state="queued")
    workers = get_redis_connection("default")
    workers.zadd(WORKERS, {"io@here": time.time()})

    page = text(admin_client.get(page_of(brief)))

    workers.delete(WORKERS)
    assert "No worker is running." not in page


def test_a_step_that_was_opened_stays_open_while_the_page_polls(admin_client):
    brief = factories.brief(state="running")
    step = factories.step(brief, "call", "tools")

    assert f'id="step-{step.pk}" class="br-call" hx-preserve' in text(admin_client.get(page_of(brief)))


def test_an_edit_stands_beside_the_models_words(reviewer):
    brief = factories.brief()

    page = reviewer.post(page_of(brief, "edit"), typed(tone="Dry", dos="One\r\n\r\n Two "), follow=True)

    brief.refresh_from_db()
    assert (brief.edited["tone"], brief.edited["dos"], brief.edited["disclosure"]) == ("Dry", ["One", "Two"], "#ad")
    assert (brief.generated["tone"], brief.revision) == ("Warm and honest", 1)
    assert "<strong>rita</strong> edited: Tone, Do" in text(page)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"caption": "Run your first mile."}, "The caption has to begin with #ad"),
        ({"caption": "#ad " + "x" * 2_200}, "2,200 is the limit"),
        ({"hashtags": "#a #b #c #d #e"}, "5 hashtags are too many"),
        ({"hashtags": "#notad"}, "#notad discloses, or denies"),
        ({"hookIdeas": " \r\n "}, "Hook ideas: This field is required."),
        ({"dos": "\n".join("x" * 21)}, "Do: 21 lines are too many: 20 are the most."),
        ({"tone": ""}, "Tone: This field is required."),
    ],
)
def test_an_edit_that_breaks_the_rules_is_not_saved_and_not_lost(reviewer, changed, said):
    brief = factories.brief()

    response = reviewer.post(page_of(brief, "edit"), typed(CTA="My own words") | changed)

    assert (response.status_code, said in text(response), "My own words" in text(response)) == (400, True, True)
    assert not Decision.objects.exists()


def test_whoever_types_sees_how_it_would_look_and_nothing_is_saved(reviewer):
    brief = factories.brief()

    part = reviewer.post(page_of(brief, "edit"), typed(caption="#ad Hi"), headers={"HX-Request": "true"})

    assert "<strong>23</strong> of 2,200 characters" in text(part)
    assert "<html" not in text(part)
    assert not Decision.objects.exists()


def test_of_two_who_edit_at_once_the_second_is_told_and_keeps_what_they_typed(reviewer):
    brief = factories.brief()
    ken = factories.user("ken")
    brief.edit(factories.CONTENT | {"tone": "Loud"}, by=ken, revision=0)

    response = reviewer.post(page_of(brief, "edit"), typed(tone="Dry"))

    page = text(response)
    assert response.status_code == 409
    assert ("Somebody changed this brief meanwhile" in page, "ken edited: Tone" in " ".join(page.split())) == (
        True,
        True,
    )
    assert ('value="Dry"' in page, "<p>Loud</p>" in page) == (True, True)
    brief.refresh_from_db()
    assert brief.edited["tone"] == "Loud"

    assert '<input type="hidden" name="revision" value="1">' in page
    reviewer.post(page_of(brief, "edit"), typed(tone="Dry", revision=1))
    brief.refresh_from_db()
    assert brief.edited["tone"] == "Dry"


def test_what_was_decided_meanwhile_is_not_edited(reviewer):
    brief = factories.brief()
    brief.approve(by=None, revision=0)

    response = reviewer.post(page_of(brief, "edit"), typed(tone="Dry"))

    assert (response.status_code, "The brief has to be reopened" in text(response)) == (409, True)
    assert reviewer.get(page_of(brief, "edit")).status_code == 302
    brief.refresh_from_db()
    assert brief.edited is None


def test_an_approval_names_who_gave_it(reviewer):
    brief = factories.brief()

    page = decide(reviewer, brief, "approve")

    brief.refresh_from_db()
    assert (brief.review, brief.decided_by.username) == ("approved", "rita")
    assert "<strong>rita</strong> approved" in text(page)


def test_a_rejection_keeps_its_reason(reviewer):
    brief = factories.brief()

    page = decide(reviewer, brief, "reject", reason="Too loud")

    brief.refresh_from_db()
    assert (brief.review, brief.decisions.get().note) == ("rejected", "Too loud")
    assert "“Too loud”" in text(page)


def test_a_rejection_without_a_reason_is_none(reviewer):
    brief = factories.brief()

    page = decide(reviewer, brief, "reject", reason="  ")

    assert "Say why" in text(page)
    brief.refresh_from_db()
    assert brief.review == "pending"


def test_a_decision_is_taken_back_and_stays_on_record(reviewer):
    brief = factories.brief()
    brief.approve(by=None, revision=0)

    page = decide(reviewer, brief, "reopen")

    brief.refresh_from_db()
    assert (brief.review, brief.decided_by) == ("pending", None)
    assert ("approved" in text(page), "<strong>rita</strong> reopened" in text(page)) == (True, True)


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_of_two_who_decide_at_once_the_second_is_told(reviewer, action):
    brief = factories.brief()
    Brief.objects.get(pk=brief.pk).reject(by=None, revision=0, reason="No")

    page = decide(reviewer, brief, action, reason="Mine")

    assert "Somebody changed or decided this brief meanwhile" in text(page)
    assert [decision.note for decision in brief.decisions.all()] == ["No"]


def test_nobody_approves_words_they_have_not_seen(reviewer):
    brief = factories.brief()
    Brief.objects.get(pk=brief.pk).edit(factories.CONTENT | {"tone": "Loud"}, by=None, revision=0)

    decide(reviewer, brief, "approve")

    brief.refresh_from_db()
    assert brief.review == "pending"


@pytest.mark.parametrize(("page", "method"), [("edit", "get"), ("decide", "post"), ("regenerate", "post")])
def test_who_may_only_look_changes_nothing(client, page, method):
    brief = factories.brief()
    client.force_login(factories.user("ken", "briefs.view_brief", is_staff=True))

    looked = text(client.get(page_of(brief)))

    assert ("Approve" in looked, "Regenerate" in looked, ">Edit<" in looked) == (False, False, False)
    assert getattr(client, method)(page_of(brief, page), {"action": "approve", "revision": 0}).status_code == 403
    brief.refresh_from_db()
    assert brief.review == "pending"


@pytest.mark.parametrize("page", ["decide", "regenerate"])
def test_looking_at_an_address_changes_nothing(admin_client, page):
    brief = factories.brief()

    assert admin_client.get(page_of(brief, page)).status_code == 405
    assert Brief.objects.get().review == "pending"


def test_who_may_change_but_not_review_edits_and_does_not_decide(client):
    brief = factories.brief()
    client.force_login(factories.user("mara", *MAY[:3], is_staff=True))

    page = text(client.get(page_of(brief)))

    assert ("Edit" in page, "Approve" in page) == (True, False)
    assert client.get(page_of(brief, "edit")).status_code == 200
    assert client.post(page_of(brief, "decide"), {"action": "approve", "revision": 0}).status_code == 403


@pytest.mark.parametrize("page", ["change", "creator"])
def test_who_may_not_see_briefs_sees_none(client, page):
    brief = factories.brief()
    client.force_login(factories.user("ken", "performance.view_engagement", is_staff=True))

    assert client.get(page_of(brief, page)).status_code == 403


def test_the_creators_page_has_the_brief_and_nothing_internal(reviewer):
    brief = factories.brief(model="gpt-4o", influencer_id="influencer_1")
    brief.edit(factories.CONTENT | {"tone": "Dry"}, by=factories.user("ken"), revision=0)
    factories.step(brief, "tool", "trendFetcher", received={"hashtags": ["#secret"]})

    page = text(reviewer.get(page_of(brief, "creator")))

    for said in ("Draft, not approved", "Dry", "for influencer_1", "#ad Nike Air Max: run your first mile with us."):
        assert said in page
    for kept in ("ken", "rita", "gpt-4o", "#secret", "trendFetcher"):
        assert kept not in page


def test_an_approved_brief_is_no_draft(reviewer):
    brief = factories.brief()
    brief.approve(by=None, revision=0)

    assert "Draft" not in text(reviewer.get(page_of(brief, "creator")))


def test_a_brief_outlives_its_platforms_rule(reviewer):
    brief = factories.brief(platform="vine")

    assert "its limits are not known" in text(reviewer.get(page_of(brief)))
    assert reviewer.get(page_of(brief, "creator")).status_code == 200
    assert reviewer.get(page_of(brief, "edit")).status_code == 302


def test_a_brief_there_is_not_is_not_found(reviewer):
    assert reviewer.get("/admin/briefs/brief/12345/change/").status_code == 404
