"""The accounts: groups and what they may do, tokens that are shown once."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission

from tests import factories

TOKENS = "/admin/famekeeda/token/"


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


@pytest.mark.parametrize("page", ["/admin/auth/user/add/", "/admin/auth/group/add/"])
def test_the_account_forms_answer(admin_client, page):
    assert admin_client.get(page).status_code == 200


def test_a_user_is_put_into_groups_by_ticking_them(admin_client, db):
    user = factories.user(is_staff=True)
    marketing = Group.objects.get(name="Marketing")
    form = {"username": "mara", "is_active": "on", "is_staff": "on", "groups": [marketing.pk]}

    admin_client.post(f"/admin/auth/user/{user.pk}/change/", form)

    assert list(user.groups.all()) == [marketing]


def test_the_page_of_a_user_says_whether_a_password_is_set_and_no_part_of_its_hash(admin_client, admin_user):
    admin_user.set_password("a long secret")
    admin_user.save()
    admin_client.force_login(admin_user)
    page = admin_client.get(f"/admin/auth/user/{admin_user.pk}/change/").content.decode()
    assert "A password is set." in page
    assert '<a class="fk-link" href="../password/">Set another password</a>' in page
    assert [word for word in ("pbkdf2", "md5", "salt", "algorithm") if word in page] == []

    admin_user.set_unusable_password()
    admin_user.save()
    admin_client.force_login(admin_user)
    assert "No password is set." in admin_client.get(f"/admin/auth/user/{admin_user.pk}/change/").content.decode()


def history(admin_client, path):
    return admin_client.get(f"/admin/{path}/history/").content.decode()


def test_the_history_of_a_user_names_the_groups_that_came_and_went(admin_client, db):
    user = factories.user()
    user.groups.add(Group.objects.get(name="Operator"))
    form = {"username": "mara", "is_active": "on", "groups": [Group.objects.get(name="Marketing").pk]}

    admin_client.post(f"/admin/auth/user/{user.pk}/change/", form)

    assert "Changed groups: added Marketing, removed Operator." in history(admin_client, f"auth/user/{user.pk}")


def test_the_history_of_a_group_names_the_rights_that_came_and_went(admin_client, db):
    group = Group.objects.create(name="Interns")
    right = Permission.objects.get(codename="view_load")

    admin_client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Interns", "permissions": [right.pk]})

    assert "Can view load" in history(admin_client, f"auth/group/{group.pk}")


@pytest.mark.parametrize("path", ["auth/user", "auth/group"])
def test_a_deleted_account_stands_in_the_history(admin_client, admin_user, path):
    row = factories.user() if path == "auth/user" else Group.objects.create(name="mara")

    admin_client.post(f"/admin/{path}/{row.pk}/delete/", {"post": "yes"})

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.is_deletion()) == (admin_user, "mara", True)
