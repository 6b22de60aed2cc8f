"""Keeps two people from undoing each other's changes: `If-Match` names the revision that a change was made for."""

from __future__ import annotations

import re

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

TAG = re.compile(r'(?:W/)?"[!#-~\x80-\xff]*"')  # RFC 9110, 8.8.3

# For `extend_schema(parameters=…)` of the methods that read and that change a row with a revision.
ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 201], description="Names this revision"
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` that was read: 412, and nothing is changed, if somebody has changed it since",
)


class PreconditionFailed(APIException):
    """What the client has read was changed meanwhile, or is not there."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"


def etag(revision: int) -> str:
    """The strong ETag of a revision."""
    return f'"{revision}"'


def check_if_match(request: Request, revision: int | None) -> None:
    """Returns if the request has no `If-Match`, or one that names this revision; None: there is nothing yet.

    Call it in the transaction of the change, with the row locked. Tags are compared strongly (RFC 9110, 13.1.1): a weak
    one, `W/"7"`, names no revision. Raises PreconditionFailed (412), and ValidationError for what is no list of tags.
    """
    given = request.headers.get("If-Match")
    if given is None or (given.strip() == "*" and revision is not None):
        return
    if revision is None:
        raise PreconditionFailed("If-Match asks for a revision of what does not exist.")
    if given_tags(given).isdisjoint([etag(revision)]):
        raise PreconditionFailed(
            f"What you have read was changed since: the ETag is now {etag(revision)}. Read it again first."
        )


def given_tags(given: str) -> set[str]:
    """The tags that an `If-Match` lists."""
    if not (tags := TAG.findall(given)) or TAG.sub("", given).strip(", \t"):
        raise ValidationError({"If-Match": ['Must be an ETag in double quotes, such as "7", several of them, or *.']})
    return set(tags)
