"""The API of briefs: generate a brief, list briefs, follow a brief with its trace."""

from __future__ import annotations

import re
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from briefs.budget import OverBudget
from briefs.content import FIELDS
from briefs.failures import FailureCode, GenerationError
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
from briefs.submit import submit
from briefs.waiting import wait_for
from famekeeda.api import ListView, validated_query
from famekeeda.idempotency import idempotent
from famekeeda.llm.server import seconds_left_alone

QUEUEING_SECONDS = 3  # that a caller waits beyond LLM_DEADLINE, for the time in the queue


class BriefFailed(APIException):
    """A brief that failed, with the status of its failure code. `members` join the problem document."""

    def __init__(self, code: FailureCode, attempts: int = 0) -> None:
        super().__init__(code.label, code.value)
        self.status_code = code.status
        if code == FailureCode.CIRCUIT_OPEN:
            self.wait = max(1, ceil(seconds_left_alone()))  # DRF's name for the value of Retry-After
        self.members = {"failure": code.value, "attempts": attempts}


class BudgetUsedUp(APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "over_budget"

    def __init__(self, error: OverBudget) -> None:
        super().__init__(str(error))
        self.wait = error.seconds_left


PREFER = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="RFC 7240: `respond-async` answers 202 at once, `wait=N` after at most N seconds",
)
LOCATION = OpenApiParameter("Location", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[202])
CACHE = OpenApiParameter("X-Cache", OpenApiTypes.STR, OpenApiParameter.HEADER, enum=["hit", "miss"], response=[200])


class GenerateBrief(generics.GenericAPIView):
    """Generates a brief: a model writes it with tools, and rules mend it to what the platform and the law ask.

    The same request is answered with the same brief for a day (`X-Cache: hit`) unless somebody rejects it.
    """

    serializer_class = BriefRequestSerializer
    rights = {"POST": "briefs.add_brief"}
    summaries = {"POST": "Generate a brief"}
    examples = {
        "POST": {
            "brand": "Nike",
            "product": "Air Max Running Shoes",
            "goal": "Increase engagement among young athletes",
            "platform": "instagram",
            "campaignId": "campaign_1",
            "language": "en",
        }
    }
    is_open_on_a_laptop = True

    @extend_schema(
        parameters=[PREFER, RefreshQuery, LOCATION, CACHE],
        responses={200: AnswerSerializer, 202: OpenApiResponse(AcceptedSerializer, "Not written yet")},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        refresh = validated_query(request, RefreshQuery)["refresh"] == "1"
        serializer = BriefRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            by = request.user if request.user.pk else None
            submission = submit(serializer.validated_data, rule=serializer.rule, by=by, refresh=refresh)
        except OverBudget as error:
            raise BudgetUsedUp(error) from None
        except GenerationError as error:
            raise BriefFailed(error.code) from None
        if submission.is_hit:
            _, applied = preference(request)
            return Response(AnswerSerializer(submission.brief).data, headers={"X-Cache": "hit"} | applied)
        return accepted(submission.brief)

    def finish(self, request: Request, accepted_brief: dict[str, Any]) -> Response:
        """Waits for the brief that `post` has accepted, and answers with it, or with how far it is."""
        brief = Brief.objects.filter(pk=accepted_brief["id"]).first()
        if brief is None:
            raise NotFound("The brief of this request was deleted.")
        seconds, applied = preference(request)
        brief = wait_for(brief, seconds)
        if brief.state == Brief.State.READY:
            return Response(AnswerSerializer(brief).data, headers={"X-Cache": "miss"} | applied)
        if brief.failure_code:
            raise BriefFailed(brief.failure_code, brief.attempts)
        return accepted(brief, **applied)


def accepted(brief: Brief, **headers: str) -> Response:
    """202 with the address of a brief that is not written yet."""
    headers |= {"X-Cache": "miss", "Location": reverse("api:brief", args=[brief.pk])}
    return Response(AcceptedSerializer(brief).data, status.HTTP_202_ACCEPTED, headers=headers)


def preference(request: Request) -> tuple[float, dict[str, str]]:
    """For how many seconds the caller waits, and the header that says which preference decided it."""
    seconds, applied = preferred_wait(request.headers.get("Prefer", ""))
    return seconds, {"Preference-Applied": applied} if applied else {}


def preferred_wait(prefer: str) -> tuple[float, str]:
    """For how many seconds a caller with this Prefer header waits, and the preference that decided it (RFC 7240)."""
    longest = settings.LLM_DEADLINE + QUEUEING_SECONDS
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
    csv_objects = {"content": tuple(FIELDS)}
    rights = {"GET": "briefs.view_brief"}
    summaries = {"GET": "List briefs"}
    examples = {"GET": {"platform": "instagram", "review": "pending"}}

    def get_queryset(self) -> QuerySet[Brief]:
        filters = {name: value for name, value in self.query.items() if name not in ("limit", "offset") and value}
        return Brief.objects.select_related("decided_by").filter(**filters)


class BriefDetail(generics.RetrieveAPIView):
    """One brief: its state, its content, and the trace of how it was generated."""

    queryset = Brief.objects.select_related("decided_by").prefetch_related("steps")
    serializer_class = BriefDetailSerializer
    rights = {"GET": "briefs.view_brief"}
    summaries = {"GET": "Show a brief and how it was generated"}
    examples = {"GET": {"id": 1}}
