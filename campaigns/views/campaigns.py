"""The API of campaigns: create, list, show and change them."""

from __future__ import annotations

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
from campaigns.models.campaign import CONFIDENTIAL
from campaigns.models.text_search import equal
from campaigns.serializers.amounts import check_may_set
from campaigns.serializers.campaigns import CampaignFields, CampaignSerializer, CampaignsQuery, NewCampaign
from campaigns.views.answers import LOCATION, ForKnownUsers
from famekeeda.api import ListView
from famekeeda.idempotency import idempotent
from famekeeda.preconditions import ETAG, IF_MATCH, check_if_match, etag


class ShowsCampaigns(ForKnownUsers):
    """A view whose answers are campaigns, with the fees of their creators."""

    def shown(self, campaign: Campaign, status: int = 200, **headers: str) -> Response:
        context = {"request": self.request, "fees": Collaboration.objects.fees([campaign.pk])}
        answer = CampaignSerializer(campaign, context=context).data
        return Response(answer, status, headers={"ETag": etag(campaign.revision)} | headers)


class Campaigns(ShowsCampaigns, ListView):
    """Every campaign, newest first. POST creates one; the answer's Location is the campaign."""

    query_class = CampaignsQuery
    rights = {"GET": "campaigns.view_campaign", "POST": "campaigns.add_campaign"}
    summaries = {"GET": "List campaigns", "POST": "Create a campaign"}
    examples = {
        "GET": {"status": "active", "q": "spring"},
        "POST": {
            "name": "Spring drop",
            "brand": "Nova",
            "product": "Running shoes",
            "platforms": ["instagram", "tiktok"],
            "budget": "1200.00",
            "currency": "EUR",
            "startsOn": "2027-03-01",
            "endsOn": "2027-05-31",
        },
    }

    def get_queryset(self) -> QuerySet[Campaign]:
        asked = self.query
        found = Campaign.objects.select_related("owner", "created_by")
        found = found.matching(asked["q"]) if asked.get("q") else found
        found = found.filter(equal("brand", asked["brand"])) if asked.get("brand") else found
        filters = {
            "status": asked.get("status"),
            "owner__username": asked.get("owner"),
            "platforms__contains": [asked["platform"].lower()] if asked.get("platform") else None,
        }
        return found.filter(**{name: value for name, value in filters.items() if value})

    def paginate_queryset(self, queryset: Any) -> Any:
        page: Any = super().paginate_queryset(queryset)
        self.fees = Collaboration.objects.fees(campaign.pk for campaign in page)
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "fees": getattr(self, "fees", {})}

    def get_serializer_class(self) -> type[CampaignSerializer] | type[NewCampaign]:
        return NewCampaign if self.request.method == "POST" else CampaignSerializer

    @extend_schema(parameters=[ETAG, LOCATION], responses={status.HTTP_201_CREATED: CampaignSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        serializer = NewCampaign(data=request.data)
        serializer.is_valid(raise_exception=True)
        check_may_set(request, serializer.validated_data, CONFIDENTIAL)
        campaign = Campaign.objects.start(by=request.user, **serializer.validated_data)
        return self.shown(campaign, 201, Location=reverse("api:campaign", args=[campaign.pk]))


class CampaignDetail(ShowsCampaigns):
    """One campaign. PATCH changes the fields that are given."""

    queryset = Campaign.objects.select_related("owner", "created_by")
    rights = {"GET": "campaigns.view_campaign", "PATCH": "campaigns.change_campaign"}
    summaries = {"GET": "Show a campaign", "PATCH": "Change a campaign"}
    examples = {
        "GET": {"id": "spring-drop"},
        "PATCH": {"id": "spring-drop", "status": "active", "endsOn": "2027-06-15"},
    }

    def get_serializer_class(self) -> type[CampaignSerializer] | type[CampaignFields]:
        return CampaignFields if self.request.method == "PATCH" else CampaignSerializer

    @extend_schema(parameters=[ETAG])
    def get(self, request: Request, id: str) -> Response:
        return self.shown(get_object_or_404(self.queryset, pk=id))

    @extend_schema(parameters=[IF_MATCH, ETAG], request=CampaignFields, responses=CampaignSerializer)
    def patch(self, request: Request, id: str) -> Response:
        with transaction.atomic():
            campaign = get_object_or_404(Campaign, pk=id).locked()
            check_if_match(request, campaign.revision)
            serializer = CampaignFields(campaign, data=request.data, partial=True)
            serializer.is_valid(raise_exception=True)
            check_may_set(request, serializer.validated_data, CONFIDENTIAL)
            campaign.change(by=request.user, **serializer.validated_data)
        return self.shown(campaign)
