"""Text is stored in one form however it comes in, and found by whoever types it in another."""

import pytest

from campaigns.best_creators import best
from campaigns.models import Campaign, Creator
from tests.campaigns.deal_pages import page_of
from tests.loads.loading import load_text

DECOMPOSED, COMPOSED = "Jose\u0301", "Jos\u00e9"
ADD = "/admin/campaigns/campaign/add/"


@pytest.mark.django_db
def test_a_campaign_is_found_whoever_named_it_where_and_however(admin_client, ask, catalogues):
    admin_client.post(ADD, {"name": f"{DECOMPOSED} in May", "id": "may", "status": "draft", "product": DECOMPOSED})
    ask("post", "/campaigns", {"name": f"{DECOMPOSED}  in June", "id": "june"})

    assert set(Campaign.objects.values_list("name", "product")) == {("José in May", "José"), ("José in June", "")}
    for typed in (DECOMPOSED, COMPOSED):
        found = ask("get", f"/campaigns?q={typed}  in")
        assert {each["id"] for each in found.json()} == {"may", "june"}
        page = admin_client.get("/admin/campaigns/campaign/", {"q": typed}).content.decode()
        assert "in May" in page
        assert "in June" in page


@pytest.mark.django_db(transaction=True)
def test_a_creator_is_found_whoever_named_the_creator_where_and_however(ask, catalogues):
    load_text(
        f"influencerId,name,topics\nana,{DECOMPOSED} Silva,cafe\u0301;caf\u00e9\n", kind="creators", max_rejects=""
    )
    ask("put", "/creators/ben", {"name": f"{DECOMPOSED}  Silva"})

    assert set(Creator.objects.values_list("pk", "name")) == {("ana", "José Silva"), ("ben", "José Silva")}
    assert Creator.objects.get(pk="ana").topics == ["café"]
    for typed in (DECOMPOSED, COMPOSED):
        assert [each["influencerId"] for each in ask("get", f"/creators?q={typed}").json()] == ["ana", "ben"]
        assert set(best(typed, 5)) == {"ana", "ben"}


@pytest.mark.django_db
def test_a_note_is_the_same_and_as_long_by_the_api_and_by_the_page(admin_client, ask, ana):
    of_ana = "/campaigns/spring/creators/ana"
    ask("put", of_ana, {"note": f"{DECOMPOSED}:\r\ncall"})
    by_api = ask("get", of_ana).json()["note"]
    sent = {"revision": 2, "fee": "400.00", "currency": "EUR", "promo_code": "ANA10"}
    admin_client.post(page_of(ana, "terms"), sent | {"note": f"{DECOMPOSED}:\r\ncall"})
    ana.refresh_from_db()

    assert (by_api, ana.note) == ("José:\ncall", "José:\ncall")
    assert ask("put", of_ana, {"note": "x" * 2_001}).status_code == 400
    assert admin_client.post(page_of(ana, "terms"), sent | {"note": "x" * 2_001}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["\u200b", "\ufeffMay", "M\u009fay", "M\ufffday"])
def test_a_name_that_nobody_can_read_is_refused_by_the_form_too(admin_client, catalogues, name):
    assert admin_client.post(ADD, {"name": name, "status": "draft"}).status_code == 200
    assert not Campaign.objects.exists()
