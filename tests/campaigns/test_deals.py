"""The page of a creator's part in a campaign: what it shows to whom, and what may be done there."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

REVIEWER = ("campaigns.view_collaboration", "campaigns.view_deliverable", "campaigns.decide_deliverable")
MARKETING = (
    "campaigns.view_collaboration", "campaigns.change_collaboration", "campaigns.delete_collaboration",
    "campaigns.view_deliverable", "campaigns.add_deliverable", "campaigns.change_deliverable",
    "campaigns.delete_deliverable", "campaigns.view_fee",
)  # fmt: skip


def text(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(row, page="change") -> str:
    return f"/admin/campaigns/{row._meta.model_name}/{row.pk}/{page}/"


@pytest.fixture
def ana():
    spring = factories.campaign("spring", status="active", currency="EUR", brand="Nova", platforms=["instagram"])
    return factories.collaboration(spring, "ana", state="agreed", fee=400, currency="EUR", promo_code="ANA10")


@pytest.fixture
def marketing(client):
    client.force_login(factories.user("mara", *MARKETING, is_staff=True))
    return client


def test_the_page_says_who_in_which_campaign_and_how_far(marketing, ana):
    page = text(marketing.get(page_of(ana)))
    assert (
        '<a class="fk-link" href="/admin/creator/ana/">ana</a> <span class="fk-badge fk-agreed">Agreed</span>' in page
    )
    assert '<a class="fk-link" href="/admin/campaign/spring/">Spring</a>, which is active' in page
