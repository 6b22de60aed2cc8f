"""What the apps' admin tables share: cells, filters, pages of rows, names, and which lookups an address may use."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import smart_split
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter, TextFilter
from unfold.views import ChangeList

from famekeeda import shared
from famekeeda.links import campaign_link, creator_link


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
    """A filter with a text field for one exact value, where a list of all values would be too long. `path` leads to the
    field that is not called as the parameter."""

    lookup, path = "exact", ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip().replace("\0", "")
        return queryset.filter(**{f"{self.path or self.parameter_name}__{self.lookup}": value}) if value else queryset


class CampaignFilter(ExactFilter):
    title, parameter_name = "campaign", "campaign_id"


class CreatorFilter(ExactFilter):
    title, parameter_name = "creator", "influencer_id"


class ChoicesFilter(RadioFilter):
    """A filter by one of the `values` of the field that is called as its parameter."""

    values: type[TextChoices]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value.value, value.label.capitalize()) for value in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value()
        return queryset.filter(**{self.parameter_name: asked}) if asked in self.values.values else queryset


class PlatformFilter(DropdownFilter):
    """A filter by one of the platforms that an app keeps a catalogue of."""

    title, parameter_name = "platform", "platform"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(shared.platforms().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        platform = (self.value() or "").strip().replace("\0", "")
        return self.narrowed(queryset, platform) if platform else queryset

    def narrowed(self, queryset: Any, platform: str) -> QuerySet[Any]:
        return queryset.filter(platform=platform)


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


class WordsChangeList(ChangeList):
    """Searches for the first MAX_WORDS words: a condition for each of hundreds holds the server for a minute."""

    MAX_WORDS = 8
    query: str

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        words = list(smart_split(self.query))
        if len(words) > self.MAX_WORDS:
            self.query = " ".join(words[: self.MAX_WORDS])
            messages.warning(request, f"Only the first {self.MAX_WORDS} words were searched for.")
        return super().get_queryset(request, exclude_parameters)


class BoundedChangeList(WordsChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count  # otherwise unfold offers a link that shows all rows


class NamesCreators(ModelAdmin):
    """A table of rows with an `influencer_id`, a `campaign_id` or both: `creator_of` and `campaign_of` write
    them with their names, which are asked for once for the rows of a page."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        table = super().get_changelist_instance(request)
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


class DeclaredLookups(ModelAdmin):
    """An address narrows the table by what `list_filter` declares and by a few words, and by nothing else. By
    comparing, whoever may not see a column could find its values out."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WordsChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in {name for each in self.get_list_filter(request) for name in parameters(each)}


def parameters(declared: Any) -> list[str]:
    """The parameters of an address that an entry of `list_filter` reads: a filter's own, or those of a field."""
    if hasattr(declared, "parameter_name"):
        return [declared.parameter_name]
    field = declared if isinstance(declared, str) else declared[0]
    return [field, *(f"{field}__{lookup}" for lookup in ("exact", "isnull", "id__exact"))]


class LargeTableAdmin(DeclaredLookups):
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
