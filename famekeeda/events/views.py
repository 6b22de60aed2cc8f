"""The API of events: what happened, of one campaign or of all."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from famekeeda.accounts.access import TokenAlways
from famekeeda.api import ListView
from famekeeda.events.models import Event
from famekeeda.events.serializers import EventSerializer, EventsQuery
from famekeeda.events.telling import tell


class EventPages(BasePagination):
    """Pages that begin after or before an event, with a Link header (RFC 8288) to the next one."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.query = request, view.query
        events = list(queryset[: self.query["limit"] + 1])
        self.has_next = len(events) > self.query["limit"]
        return tell(events[: self.query["limit"]], request.user)

    def get_paginated_response(self, data: list[dict[str, Any]]) -> Response:
        if not self.has_next:
            return Response(data)
        is_forward = "after" in self.query
        place = {"after": data[-1]["sequence"]} if is_forward else {"before": data[-1]["id"]}
        parameters = self.request.query_params.dict() | {"limit": self.query["limit"]} | place
        url = self.request.build_absolute_uri(f"{self.request.path}?{urlencode(parameters)}")
        return Response(data, headers={"Link": f'<{url}>; rel="next"'})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema


class Events(ListView):
    """What happened, the newest first. With `campaignId` and `after`, the sequence of the last event that the caller
    has: the events since, the oldest first. A campaign's sequence has no gaps, so a caller who asks so again and again
    misses none and gets none twice."""

    query_class = EventsQuery
    serializer_class = EventSerializer
    pagination_class = EventPages  # type: ignore[assignment]
    permission_classes = [TokenAlways]
    rights = {"GET": "famekeeda.view_event"}
    summaries = {"GET": "List events"}
    examples = {"GET": {"campaignId": "campaign_1", "after": 0, "limit": 50}}

    def get_queryset(self) -> QuerySet[Event]:
        query, events = self.query, Event.objects.select_related("by")
        if "type" in query:
            events = events.filter(type=query["type"])
        if "campaign_id" not in query:
            return events.filter(id__lt=query["before"]) if "before" in query else events
        events = events.of(query["campaign_id"])
        if "after" in query:
            return events.filter(sequence__gt=query["after"]).order_by("sequence")
        return events.filter(sequence__lt=self.sequence_before()) if "before" in query else events

    def sequence_before(self) -> int:
        before = Event.objects.of(self.query["campaign_id"]).filter(pk=self.query["before"])
        if (sequence := before.values_list("sequence", flat=True).first()) is None:
            raise ValidationError({"before": ["The campaign has no event with this id."]})
        return sequence
