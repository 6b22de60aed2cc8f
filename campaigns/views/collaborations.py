"""The API of a campaign's creators: add, list, show, change, take out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Campaign, Collaboration
from campaigns.serializers.amounts import check_may_set
from campaigns.serializers.collaborations import CollaborationFields, CollaborationSerializer, CollaborationsQuery
from campaigns.views.answers import LOCATION, ForKnownUsers, require
from famekeeda import shared
from famekeeda.accounts.access import may
from famekeeda.api import ListView
from famekeeda.preconditions import ETAG, IF_MATCH, check_if_match, etag

ADD = "campaigns.add_collaboration"
SEES_FIGURES = "performance.view_engagement"  # the right of the app that answers for figures


class ShowsCreators(ForKnownUsers):
    """A view whose answers are creators of a campaign, with their names and results."""

    def around(self, creators: Iterable[Collaboration]) -> dict[str, Any]:
        """What is said of these creators elsewhere, as the serializer needs it; asked once for all."""
        ids = [creator.influencer_id for creator in creators]
        sees_figures = may(self.request.user, SEES_FIGURES)
        figures = shared.creator_figures(self.kwargs["id"], ids) if sees_figures else {}
        return {"request": self.request, "names": shared.creator_names(ids), "figures": figures}

    def shown(self, creator: Collaboration, status: int = 200, **headers: str) -> Response:
        answer = CollaborationSerializer(creator, context=self.around([creator])).data
        return Response(answer, status, headers={"ETag": etag(creator.revision)} | headers)


class CreatorsOfCampaign(ShowsCreators, ListView):
    """The creators of a campaign, by id, with what their results cost."""

    query_class = CollaborationsQuery
    serializer_class = CollaborationSerializer
    csv_objects = {"figures": ("views", "engagements", "engagementRate")}
    rights = {"GET": "campaigns.view_collaboration"}
    summaries = {"GET": "List the creators of a campaign"}
    examples = {"GET": {"id": "spring-drop", "state": "agreed"}}

    def get_queryset(self) -> QuerySet[Collaboration]:
        campaign = get_object_or_404(Campaign, pk=self.kwargs["id"])
        state = self.query.get("state")
        return campaign.collaborations.filter(state=state) if state else campaign.collaborations.all()

    def paginate_queryset(self, queryset: Any) -> Any:
        page: Any = super().paginate_queryset(queryset)
        self.known = self.around(page)
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **getattr(self, "known", {"names": {}, "figures": {}})}


class CreatorOfCampaign(ShowsCreators):
    """One creator of a campaign. PUT adds the creator (201) or changes the fields that are given (200): a field that
    is left out stays as it is. DELETE takes the creator out, with what the creator owes, unless paid already (409)."""

    rights = {
        "GET": "campaigns.view_collaboration",
        "PUT": "campaigns.change_collaboration",
        "DELETE": "campaigns.delete_collaboration",
    }
    summaries = {
        "GET": "Show a creator of a campaign",
        "PUT": "Add a creator to a campaign, or change the creator's part",
        "DELETE": "Take a creator out of a campaign",
    }
    examples = {
        "GET": {"id": "spring-drop", "influencerId": "ana"},
        "PUT": {
            "id": "spring-drop",
            "influencerId": "ana",
            "state": "agreed",
            "fee": "400.00",
            "currency": "EUR",
            "promoCode": "ANA10",
        },
        "DELETE": {"id": "spring-drop", "influencerId": "ben"},
    }

    def get_serializer_class(self) -> type[CollaborationSerializer] | type[CollaborationFields]:
        return CollaborationFields if self.request.method == "PUT" else CollaborationSerializer

    def get_queryset(self) -> QuerySet[Collaboration]:
        return Collaboration.objects.filter(campaign_id=self.kwargs["id"], influencer_id=self.kwargs["influencerId"])

    def get_object(self) -> Collaboration:
        return get_object_or_404(self.get_queryset())

    @extend_schema(parameters=[ETAG])
    def get(self, request: Request, id: str, influencerId: str) -> Response:
        return self.shown(self.get_object())

    @extend_schema(
        parameters=[IF_MATCH, ETAG, LOCATION],
        request=CollaborationFields,
        responses={status.HTTP_200_OK: CollaborationSerializer, status.HTTP_201_CREATED: CollaborationSerializer},
    )
    def put(self, request: Request, id: str, influencerId: str) -> Response:
        with transaction.atomic():
            campaign = get_object_or_404(Campaign, pk=id)
            present = self.get_queryset().select_for_update(no_key=True).first()
            check_if_match(request, present.revision if present else None)
            if present is None:
                require(request, ADD)
            serializer = CollaborationFields(present, data=request.data, partial=True, context={"campaign": campaign})
            serializer.is_valid(raise_exception=True)
            check_may_set(request, request.data, ["fee", "currency"])
            fields = serializer.validated_data
            creator, is_new = Collaboration.objects.engage(campaign, influencerId, by=request.user, **fields)
        if is_new:
            return self.shown(creator, 201, Location=reverse("api:campaign-creator", args=[id, influencerId]))
        return self.shown(creator)

    @extend_schema(parameters=[IF_MATCH], responses={status.HTTP_204_NO_CONTENT: None})
    def delete(self, request: Request, id: str, influencerId: str) -> Response:
        with transaction.atomic():
            creator = get_object_or_404(self.get_queryset().select_for_update(no_key=True))
            check_if_match(request, creator.revision)
            creator.remove(by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
