"""The file of a campaign's creators for finance: what it says, and what it keeps from whom."""

import csv
import io

import pytest

from campaigns.story import creators_csv
from tests import factories
from tests.campaigns.deal_pages import text

pytestmark = pytest.mark.django_db

CSV = "/admin/campaigns/collaboration/csv/spring/"


@pytest.fixture
def spring(db):
    spring = factories.campaign("spring", status="active", currency="EUR")
    factories.creator("ana", "=1+1")
    ana = factories.collaboration(spring, "ana", state="paid", fee=1250, currency="EUR")
    for state in ("live", "live", "planned"):
        factories.deliverable(ana, state=state)
    factories.collaboration(spring, "ben", state="posted", fee=300, currency="USD")
    factories.collaboration(spring, "cleo", state="declined", fee=200, currency="EUR")
    factories.collaboration(spring, "dora", state="agreed")
    factories.collaboration(factories.campaign("autumn"), "emil")
    return spring


def lines(client) -> list[str]:
    return b"".join(client.get(CSV)).decode("utf-8-sig").splitlines()


def test_finance_reads_who_is_paid_who_is_owed_and_what_is_live(marketing, spring):
    assert lines(marketing) == [
        "id,name,state,fee,currency,payment,deliverables live,deliverables",
        "ana,'=1+1,paid,1250.00,EUR,paid,2,3",
        "ben,ben,posted,300.00,USD,owed,0,0",
        "cleo,cleo,declined,200.00,EUR,,0,0",
        "dora,dora,agreed,,,,0,0",
    ]
    assert 'filename="spring-creators.csv"' in marketing.get(CSV)["Content-Disposition"]
    assert f'href="{CSV}"' in text(marketing.get("/admin/campaign/spring/"))


def test_fees_and_deliverables_are_left_out_without_the_right_to_see_them(sign_in, spring):
    assert lines(sign_in("rita", group="Reviewer"))[:2] == [
        "id,name,state,deliverables live,deliverables", "ana,'=1+1,paid,2,3",
    ]  # fmt: skip
    assert lines(sign_in("nina", "campaigns.view_collaboration"))[:2] == ["id,name,state", "ana,'=1+1,paid"]
    assert sign_in("otto", "campaigns.view_campaign").get(CSV).status_code == 403


def test_many_creators_are_read_in_chunks_and_each_once(marketing, spring, monkeypatch):
    monkeypatch.setattr(creators_csv, "MAX_CHUNK", 2)
    names = [line["id"] for line in csv.DictReader(io.StringIO("\n".join(lines(marketing))))]
    assert names == ["ana", "ben", "cleo", "dora"]


def test_an_id_with_a_slash_has_its_file_and_an_unknown_one_none(marketing, spring):
    factories.campaign("nach/süden")
    answer = marketing.get("/admin/campaigns/collaboration/csv/nach/süden/")
    assert (answer.status_code, "creators.csv" in answer["Content-Disposition"]) == (200, True)
    assert marketing.get("/admin/campaigns/collaboration/csv/winter/").status_code == 404
