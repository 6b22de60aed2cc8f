"""Who signs in to the pages of campaigns, and a creator's part in one."""

import pytest
from django.contrib.auth.models import Group

from tests import factories


@pytest.fixture
def sign_in(client, db):
    """Signs a user in who has the rights named, and those of a group."""

    def signed_in(name, *permissions, group=""):
        user = factories.user(name, *permissions, is_staff=True)
        user.groups.set(Group.objects.filter(name=group))
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def marketing(sign_in):
    return sign_in("mara", group="Marketing")


@pytest.fixture
def reviewer(sign_in):
    return sign_in("rita", group="Reviewer")


@pytest.fixture
def ana(db):
    spring = factories.campaign("spring", status="active", currency="EUR", brand="Nova", platforms=["instagram"])
    return factories.collaboration(spring, "ana", state="agreed", fee=400, currency="EUR", promo_code="ANA10")
