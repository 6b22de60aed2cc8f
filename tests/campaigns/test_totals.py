"""What a campaign's results cost on the whole: per currency, over creators whose fee and results are both known."""

import re
from decimal import Decimal

import pytest

from tests import factories
from tests.campaigns.deal_pages import text

pytestmark = pytest.mark.django_db

SEE = ("campaigns.view_campaign", "campaigns.view_collaboration")


@pytest.fixture
def spring():
    return factories.campaign("spring", status="active", currency="EUR")


def part(campaign, creator, state, fee=None, currency="EUR", *, views=0, likes=0, comments=0, shares=0):
    amount = {} if fee is None else {"fee": Decimal(fee), "currency": currency}
    factories.collaboration(campaign, creator, state=state, **amount)
    if views:
        factories.engagement(creator, "spring", views=views, likes=likes, comments=comments, shares=shares)


def costs(client) -> list[str]:
    """The lines of the head, without markup."""
    page = text(client.get("/admin/campaign/spring/"))
    lines = re.findall(r'<p class="ca-cost">(.*?)</p>', page)
    return [" ".join(re.sub("<[^>]+>", " ", line).split()) for line in lines]


def test_costs_are_sums_divided_per_currency_over_creators_with_a_fee_and_results(marketing, spring):
    part(spring, "ana", "paid", "400", views=16_000, likes=1_500, comments=400, shares=100)  # 2,000 engagements
    part(spring, "ben", "agreed", "101", views=4_000, likes=500)
    part(spring, "cleo", "agreed", "900")  # no results
    part(spring, "dora", "posted", views=50_000, likes=9_000)  # no fee
    part(spring, "emil", "declined", "700", views=1_000, likes=100)
    part(spring, "fay", "contacted", "600", views=1_000, likes=100)  # nothing is agreed
    part(spring, "gus", "briefed", "30", "USD", views=600_000, likes=40_000)
    part(spring, "hal", "agreed", "50", "GBP")  # no results in this currency at all

    assert costs(marketing) == [
        "0.2004 EUR per engagement 25.05 EUR per 1,000 views over 2 of 3 creators with a fee",  # 501 ÷ 2,500, ÷ 20
        "0.0008 USD per engagement 0.05 USD per 1,000 views over 1 creator with a fee",  # 30 ÷ 40,000, ÷ 600
    ]


def test_where_nobody_engaged_views_alone_have_a_cost(marketing, spring):
    part(spring, "ana", "paid", "400", views=10_000)
    part(spring, "ben", "paid", "0", views=10_000)

    assert costs(marketing) == ["20 EUR per 1,000 views over all 2 creators with a fee"]


@pytest.mark.parametrize(
    ("rights", "lines"),
    [
        ((*SEE, "campaigns.view_fee", "performance.view_engagement"), 1),
        ((*SEE, "campaigns.view_fee"), 0),
        ((*SEE, "performance.view_engagement"), 0),
        (("campaigns.view_campaign", "campaigns.view_fee", "performance.view_engagement"), 0),
    ],
)
def test_costs_need_the_rights_to_see_fees_results_and_creators(sign_in, spring, rights, lines):
    part(spring, "ana", "paid", "400", views=10_000, likes=100)

    assert len(costs(sign_in("nina", *rights))) == lines
