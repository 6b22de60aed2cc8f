"""The table of what creators of all campaigns owe: what is overdue comes first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter

from campaigns.admin import deals, deliverables
from campaigns.admin.links import outward
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.models import Deliverable
from campaigns.models.deliverable import DUE_SOON
from famekeeda import shared
from famekeeda.admin import LargeTableAdmin, NamesCreators, badge


class StateFilter(RadioFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: BaseModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(state.value, state.label.capitalize()) for state in Deliverable.State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() in Deliverable.State.values else queryset


class DueFilter(RadioFilter):
    """What is live, or owed in a campaign that has ended or by a creator who has declined, is due no longer."""

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


class PlatformFilter(DropdownFilter):
    title, parameter_name = "platform", "platform"

    def lookups(self, request: HttpRequest, model_admin: BaseModelAdmin[Any]) -> list[tuple[str, str]]:
        return list(shared.platforms().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        platform = (self.value() or "").replace("\0", "")
        return queryset.filter(platform=platform) if platform else queryset


@admin.register(Deliverable)
class DeliverableAdmin(PageOfItsOwn, NamesCreators, LargeTableAdmin):
    """What creators of all campaigns owe. A deliverable's name leads to its line, where people decide about it."""

    list_display = ("what", "creator", "campaign", "due", "state_", "draft", "post")
    list_filter = (StateFilter, DueFilter, PlatformFilter)
    search_fields = ("format", "collaboration__influencer_id", "collaboration__campaign__name")
    search_help_text = "A format, a creator's id, or a part of a campaign's name"

    def get_urls(self) -> list[URLPattern]:
        return [*deliverables.urlpatterns, *super().get_urls()]

    def address_of(self, row: Deliverable) -> str:
        return deliverables.at(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deliverable]:
        overdue = Deliverable.IS_OPEN & Q(due_on__lt=timezone.localdate())
        place = Case(
            When(overdue, then=Value(0)), When(Deliverable.IS_OPEN, then=Value(1)), default=Value(2),
            output_field=IntegerField(),
        )  # fmt: skip
        table = Deliverable.objects.select_related("collaboration__campaign").annotate(
            place=place, influencer_id=F("collaboration__influencer_id"), campaign_id=F("collaboration__campaign_id")
        )
        return table.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """First what is overdue, then what is open, then the rest, each the earliest first."""
        return ("place", "due_on", "pk")

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
            '<a class="fk-link" href="{}">{}</a>', reverse("pages:campaign", args=[part.campaign_id]), part.campaign
        )

    @admin.display(description="due", ordering="due_on")
    def due(self, deliverable: Deliverable) -> SafeString | str:
        if deliverable.due_on is None:
            return ""
        day, mark = f"{deliverable.due_on:%-d %b %Y}", deals.due(deliverable, timezone.localdate())
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
