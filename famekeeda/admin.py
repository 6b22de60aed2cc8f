"""What the apps' admin tables share (cells, filters, pages), and the tables of users, groups, tokens and events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RadioFilter, TextFilter
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from famekeeda import shared
from famekeeda.events.telling import tell
from famekeeda.events.types import event_types
from famekeeda.links import campaign_link, creator_link
from famekeeda.models import Event, Token


def link(text: object, url_name: str, *args: object) -> SafeString:
    return format_html('<a class="fk-link" href="{}">{}</a>', reverse(url_name, args=args), text)


def badge(text: str, style: str) -> SafeString:
    """A coloured label; admin.css defines the styles, as `.fk-…`."""
    return format_html('<span class="fk-badge fk-{}">{}</span>', style, text)


def count(field: str, title: str = "") -> Callable[[Any], str]:
    """A column of a table: the row's counter with thousands separators, under its own name or a title."""

    @admin.display(description=title or field, ordering=field)
    def number(row: Any) -> str:
        return f"{getattr(row, field):,}"

    return number


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


class NamesCreators:
    """A mixin for tables of rows with an `influencer_id`, a `campaign_id` or both: `creator_of` and `campaign_of` write
    them with their names, which are asked for once for the rows of a page."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        table = super().get_changelist_instance(request)  # type: ignore[misc]
        table.result_list = list(table.result_list)
        table.creator_names = shared.creator_names(ids(table, "influencer_id"))
        table.campaign_names = shared.campaign_names(ids(table, "campaign_id"))
        for row in table.result_list:
            row.table = table
        return table

    def creator_of(self, row: Any) -> SafeString | str:
        return creator_link(row.influencer_id, row.table.creator_names) if row.influencer_id else ""

    def campaign_of(self, row: Any) -> SafeString | str:
        return campaign_link(row.campaign_id, row.table.campaign_names) if row.campaign_id else ""


def ids(table: ChangeList, field: str) -> list[str]:
    return [getattr(row, field) for row in table.result_list if hasattr(row, field)]


class DeclaredLookups:
    """A mixin: an address narrows the table by what `list_filter` declares, and by nothing else. By comparing, whoever
    may not see a column could find its values out."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in {name for each in self.get_list_filter(request) for name in parameters(each)}  # type: ignore[attr-defined]


def parameters(declared: Any) -> list[str]:
    """The parameters of an address that an entry of `list_filter` reads: a filter's own, or those of a field."""
    if hasattr(declared, "parameter_name"):
        return [declared.parameter_name]
    field = declared if isinstance(declared, str) else declared[0]
    return [field, *(f"{field}__{lookup}" for lookup in ("exact", "isnull", "id__exact"))]


class LargeTableAdmin(DeclaredLookups, ModelAdmin):
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


class RightsInHistory:
    """A mixin: the history of a user or group names the groups and rights that were added and removed."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        said = difference(form)
        return (
            f"{'Added' if add else 'Changed'} {said}."
            if said
            else super().construct_change_message(  # type: ignore[misc]
                request, form, formsets, add
            )
        )


class ManyToManyCheckboxes:
    """A mixin: many-to-many fields as checkboxes, since Django's two lists side by side are too wide for a laptop."""

    filter_horizontal: Any = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(User)
class UserAdmin(RightsInHistory, ManyToManyCheckboxes, DeclaredLookups, DjangoUserAdmin, ModelAdmin):
    """A form without permissions of single users: users get their permissions from groups."""

    form = UserChangeForm
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


def note_told(events: list[Event], user: Any) -> None:
    """Gives each event what the user is told of it, as `told`."""
    for told in tell(events, user):
        event: Any = told.event
        event.told = told


class CampaignOfEventFilter(CampaignFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset).filter(**{"sequence__isnull": False} if self.value() else {})


class TypeFilter(RadioFilter):
    title, parameter_name = "type", "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(event_type.name, event_type.title) for event_type in event_types().values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(type=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(NamesCreators, LargeTableAdmin):
    """What happened, as the user may see it: the data itself may be confidential, and is never shown as it stands."""

    list_display = ("what", "campaign", "when", "by", "sequence", "type")
    list_display_links = ("what",)
    list_filter = (CampaignOfEventFilter, TypeFilter)
    list_select_related = ("by",)
    fields = ("at", "type", "title", "what", "campaign_id", "sequence", "by", "id", "version", "visible_data")
    readonly_fields = fields

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        table = super().get_changelist_instance(request)
        note_told(table.result_list, request.user)
        return table

    def get_object(self, request: HttpRequest, *args: Any) -> Event | None:
        event = super().get_object(request, *args)
        note_told([event] if event else [], request.user)
        return event

    @admin.display(description="what happened")
    def what(self, event: Any) -> str:
        return event.told.text

    @admin.display(description="when", ordering="id")
    def when(self, event: Event) -> SafeString:
        return format_html('<span title="{}">{}</span>', f"{event.at:%-d %B %Y, %H:%M:%S}", naturaltime(event.at))

    @admin.display(description="title")
    def title(self, event: Any) -> str:
        return event.told.title

    @admin.display(description="campaign", ordering="campaign_id")
    def campaign(self, event: Event) -> SafeString | str:
        return self.campaign_of(event)

    @admin.display(description="data")
    def visible_data(self, event: Any) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(event.told.data, ensure_ascii=False, indent=2))
