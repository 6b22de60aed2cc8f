"""What the apps' admin tables share (cells, filters, bounded pages), and the tables of users, groups and tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from knox.admin import AuthTokenCreateForm
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import TextFilter
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget


def link(text: object, url_name: str, *args: object) -> SafeString:
    return format_html('<a class="fk-link" href="{}">{}</a>', reverse(url_name, args=args), text)


def badge(text: str, style: str) -> SafeString:
    """A coloured label; admin.css defines the styles, as `.fk-…`."""
    return format_html('<span class="fk-badge fk-{}">{}</span>', style, text)


def count(field: str) -> Callable[[Any], str]:
    """A column of a table: the row's counter with thousands separators."""

    @admin.display(description=field, ordering=field)
    def number(row: Any) -> str:
        return f"{getattr(row, field):,}"

    return number


def csv_response(content: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class ExactFilter(TextFilter):
    """A filter with a text field for one exact value, where a list of all values would be too long."""

    lookup = "exact"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip().replace("\0", "")
        return queryset.filter(**{f"{self.parameter_name}__{self.lookup}": value}) if value else queryset


class CampaignFilter(ExactFilter):
    title, parameter_name = "campaign", "campaign_id"


class CreatorFilter(ExactFilter):
    title, parameter_name = "creator", "influencer_id"


class BoundedPaginator(Paginator):
    """Pages through the first MAX_ROWS rows of a table; rows beyond them are found by search and filters.

    Counting millions of rows, or skipping them, takes seconds.
    """

    MAX_ROWS = 10_000
    template_name = "admin/pagination_bounded.html"
    object_list: QuerySet[Any]

    @cached_property
    def _count_to_limit(self) -> int:
        return self.object_list.order_by()[: self.MAX_ROWS + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._count_to_limit, self.MAX_ROWS)

    @cached_property
    def estimate(self) -> int | None:
        """PostgreSQL's estimate of the number of rows if they are more than MAX_ROWS, else None."""
        if self._count_to_limit <= self.MAX_ROWS:
            return None
        plan = json.loads(self.object_list.order_by().explain(format="json"))
        return max(plan[0]["Plan"]["Plan Rows"], self._count_to_limit)


class BoundedChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count  # otherwise unfold offers a link that shows all rows


class LargeTableAdmin(ModelAdmin):
    """A table that people search and read only: programs write its rows, and may write millions."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # facets count all rows, once per choice
    list_per_page = 50
    list_display_links: Any = None
    list_filter_submit = True
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister([User, Group, AuthToken])


class ManyToManyCheckboxes:
    """A mixin: many-to-many fields as checkboxes, since Django's two lists side by side are too wide for a laptop."""

    filter_horizontal: Any = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(User)
class UserAdmin(ManyToManyCheckboxes, DjangoUserAdmin, ModelAdmin):
    """A form without permissions of single users: users get their permissions from groups."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")


@admin.register(Group)
class GroupAdmin(ManyToManyCheckboxes, DjangoGroupAdmin, ModelAdmin):
    pass


@admin.register(AuthToken)
class TokenAdmin(ModelAdmin):
    """Long-lived tokens for programs. The database holds only a hash: the token itself is shown once, when created."""

    list_display = ("token_key", "user", "created", "expiry")
    list_select_related = ("user",)
    search_fields = ("token_key", "user__username")
    fields = ("user", "expiry")

    def get_form(self, request: HttpRequest, obj: AuthToken | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs, form=AuthTokenCreateForm)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # A token acts as its user, so only those who may change users create tokens for others.
        if not request.user.has_perm("auth.change_user"):
            kwargs["queryset"] = User.objects.filter(username=request.user.get_username())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: AuthToken | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: AuthToken, form: AuthTokenCreateForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        text = f"The token of {obj.user}, shown this once: {form.token} (send it as “Authorization: Token …”)"
        self.message_user(request, text, messages.WARNING)

    def response_add(self, request: HttpRequest, obj: AuthToken, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:knox_authtoken_changelist"))
