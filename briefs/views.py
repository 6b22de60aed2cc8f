"""The API of briefs: have one written, and see what became of it."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from briefs.asking import OverBudget, ask
from briefs.failures import Failed
from briefs.models import Brief
from briefs.serializers import (
    AcceptedSerializer,
    AnswerSerializer,
    BriefDetailSerializer,
    BriefRequestSerializer,
    BriefSerializer,
    BriefsQuery,
    RefreshQuery,
)
from briefs.waiting import wait_for
from famekeeda.access import TokenNeeded
from famekeeda.api import ListView, validated_query

PATIENCE = 3  # seconds beyond the deadline, queueing included


class MayRead(TokenNeeded):
    """Whoever may see briefs; on a laptop (DEBUG) also those without a token."""

    right = "briefs.view_brief"

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user.is_authenticated:
            return request.user.has_perm(self.right)
        return settings.DEBUG


class MayBrief(MayRead):
    """The same of those who may add briefs."""

    right = "briefs.add_brief"


class NotWritten(APIException):
    """A brief that failed, as its failure's status. `members` join the problem document."""

    def __init__(self, failure: Any, attempts: int = 0) -> None:
        super().__init__(failure.label, failure.value)
        self.status_code = failure.status
        self.members = {"failure": failure.value, "attempts": attempts}


class BudgetSpent(APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "over_budget"

    def __init__(self, spent: OverBudget) -> None:
        super().__init__(str(spent))
        self.wait = spent.seconds


PREFER = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="RFC 7240: `respond-async` answers 202 at once, `wait=N` after at most N seconds",
)
LOCATION = OpenApiParameter("Location", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[202])
CACHE = OpenApiParameter("X-Cache", OpenApiTypes.STR, OpenApiParameter.HEADER, enum=["hit", "miss"], response=[200])


class GenerateBrief(generics.GenericAPIView):
    """A model writes a brief from four words about a campaign, and rules see to what the platform and the law ask.

    The same request is answered with the same brief for a day (`X-Cache: hit`) unless somebody rejects it.
    """

    serializer_class = BriefRequestSerializer
    permission_classes = [MayBrief]

    @extend_schema(
        parameters=[PREFER, RefreshQuery, LOCATION, CACHE],
        responses={200: AnswerSerializer, 202: OpenApiResponse(AcceptedSerializer, "Not written yet")},
    )
    def post(self, request: Request) -> Response:
        refresh = validated_query(request, RefreshQuery)["refresh"] == "1"
        serializer = BriefRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            by = request.user if request.user.pk else None
            asked = ask(serializer.validated_data, rule=serializer.rule, by=by, refresh=refresh)
        except OverBudget as spent:
            raise BudgetSpent(spent) from None
        except Failed as failed:
            raise NotWritten(failed.failure) from None
        headers = {"X-Cache": "hit" if asked.is_hit else "miss"}
        seconds, applied = patience(request.headers.get("Prefer", ""))
        if applied:
            headers["Preference-Applied"] = applied
        brief = asked.brief if asked.is_hit else wait_for(asked.brief, seconds)
        match brief.state:
            case Brief.State.READY:
                return Response(AnswerSerializer(brief).data, headers=headers)
            case Brief.State.FAILED:
                raise NotWritten(brief.why, brief.attempts)
        headers["Location"] = reverse("api:brief", args=[brief.pk])
        return Response(AcceptedSerializer(brief).data, status.HTTP_202_ACCEPTED, headers=headers)


def patience(prefer: str) -> tuple[float, str]:
    """For how many seconds the caller waits, and which of its preferences decided that (RFC 7240)."""
    longest = settings.LLM_DEADLINE + PATIENCE
    preferences = [preference.strip().lower() for preference in re.findall(r'(?:[^,"]|"[^"]*"?)+', prefer)]
    for preference in preferences:
        if match := re.fullmatch(r'wait\s*=\s*"?(\d{1,9})"?(\s*;.*)?', preference):
            seconds = min(int(match[1]), longest)
            return seconds, f"wait={seconds}"
    if any(re.fullmatch(r"respond-async(\s*;.*)?", preference) for preference in preferences):
        return 0, "respond-async"
    return longest, ""


class Briefs(ListView):
    """Every brief, newest first."""

    query_class = BriefsQuery
    serializer_class = BriefSerializer
    permission_classes = [MayRead]

    def get_queryset(self) -> QuerySet[Brief]:
        asked = {name: value for name, value in self.query.items() if name not in ("limit", "offset") and value}
        return Brief.objects.select_related("decided_by").filter(**asked)


class BriefDetail(generics.RetrieveAPIView):
    """One brief: how far it is, what came of it, and how it was written."""

    queryset = Brief.objects.select_related("decided_by").prefetch_related("steps")
    serializer_class = BriefDetailSerializer
    permission_classes = [MayRead]
