"""A currency is guarded as the amounts are of which it says what they are; forms and tables show no hidden amount."""

import csv

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from campaigns.event_types import CAMPAIGN_UPDATED, told
from campaigns.load_judge import country, currency
from famekeeda.events.telling import tell
from tests import factories

REFUSED = "Fees and budgets need the right campaigns.view_fee, which none of your groups has."


@pytest.fixture
def spring(db):
    spring = factories.campaign("spring", budget="777124.45", currency="EUR", platforms=["instagram", "tiktok"])
    factories.collaboration(spring, "ana", fee="987.65", currency="EUR", state="agreed")
    return spring


@pytest.fixture
def tom(db):
    rights = ("view_campaign", "change_campaign", "view_collaboration", "change_collaboration")
    return factories.user("tom", *(f"campaigns.{right}" for right in rights), is_staff=True)


@pytest.mark.parametrize(
    ("method", "path"), [("patch", "/campaigns/spring"), ("put", "/campaigns/spring/creators/ana")]
)
def test_only_who_may_see_fees_sets_a_currency(ask, spring, tom, method, path):
    answer = ask(method, path, {"currency": "JPY"}, by=tom)

    assert (answer.status_code, answer.json()["detail"]) == (403, REFUSED)
    assert ask("put", "/campaigns/spring/creators/ana", {"note": "Mornings"}, by=tom).status_code == 200


@pytest.mark.parametrize("path", ["/campaigns/spring", "/campaigns/spring/creators/ana"])
def test_the_forms_of_the_browsable_api_hold_no_amount(spring, tom, path):
    client = Client()
    client.force_login(tom)
    page = client.get(path, headers={"Accept": "text/html"}).content.decode()

    assert "<form" in page
    assert "777124" not in page
    assert "987.65" not in page


def test_csv_writes_what_has_fields_as_json(ask, spring):
    factories.creator("ana", followers=500)
    (campaign,) = csv.DictReader(ask("get", "/campaigns?format=csv").content.decode().splitlines())
    (creator,) = csv.DictReader(ask("get", "/creators?format=csv").content.decode().splitlines())

    assert campaign["platforms"] == "instagram | tiktok"
    assert campaign["fees"].startswith('[{"currency":"EUR"')
    assert creator["accounts"].startswith('[{"platform":"instagram"')


def test_letters_whose_capitals_are_those_of_a_code_are_none(ask, spring):
    from campaigns.admin.fields import Currency  # which needs Django's own tables to be registered

    assert ask("patch", "/campaigns/spring", {"currency": "ſſſ"}).status_code == 400
    assert ask("put", "/creators/ana", {"country": "ſſ"}).status_code == 400
    with pytest.raises(ValidationError):
        Currency().clean("ſſſ")
    for read, code in ((currency, "ſſſ"), (country, "ſſ")):
        with pytest.raises(ValueError, match="must be the"):
            read(code)


def test_who_may_not_see_fees_is_told_of_no_other_currency(spring, tom):
    changes = told({"currency": {"before": "USD", "after": "EUR"}})
    event = factories.event(CAMPAIGN_UPDATED, name="Spring", **{"changes": {}} | changes)

    assert tell([event], tom)[0].text == "Spring: amounts changed"
