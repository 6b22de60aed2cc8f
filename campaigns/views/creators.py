"""The API of creators' profiles: list, show and write them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Creator
from campaigns.serializers.creators import CreatorFields, CreatorSerializer, CreatorsQuery
from campaigns.views.answers import ForKnownUsers, require
from famekeeda.api import ListView
from famekeeda.preconditions import ETAG, IF_MATCH, check_if_match, etag

ADD = "campaigns.add_creator"


class Creators(ForKnownUsers, ListView):
    """Creators' profiles, in the order of their ids."""

    query_class = CreatorsQuery
    serializer_class = CreatorSerializer
    rights = {"GET": "campaigns.view_creator"}
    summaries = {"GET": "List creators' profiles"}
    examples = {"GET": {"q": "ana", "platform": "instagram", "country": "PT", "topic": "running", "minFollowers": 1000}}

    def get_queryset(self) -> QuerySet[Creator]:
        asked = self.query
        exact = {"country": asked.get("country"), "language__iexact": asked.get("language")}
        found = Creator.objects.filter(**{name: value for name, value in exact.items() if value})
        if topic := asked.get("topic"):
            found = found.filter(topics__contains=[topic.lower()])
        if platform := asked.get("platform"):
            found = found.on_platform(platform)
        if least := asked.get("least_followers"):
            found = found.followed_by(least, platform=asked.get("platform", ""))
        return found.matching(asked.get("q", "")).prefetch_related("accounts")


class CreatorDetail(ForKnownUsers):
    """A creator's profile. PUT changes the fields that are given, and makes a profile where there was none."""

    queryset = Creator.objects.all()
    lookup_url_kwarg = "influencerId"
    serializer_class = CreatorSerializer
    rights = {"GET": "campaigns.view_creator", "PUT": "campaigns.change_creator"}
    summaries = {"GET": "Show a creator's profile", "PUT": "Make or change a creator's profile"}
    examples = {
        "GET": {"influencerId": "influencer_221"},
        "PUT": {
            "influencerId": "influencer_221",
            "name": "Ana Silva",
            "accounts": [{"platform": "instagram", "handle": "ana.silva", "followers": 48200}],
            "country": "PT",
            "language": "pt",
            "topics": ["running"],
            "contact": "ana@example.com",
            "usualFee": "400.00",
            "currency": "EUR",
        },
    }

    @extend_schema(parameters=[ETAG])
    def get(self, request: Request, influencerId: str) -> Response:
        return self.shown(self.get_object())

    @extend_schema(
        parameters=[IF_MATCH, ETAG], request=CreatorFields, responses={200: CreatorSerializer, 201: CreatorSerializer}
    )
    def put(self, request: Request, influencerId: str) -> Response:
        with transaction.atomic():
            stored = Creator.objects.select_for_update(no_key=True).filter(pk=influencerId).first()
            check_if_match(request, stored.revision if stored else None)
            if stored is None:
                require(request, ADD)
            context = {"request": request, "influencer_id": influencerId, "stored": stored}
            serializer = CreatorFields(data=request.data, context=context)
            serializer.is_valid(raise_exception=True)
            creator, is_new = Creator.objects.put(influencerId, by=request.user, **serializer.validated_data)
        return self.shown(creator, 201 if is_new else 200)

    def shown(self, creator: Creator, status: int = 200) -> Response:
        answer: Any = CreatorSerializer(creator, context={"request": self.request}).data
        return Response(answer, status, headers={"ETag": etag(creator.revision)})
