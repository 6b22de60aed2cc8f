"""What the views of campaigns share: tokens always, and the answers to changes that are refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import generics, status
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.refusals import CampaignEnded, IdUnfit, NotAllowed, Refused, Stale
from famekeeda.accounts.access import TokenAlways, may
from famekeeda.preconditions import PreconditionFailed

LOCATION = OpenApiParameter("Location", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[201])


class Conflict(APIException):
    """A change that does not fit what is there. `allowed`, in the problem document, are the states that would; where
    the campaign has ended, `campaignStatus` is its status."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"

    def __init__(self, refusal: Refused) -> None:
        super().__init__(str(refusal))
        self.members: dict[str, Any] = {}
        match refusal:
            case NotAllowed():
                self.members = {"allowed": refusal.allowed}
            case CampaignEnded():
                self.members = {"campaignStatus": refusal.status}


def require(request: Request, right: str) -> None:
    """Raises PermissionDenied unless the user has the right."""
    if not may(request.user, right):
        raise PermissionDenied(f"None of your groups has the right {right}.")


class ForKnownUsers(generics.GenericAPIView):
    """A view that needs a token always, also on a laptop."""

    permission_classes = [TokenAlways]

    def handle_exception(self, error: Exception) -> Response:
        return super().handle_exception(as_answer(error))


def as_answer(error: Exception) -> Any:
    """The error as the API answers it."""
    match error:
        case Stale():
            return PreconditionFailed(str(error))
        case IdUnfit():
            return ValidationError({"influencerId": [str(error)]})
        case Refused():
            return Conflict(error)
        case ObjectDoesNotExist():  # somebody removed it meanwhile
            return Http404()
    return error
