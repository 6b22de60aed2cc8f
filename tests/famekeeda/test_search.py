"""The page that searches what all apps hold."""

import re

import pytest

from famekeeda.shared import CreatorName
from tests import factories


def shown(client, text) -> list[str]:
    """Headings and links of the page, in order."""
    page = client.get("/admin/search/", {"q": text}).content.decode().partition('role="search"')[2]
    return re.findall(r'<h2>(.*?)</h2>|<td class="fk-id"><a href="(.*?)">', page)


def test_results_of_all_apps_stand_under_their_kind_each_page_once(admin_client):
    factories.engagement("nike_fan", "nike_1")
    brief = factories.brief("nike", campaign_id="nike_1", influencer_id="nike_fan")

    assert shown(admin_client, "nike") == [
        ("Campaigns", ""), ("", "/admin/campaign/nike_1/"),
        ("Creators", ""), ("", "/admin/creator/nike_fan/"),
        ("Briefs", ""), ("", f"/admin/briefs/brief/{brief.pk}/change/"),
    ]  # fmt: skip


def test_a_creator_is_found_under_the_name_with_handle_and_id_beside_it(admin_client, register):
    register("weather", creator_names=lambda ids: {"ana": CreatorName("Ana <Silva>", "ana.s")})
    factories.engagement("ana")

    page = admin_client.get("/admin/search/?q=an").content.decode()

    assert '<a href="/admin/creator/ana/">Ana &lt;Silva&gt;</a>' in page
    assert ">@ana.s ana</td>" in page


def test_who_may_see_results_alone_finds_no_briefs(client, db):
    factories.engagement("nike_fan", "nike_1")
    factories.brief("nike")
    client.force_login(factories.user("mara", "performance.view_engagement", is_staff=True))

    assert shown(client, "nike") == [
        ("Campaigns", ""), ("", "/admin/campaign/nike_1/"),
        ("Creators", ""), ("", "/admin/creator/nike_fan/"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "'\"<b>", "é?#&", "x" * 5_000, "\ud800".encode("utf-8", "surrogatepass")]
)
def test_a_text_that_fits_nothing_finds_nothing(admin_client, text):
    factories.engagement("ana", "spring")

    assert shown(admin_client, text) == []
    assert admin_client.get("/admin/search/", {"q": text}).status_code == 200


def test_the_text_stays_in_the_field_and_cannot_break_out(admin_client):
    page = admin_client.get('/admin/search/?q="><script>').content.decode()

    assert 'value="&quot;&gt;&lt;script&gt;"' in page
    assert '"><script>' not in page.replace('"></script>', "")


def test_the_search_needs_a_login(client, db):
    assert client.get("/admin/search/?q=a")["Location"] == "/admin/login/?next=/admin/search/%3Fq%3Da"
