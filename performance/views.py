"""The API of performance: the ranking of a campaign's creators."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from famekeeda.api import ListView
from performance.ranking_sql import Ranking
from performance.serializers import AdjustedPerformerSerializer, TopPerformerSerializer, TopPerformersQuery


class TopPerformers(ListView):
    """A campaign's creators, highest rate first. Of creators with the same rate, the one with more views comes first,
    then the one with the smaller id."""

    query_class = TopPerformersQuery
    rights = {"GET": "performance.view_engagement"}
    summaries = {"GET": "Rank the creators of a campaign"}
    examples = {"GET": {"campaignId": "campaign_1", "limit": 5, "platform": "instagram", "rank": "adjusted"}}

    def get_queryset(self) -> Any:
        return Ranking(self.query)

    def get_serializer_class(self) -> type[TopPerformerSerializer]:
        return AdjustedPerformerSerializer if self.query["rank"] == "adjusted" else TopPerformerSerializer

    @extend_schema(responses=AdjustedPerformerSerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
