"""Who asks the API of campaigns and signs in to their pages, and a creator's part in a campaign."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from rest_framework_simplejwt.tokens import AccessToken

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


@pytest.fixture
def mara(db) -> User:
    mara = factories.user("mara", "performance.view_engagement")
    mara.user_permissions.add(*Permission.objects.filter(content_type__app_label="campaigns"))
    return mara


@pytest.fixture
def ask(client, mara):
    """Asks the API as mara, or as another user. Headers are written with _ for -."""

    def ask(method, path, body=None, *, by=mara, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers |= {"Authorization": f"Bearer {AccessToken.for_user(by)}"}
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(path, headers=headers, **given)

    return ask
