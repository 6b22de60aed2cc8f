"""The tables of users, groups and tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.forms import (
    AdminPasswordChangeForm,
    UnfoldReadOnlyPasswordHashWidget,
    UserChangeForm,
    UserCreationForm,
)
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from famekeeda.admin.tables import DeclaredLookups, LargeTableAdmin
from famekeeda.models import Token

admin.site.unregister([User, Group, AuthToken])


def difference(form: Any) -> str:
    """What a form of rights changes, in words: whom an audit asks about a group wants to know which right."""
    parts = []
    for name in form.changed_data:
        value = form.cleaned_data.get(name)
        if isinstance(value, QuerySet):
            before = {str(row) for row in form.initial.get(name) or []}
            now = {str(row) for row in value}
            words = [f"added {row}" for row in sorted(now - before)] + [
                f"removed {row}" for row in sorted(before - now)
            ]
            parts.append(f"{name}: {', '.join(words)}")
        elif isinstance(value, bool):
            parts.append(f"{name}: {'yes' if value else 'no'}")
        else:
            parts.append(name)
    return "; ".join(parts)


class RightsInHistory(ModelAdmin):
    """The history of a user or group names the groups and rights that were added and removed."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        said = difference(form)
        return (
            f"{'Added' if add else 'Changed'} {said}."
            if said
            else super().construct_change_message(request, form, formsets, add)
        )


class PasswordInWords(UnfoldReadOnlyPasswordHashWidget):
    """Whether a user has a password, without the parts of its hash, which say nothing to people."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        is_set = bool(value) and is_password_usable(value)
        summary = [{"label": "A password is set." if is_set else "No password is set."}]
        return super().get_context(name, value, attrs) | {"summary": summary}


class UserForm(UserChangeForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["password"].widget = PasswordInWords()
        self.fields["password"].help_text = format_html(
            'Nobody can read it. <a class="fk-link" href="{}">Set another password</a>', "../password/"
        )


class ManyToManyCheckboxes(ModelAdmin):
    """Many-to-many fields as checkboxes, since Django's two lists side by side are too wide for a laptop."""

    filter_horizontal: Any = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(User)
class UserAdmin(RightsInHistory, ManyToManyCheckboxes, DeclaredLookups, DjangoUserAdmin, ModelAdmin):
    """A form without permissions of single users: users get their permissions from groups."""

    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "member_of", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_staff":
            assert field  # noqa: S101
            field.help_text = "Lets a user without a group enter the admin. Members of a group may enter anyway."
        return field

    @admin.display(description="groups")
    def member_of(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or ("superuser" if user.is_superuser else "none")


@admin.register(Group)
class GroupAdmin(RightsInHistory, ManyToManyCheckboxes, DeclaredLookups, DjangoGroupAdmin, ModelAdmin):
    pass


@admin.register(Token)
class TokenAdmin(LargeTableAdmin):
    """The long-lived tokens of all users. Users make tokens on a page of their own (accounts/token_pages.py)."""

    list_display = ("token_key", "name", "user", "created", "last_used_at", "expiry")
    list_select_related = ("user",)
    search_fields = ("token_key", "name", "user__username")
    search_help_text = "How the token begins, its name, or whose it is"
    actions: Any = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("famekeeda.delete_token")
