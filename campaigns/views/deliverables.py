"""The API of what a creator owes a campaign: plan, list, show, change, decide, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Collaboration, Deliverable
from campaigns.serializers.deliverables import (
    DeliverableFields,
    DeliverableSerializer,
    DeliverablesQuery,
    NewDeliverable,
)
from campaigns.views.answers import LOCATION, ForKnownUsers, require
from famekeeda.api import ListView
from famekeeda.idempotency import idempotent
from famekeeda.preconditions import ETAG, IF_MATCH, check_if_match, etag

CHANGE, DECIDE = "campaigns.change_deliverable", "campaigns.decide_deliverable"
CREATOR = {"id": "spring-drop", "influencerId": "ana"}  # for examples


class OfOneCreator(ForKnownUsers):
    """A view of what one creator owes one campaign."""

    def creator(self) -> Collaboration:
        return get_object_or_404(
            Collaboration, campaign_id=self.kwargs["id"], influencer_id=self.kwargs["influencerId"]
        )

    def shown(self, deliverable: Deliverable, status: int = 200, **headers: str) -> Response:
        answer = DeliverableSerializer(deliverable).data
        return Response(answer, status, headers={"ETag": etag(deliverable.revision)} | headers)


class Deliverables(OfOneCreator, ListView):
    """What a creator owes a campaign, the earliest due first. POST adds a deliverable."""

    query_class = DeliverablesQuery
    rights = {"GET": "campaigns.view_deliverable", "POST": "campaigns.add_deliverable"}
    summaries = {"GET": "List what a creator owes a campaign", "POST": "Add a deliverable"}
    examples = {
        "GET": CREATOR,
        "POST": CREATOR | {"format": "reel", "platform": "instagram", "dueOn": "2027-05-14"},
    }

    def get_serializer_class(self) -> type[DeliverableSerializer] | type[NewDeliverable]:
        return NewDeliverable if self.request.method == "POST" else DeliverableSerializer

    def get_queryset(self) -> QuerySet[Deliverable]:
        state = self.query.get("state")
        owed = self.creator().deliverables.select_related("collaboration")
        return owed.filter(state=state) if state else owed

    @extend_schema(parameters=[ETAG, LOCATION], responses={status.HTTP_201_CREATED: DeliverableSerializer})
    @idempotent
    def post(self, request: Request, id: str, influencerId: str) -> Response:
        serializer = NewDeliverable(data=request.data)
        serializer.is_valid(raise_exception=True)
        deliverable = Deliverable.objects.add(self.creator(), by=request.user, **serializer.validated_data)
        return self.shown(
            deliverable, 201, Location=reverse("api:deliverable", args=[id, influencerId, deliverable.pk])
        )


class DeliverableDetail(OfOneCreator):
    """One deliverable. PATCH changes the fields that are given; approving a draft, and sending it back with a note,
    needs the right campaigns.decide_deliverable, and all else campaigns.change_deliverable."""

    rights = {
        "GET": "campaigns.view_deliverable",
        "PATCH": "campaigns.view_deliverable",  # what is changed decides which right is needed beside it
        "DELETE": "campaigns.delete_deliverable",
    }
    summaries = {
        "GET": "Show a deliverable",
        "PATCH": "Change or decide a deliverable",
        "DELETE": "Remove a deliverable",
    }
    examples = {
        "GET": CREATOR | {"deliverableId": 1},
        "PATCH": CREATOR | {"deliverableId": 1, "state": "submitted", "draftUrl": "https://drafts.example/7"},
        "DELETE": CREATOR | {"deliverableId": 2},
    }

    def get_serializer_class(self) -> type[DeliverableSerializer] | type[DeliverableFields]:
        return DeliverableFields if self.request.method == "PATCH" else DeliverableSerializer

    def found(self) -> Deliverable:
        owed = self.creator().deliverables.select_related("collaboration")
        return get_object_or_404(owed, pk=self.kwargs["deliverableId"])

    def found_and_locked(self) -> Deliverable:
        """The deliverable, locked after its creator, as everybody locks them. Raises PreconditionFailed."""
        collaboration = self.creator().locked()
        deliverable = get_object_or_404(collaboration.deliverables, pk=self.kwargs["deliverableId"]).locked()
        check_if_match(self.request, deliverable.revision)
        return deliverable

    @extend_schema(parameters=[ETAG])
    def get(self, request: Request, id: str, influencerId: str, deliverableId: int) -> Response:
        return self.shown(self.found())

    @extend_schema(parameters=[IF_MATCH, ETAG], request=DeliverableFields, responses=DeliverableSerializer)
    def patch(self, request: Request, id: str, influencerId: str, deliverableId: int) -> Response:
        with transaction.atomic():
            deliverable = self.found_and_locked()
            serializer = DeliverableFields(deliverable, data=request.data, partial=True)
            serializer.is_valid(raise_exception=True)
            check_may_change(request, deliverable, serializer.validated_data)
            deliverable.change(by=request.user, **serializer.validated_data)
        return self.shown(deliverable)

    @extend_schema(parameters=[IF_MATCH], responses={status.HTTP_204_NO_CONTENT: None})
    def delete(self, request: Request, id: str, influencerId: str, deliverableId: int) -> Response:
        with transaction.atomic():
            self.found_and_locked().remove(by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def check_may_change(request: Request, deliverable: Deliverable, given: Mapping[str, Any]) -> None:
    """Raises PermissionDenied, naming the right that is missing, and NotAllowed for a state that does not follow.

    Who decides on a draft may say why in the note."""
    state = given.get("state", deliverable.state)
    deliverable.require_step(state, field="state", after=deliverable.STATES_AFTER)
    is_decision = (deliverable.state, state) in Deliverable.DECISIONS
    others = set(given) - ({"state", "note"} if is_decision else set())
    if is_decision:
        require(request, DECIDE)
    if others or not is_decision:
        require(request, CHANGE)
