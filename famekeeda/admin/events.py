"""The table of events, and the page of one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RadioFilter
from unfold.views import ChangeList

from famekeeda.admin.tables import CampaignFilter, LargeTableAdmin, NamesCreators
from famekeeda.events.telling import tell
from famekeeda.events.types import event_types
from famekeeda.models import Event


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
