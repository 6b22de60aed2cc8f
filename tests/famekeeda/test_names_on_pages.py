"""Creators and campaigns stand on pages under their names, which are asked for by list; the id is the link's title."""

import json
import re
from html import unescape

import pytest

from famekeeda.shared import CampaignFacts, CreatorName
from tests import factories

ANA = '<a class="fk-link" href="/admin/creator/ana/" title="@ana.s · ana">Ana &lt;Silva&gt;</a>'
SPRING = '<a class="fk-link" href="/admin/campaign/spring/" title="spring">Spring &amp; co</a>'

pytestmark = pytest.mark.usefixtures("catalogues")


@pytest.fixture
def asked(register):
    """The lists of creators whose names were asked for."""
    asked = []

    def creator_names(ids):
        asked.append(ids)
        return {"ana": CreatorName("Ana <Silva>", "ana.s")} if "ana" in ids else {}

    register(
        "weather",
        creator_names=creator_names,
        campaign_names=lambda ids: {"spring": "Spring & co"} if "spring" in ids else {},
        campaign_facts=lambda campaign_id: CampaignFacts(brand="Nike", product="Air Max") if campaign_id else None,
    )
    return asked


def text(response) -> str:
    return response.content.decode()


def test_the_ranking_and_its_chart_have_names(admin_client, asked):
    factories.engagement("ana", "spring", likes=9)
    factories.engagement("ben", "spring", likes=8)

    page = text(admin_client.get("/admin/campaign/spring/"))

    assert (ANA in page, '<a class="fk-link" href="/admin/creator/ben/">ben</a>' in page) == (True, True)
    chart = json.loads(unescape(re.findall(r'data-value="([^"]*)"', page)[0]))
    assert chart["labels"] == ["Ana <Silva>", "ben"]
    assert 'aria-label="Tick Ana &lt;Silva&gt;"' in page
    assert ["ana", "ben"] in asked


@pytest.mark.parametrize(
    "page",
    [
        "/admin/performance/engagement/",
        "/admin/performance/verdict/",
        "/admin/briefs/brief/",
        "/admin/",
        "/admin/campaign/spring/",
        "/admin/briefs/brief/{brief}/change/",
    ],
)
def test_a_creator_has_a_name_and_is_asked_for_with_all_others_of_the_page(admin_client, asked, page):
    for creator in ("ana", "ben", "cleo"):
        factories.engagement(creator, "spring")
        factories.verdict(creator)
        brief = factories.brief(campaign_id="spring", influencer_id="ana")
    asked.clear()

    assert ANA in text(admin_client.get(page.format(brief=brief.pk)))
    assert len(asked) <= 2  # of the campaign's page two panels ask


@pytest.mark.parametrize(
    "page",
    [
        "/admin/",
        "/admin/campaign/",
        "/admin/creator/ana/",
        "/admin/performance/engagement/",
        "/admin/briefs/brief/{brief}/change/",
    ],
)
def test_a_campaign_has_its_name(admin_client, asked, page):
    factories.engagement("ana", "spring")
    brief = factories.brief(campaign_id="spring", influencer_id="ana")

    assert SPRING in text(admin_client.get(page.format(brief=brief.pk)))


def test_the_creators_sheet_greets_the_creator_by_name(admin_client, asked):
    brief = factories.brief(influencer_id="ana")

    assert ", for Ana &lt;Silva&gt;</p>" in text(admin_client.get(f"/admin/briefs/brief/{brief.pk}/creator/"))


def test_the_evidence_of_a_brief_has_names(admin_client, asked):
    brief = factories.brief(campaign_id="spring")
    best = {"influencerId": "ana", "platform": "", "engagementRate": 4.2, "views": 10, "smallSample": True}
    factories.step(
        brief, "tool", "creativeAngle", received={"evidence": {"campaign": "spring", "bestCreators": [best]}}
    )

    page = text(admin_client.get(f"/admin/briefs/brief/{brief.pk}/change/"))

    assert ANA in page.partition("<h2>Trace")[2]


def test_what_apps_know_of_a_brief_stands_in_its_trace_in_words(admin_client, catalogues):
    known = {"profile": {"topics": ["running", "<b>"], "followers": {"tiktok": 12_000}}}
    brief = factories.brief()
    factories.step(brief, "tool", "creativeAngle", received={"evidence": {"bestCreators": [], "known": known}})

    page = text(admin_client.get(f"/admin/briefs/brief/{brief.pk}/change/"))

    assert "topics: running, &lt;b&gt; · followers: tiktok 12,000</p>" in page


def test_a_brief_added_for_a_campaign_begins_with_what_is_known_of_it(admin_client, asked):
    page = text(admin_client.get("/admin/briefs/brief/add/?campaign_id=spring&brand=Puma"))

    assert ('value="Puma"' in page, 'value="Air Max"' in page, 'value="spring"' in page) == (True, True, True)
