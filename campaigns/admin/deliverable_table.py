"""The table of what creators of all campaigns owe: what is overdue comes first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.paginator import Page
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import smart_split, unescape_string_literal
from unfold.contrib.filters.admin import RadioFilter

from campaigns.admin import deliverables
from campaigns.admin.deal_page import due_mark
from campaigns.admin.links import outward
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.models import Deliverable
from campaigns.models.deliverable import DUE_SOON
from famekeeda.admin.tables import (
    BoundedChangeList,
    BoundedPaginator,
    CampaignFilter,
    ChoicesFilter,
    LargeTableAdmin,
    NamesCreators,
    PlatformFilter,
    badge,
)
from famekeeda.links import address

PLACE = Case(When(Deliverable.IS_OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
OPEN_FIRST = (PLACE, "due_on", "id")


class StateFilter(ChoicesFilter):
    title, parameter_name, values = "state", "state", Deliverable.State

    def lookups(self, request: HttpRequest, model_admin: BaseModelAdmin[Any]) -> list[tuple[str, str]]:
        return [*super().lookups(request, model_admin), ("waiting", "Waiting for a decision")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.filter(Deliverable.IS_OPEN, state=Deliverable.State.SUBMITTED)
        return super().queryset(request, queryset)


class OfCampaign(CampaignFilter):
    """By the id of one campaign, which a search finds beside longer ones."""

    parameter_name, path = "campaign", "collaboration__campaign_id"


class DueFilter(RadioFilter):
    """What is live, or owed in a campaign that is cancelled or by a creator who has declined, is due no longer."""

    title, parameter_name = "due", "due"

    def lookups(self, request: HttpRequest, model_admin: BaseModelAdmin[Any]) -> list[tuple[str, str]]:
        return [
            ("overdue", "Overdue"),
            ("week", f"In the next {DUE_SOON.days} days"),
            ("soon", "Both"),
            ("undated", "Without a day"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        when = {
            "overdue": Q(due_on__lt=today),
            "week": Q(due_on__range=(today, today + DUE_SOON)),
            "soon": Q(due_on__lte=today + DUE_SOON),
            "undated": Q(due_on=None),
        }.get(self.value() or "")
        return queryset.filter(Deliverable.IS_OPEN, when) if when else queryset


class OpenFirst(BoundedPaginator):
    """Pages of the order OPEN_FIRST, read from two halves of the table. Either is in the order of an index, which no
    index is for both."""

    def page(self, number: Any) -> Page:
        if self.object_list.query.order_by != OPEN_FIRST:
            return super().page(number)
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        open_, rest = (
            half.order_by("due_on", "pk")
            for half in (self.object_list.filter(Deliverable.IS_OPEN), self.object_list.exclude(Deliverable.IS_OPEN))
        )
        rows = list(open_[first:last])
        if len(rows) < last - first:
            before = first + len(rows) if rows else open_.order_by().count()
            rows += rest[max(first - before, 0) : last - before]
        return Page(rows, number, self)


class DeliverableChangeList(BoundedChangeList):
    result_list: Any

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Where people sort by a column, rows with the same value stand by their days in the same direction: an index
        has them so."""
        columns = [each for each in super().get_ordering(request, queryset) if each != "-pk"]
        if not columns or columns[0] is PLACE:
            return list(OPEN_FIRST)
        direction = "-" if columns[0].startswith("-") else ""
        return [*columns, f"{direction}due_on", f"{direction}id"]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        for row in self.result_list:
            row.influencer_id = row.collaboration.influencer_id  # as NamesCreators looks for it


@admin.register(Deliverable)
class DeliverableAdmin(PageOfItsOwn, NamesCreators, LargeTableAdmin):
    """What creators of all campaigns owe. A deliverable's name leads to its line, where people decide about it."""

    list_display = ("what", "creator", "campaign", "due", "state_", "draft", "post")
    list_filter = (StateFilter, DueFilter, PlatformFilter, OfCampaign)
    paginator = OpenFirst
    search_fields = ("format",)  # which makes the field for the search appear; get_search_results searches
    search_help_text = "Any part of a format, of a creator's name, handle or id, or of a campaign's name, brand or id"
    search_ignores_case = True

    def get_urls(self) -> list[URLPattern]:
        return [*deliverables.urlpatterns, *super().get_urls()]

    def address_of(self, row: Deliverable) -> str:
        return deliverables.at(row)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeliverableChangeList]:
        return DeliverableChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deliverable]:
        return Deliverable.objects.select_related("collaboration__campaign")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        """Each word has to be somewhere in the format, the creator's name, a handle or the id, or the campaign's name,
        brand or id."""
        for word in smart_split(search_term.replace("\0", "")):
            text = unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word
            queryset = queryset.matching(text)
        return queryset, False

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """First what is open, and of it what is overdue, then the rest, each the earliest first."""
        return OPEN_FIRST

    @admin.display(description="deliverable", ordering="format")
    def what(self, deliverable: Deliverable) -> SafeString:
        return format_html('<a class="fk-link" href="{}">{}</a>', deliverables.at(deliverable), deliverable)

    @admin.display(description="creator", ordering="collaboration__influencer_id")
    def creator(self, deliverable: Deliverable) -> SafeString | str:
        return self.creator_of(deliverable)

    @admin.display(description="campaign", ordering="collaboration__campaign__name")
    def campaign(self, deliverable: Deliverable) -> SafeString:
        part = deliverable.collaboration
        return format_html(
            '<a class="fk-link" href="{}">{}</a>', address("pages:campaign", part.campaign_id), part.campaign
        )

    @admin.display(description="due", ordering="due_on")
    def due(self, deliverable: Deliverable) -> SafeString | str:
        if deliverable.due_on is None:
            return ""
        day, mark = f"{deliverable.due_on:%-d %b %Y}", due_mark(deliverable, timezone.localdate())
        words = {"overdue": "overdue", "today": "due today"}
        return format_html("{} {}", day, badge(words[mark], mark)) if mark else day

    @admin.display(description="state", ordering="state")
    def state_(self, deliverable: Deliverable) -> SafeString:
        return badge(deliverable.state_words, "avoid" if deliverable.is_returned else deliverable.state)

    @admin.display(description="draft")
    def draft(self, deliverable: Deliverable) -> SafeString | str:
        return outward(deliverable.draft_url)

    @admin.display(description="post")
    def post(self, deliverable: Deliverable) -> SafeString | str:
        return outward(deliverable.post_url)
