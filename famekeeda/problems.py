"""Errors as clients see them: problem documents (RFC 9457), whether DRF, Django or a middleware reports the error."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from rest_framework import views
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from famekeeda.renderers import PROBLEM, BrowsableAPIRenderer, ProblemRenderer
from famekeeda.serving.bodies import TooSlow

# What the problem documents say that replace Django's own error pages.
DETAILS = {
    400: "The request could not be understood.",
    403: "Refused: the form this came from was not opened on this site, or too long ago.",
    404: "There is nothing at this path.",
    500: "The server failed. The log has the details under the request's id.",
}

log = structlog.get_logger(__name__)


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BodyTooSlow(APIException):
    status_code = HTTPStatus.REQUEST_TIMEOUT
    default_code = "too_slow"


class Unavailable(APIException):
    """The database, or another service that the answer needs, does not respond: 503 with Retry-After."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The database does not answer. Try again in a moment."
    default_code = "unavailable"
    wait = 5  # seconds; DRF's name for the value of Retry-After


def problem(
    status: int, detail: str, request: HttpRequest | Request, errors: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """A problem document. `errors` holds messages per field; `requestId` finds the request in the log."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "requestId": getattr(request, "id", None),
    }
    if errors is not None:
        document["errors"] = errors
    return document


def problem_response(status: int, detail: str, request: HttpRequest) -> HttpResponse:
    """A problem document as the response of a middleware."""
    return HttpResponse(orjson.dumps(problem(status, detail, request)), status=status, content_type=PROBLEM)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a problem document for every expected error, None (then 500) for any other.

    The browsable API shows the document inside its page, except when the database is away, which that page needs too.
    """
    request: Request = context["request"]
    error = _api_exception(error)
    response = views.exception_handler(error, context)
    if response is None:
        return None
    is_browsable = isinstance(getattr(request, "accepted_renderer", None), BrowsableAPIRenderer)
    if not is_browsable or isinstance(error, Unavailable):
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), PROBLEM
    errors = _by_field(response.data) if isinstance(error, ValidationError) else None
    if errors is None:
        detail = str(response.data["detail"])
    else:
        detail = " ".join(f"{field}: {messages[0]}" for field, messages in errors.items())
    members = getattr(error, "members", {})  # RFC 9457's word for further members of the document
    response.data = problem(response.status_code, detail, request, errors) | members
    return response


def _api_exception(error: Exception) -> Exception:
    """DRF's exception for one of Django's that a client or an absent database causes; any other as it is."""
    match error:
        case OperationalError() | InterfaceError():
            log.error("database_away", error=str(error))
            return Unavailable()
        case RequestDataTooBig():
            return TooLarge(f"This body may be {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes at most.")
        case UnreadablePostError(__cause__=TooSlow()):
            return BodyTooSlow(str(error))
        case SuspiciousOperation() | BadRequest() | UnreadablePostError():
            return ParseError("The request could not be read.")
    return error


def _by_field(details: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested error details as flat lists of messages: {"items[0].name": ["…"]}."""
    if isinstance(details, Mapping):
        inner = {f"{path}.{name}" if path else str(name): detail for name, detail in details.items()}
    elif isinstance(details, list) and not all(isinstance(detail, str) for detail in details):
        inner = {f"{path}[{index}]": detail for index, detail in enumerate(details) if detail}
    else:
        messages = [str(message) for message in (details if isinstance(details, list) else [details])]
        return {path or api_settings.NON_FIELD_ERRORS_KEY: messages}
    return {field: messages for path, detail in inner.items() for field, messages in _by_field(detail, path).items()}


def is_admin_page(request: HttpRequest) -> bool:
    """Whether people read the response in the admin, which keeps Django's HTML pages for errors."""
    return request.path_info.startswith("/admin/")


def replace_error_page(response: HttpResponse, request: HttpRequest) -> None:
    """Makes the response a problem document if it is one of Django's own error pages; its headers stay."""
    is_problem = isinstance(response, Response) or response.get("Content-Type") == PROBLEM
    if is_problem or is_admin_page(request):
        return
    detail = DETAILS.get(response.status_code, response.reason_phrase)
    response.content = orjson.dumps(problem(response.status_code, detail, request))
    response["Content-Type"], response["Content-Length"] = PROBLEM, str(len(response.content))
    response["Content-Security-Policy"] = settings.DATA_CONTENT_SECURITY_POLICY
