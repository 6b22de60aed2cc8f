"""The accounts: groups and what they may do, tokens that are shown once."""

import re

import pytest
from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from tests import factories

TOKENS = "/admin/knox/authtoken/"


def member(client, group: str):
    user = factories.user(group.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return user


@pytest.mark.parametrize("group", ["Marketing", "Reviewer"])
def test_marketing_and_reviewers_see_upload_and_shortlist(db, group):
    permissions = Group.objects.get(name=group).permissions.filter(content_type__app_label__in=["performance", "loads"])

    assert sorted(permissions.values_list("codename", flat=True)) == [
        "add_load", "add_verdict", "change_verdict", "delete_verdict",
        "view_engagement", "view_load", "view_reject", "view_verdict",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/admin/loads/load/add/", 200),
        (TOKENS, 200),
        ("/admin/auth/user/", 403),
        ("/admin/auth/group/", 403),
    ],
)
def test_operators_do_all_but_users_and_groups(client, db, page, status):
    member(client, "Operator")

    assert client.get(page).status_code == status


def test_a_token_is_shown_once_and_opens_the_api(admin_client, admin_user):
    page = admin_client.post(TOKENS + "add/", {"user": admin_user.pk}, follow=True).content.decode()
    token = re.search(r"shown this once: (\w+)", page)[1]

    assert APIClient(headers={"Authorization": f"Token {token}"}).get("/loads").status_code == 200
    assert token not in admin_client.get(TOKENS).content.decode()


def test_who_may_not_change_users_makes_tokens_for_nobody_else(client, db, admin_user):
    member(client, "Operator")

    page = client.post(TOKENS + "add/", {"user": admin_user.pk})

    assert "Select a valid choice" in page.content.decode()
    assert not admin_user.auth_token_set.exists()


@pytest.mark.parametrize("page", ["/admin/auth/user/add/", "/admin/auth/group/add/", TOKENS + "add/"])
def test_the_account_forms_answer(admin_client, page):
    assert admin_client.get(page).status_code == 200


def test_a_user_is_put_into_groups_by_ticking_them(admin_client, db):
    user = factories.user(is_staff=True)
    marketing = Group.objects.get(name="Marketing")
    form = {"username": "mara", "is_active": "on", "is_staff": "on", "groups": [marketing.pk]}

    admin_client.post(f"/admin/auth/user/{user.pk}/change/", form)

    assert list(user.groups.all()) == [marketing]
