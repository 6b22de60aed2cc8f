"""Bodies that say something twice, or money that no field can hold: 400 with the field's name."""

import pytest

from campaigns.models import Campaign, Collaboration
from tests import factories
from tests.campaigns.answers import errors

AMOUNT = ['Must be an amount such as "1200.00": not negative, at most 12 digits before the point, 2 after it.']


@pytest.mark.parametrize(
    "number",
    [
        "1e-400",
        "-1e-400",
        "0.0000000001",
        "1200.000000000000000001",
        "1.001",
        "1e-3",
        "1e-99999999999999999999",
        "1e12",
    ],
)
def test_an_amount_that_would_be_rounded_is_refused(ask, number):
    factories.campaign("spring", currency="EUR")

    answers = [
        ask("put", "/campaigns/spring/creators/ana", f'{{"fee": {number}}}'),
        ask("patch", "/campaigns/spring", f'{{"budget": {number}}}'),
        ask("post", "/campaigns", f'{{"name": "A", "currency": "EUR", "budget": {number}}}', Idempotency_Key="k"),
        ask("put", "/creators/ana", f'{{"usualFee": {number}, "currency": "EUR"}}'),
    ]

    assert [list(errors(answer).items()) for answer in answers] == [
        [(name, AMOUNT)] for name in ("fee", "budget", "budget", "usualFee")
    ]
    assert not Collaboration.objects.exists()


@pytest.mark.parametrize(("number", "fee"), [("0.10", "0.10"), ("1200.5", "1200.50"), ("1e2", "100.00"), ("0", "0.00")])
def test_an_amount_may_be_a_number(ask, number, fee):
    factories.campaign("spring", currency="EUR")

    assert ask("put", "/campaigns/spring/creators/ana", f'{{"fee": {number}}}').json()["fee"] == fee


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "k"}])
def test_a_field_that_a_body_gives_twice_is_refused_by_name(ask, accept, key):
    body = '{"name": "A", "budget": "1", "currency": "EUR", "budget": "9000"}'

    answer = ask("post", "/campaigns", body, Accept=accept, **key)

    assert answer.status_code == 400
    assert "May be given only once." in answer.content.decode()
    assert accept == "text/html" or errors(answer) == {"budget": ["May be given only once."]}
    assert not Campaign.objects.exists()


def test_a_number_for_a_text_is_refused_too(ask):
    assert list(errors(ask("post", "/campaigns", '{"name": 1e-400}'))) == ["name"]
