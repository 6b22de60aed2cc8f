"""Errors of views, Django and DRF as clients see them: problem documents (RFC 9457), and pages in the admin."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse
from psycopg.errors import DeadlockDetected, DiskFull, LockNotAvailable, QueryCanceled, SerializationFailure
from rest_framework import views
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from famekeeda.renderers import PROBLEM, BrowsableAPIRenderer, ProblemRenderer
from famekeeda.serving.bodies import TooSlow

# What the problem documents and pages say that replace Django's own.
DETAILS = {
    400: "The request could not be understood.",
    404: "There is nothing at this path.",
    500: "The server failed. The log has the details under the request's id.",
}
PAGES = DETAILS | {
    403: "Your account has no permission for this page. An administrator can grant it.",
    404: "There is no page at this address. What it showed may have been deleted.",
}
FOREIGN_FORM = "Refused: the form this came from was not opened on this site, or too long ago."
OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding", "Content-Security-Policy")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

log = structlog.get_logger(__name__)


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BodyTooSlow(APIException):
    status_code = HTTPStatus.REQUEST_TIMEOUT
    default_code = "too_slow"


class StorageFull(APIException):
    status_code = HTTPStatus.INSUFFICIENT_STORAGE
    default_detail = "The server has no room left on its disk. Nothing of this request was kept."
    default_code = "storage_full"


class TakesTooLong(APIException):
    """A statement ran into WEB_STATEMENT_TIMEOUT."""

    status_code = HTTPStatus.GATEWAY_TIMEOUT
    default_detail = "The database would take too long for this. Ask for less."
    default_code = "takes_too_long"


class Unavailable(APIException):
    """The database, or another service that the answer needs, does not respond: 503 with Retry-After."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The database does not answer. Try again in a moment."
    default_code = "unavailable"
    wait = 5  # seconds; DRF's name for the value of Retry-After


class ChangedAtOnce(Unavailable):
    """PostgreSQL undid this of two transactions that waited for each other: 503 with Retry-After."""

    default_detail = (
        "Somebody else changed the same data at the same moment, and nothing of this request was kept. Repeat it in a "
        "moment."
    )
    default_code = "changed_at_once"


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


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a problem document for every expected error, None (then 500) for any other.

    The browsable API shows the document inside its page, except when the database is away, which that page needs too.
    """
    request: Request = context["request"]
    error = expected(error) or error
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


def expected(error: BaseException | None) -> APIException | None:
    """DRF's exception for an error that a client, an absent database or a full disk causes; None for any other."""
    match error:
        case APIException():
            return error
        case OperationalError(__cause__=QueryCanceled()):
            return TakesTooLong()
        case OperationalError(__cause__=DeadlockDetected() | SerializationFailure() as cause):
            log.warning("changed_at_once", error=type(cause).__name__)
            return ChangedAtOnce()
        case OperationalError(__cause__=LockNotAvailable()):
            log.warning("data_locked")
            return Unavailable("The data are locked, by a load for example. Try again in a moment.")
        case OSError(errno=code) if code in FULL:
            log.error("storage_full", error=str(error))
            return StorageFull()
        case OperationalError(__cause__=DiskFull()):
            log.error("storage_full", error=str(error))
            return StorageFull()
        case OperationalError() | InterfaceError():
            log.error("database_away", error=str(error))
            return Unavailable()
        case RequestDataTooBig():
            return TooLarge(f"This body may be {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes at most.")
        case UnreadablePostError(__cause__=TooSlow()):
            return BodyTooSlow(str(error))
        case SuspiciousOperation() | BadRequest() | UnreadablePostError():
            return ParseError("The request could not be read.")
    return None


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
    """Whether people read the response in the admin, which has pages for errors."""
    return request.path_info.startswith("/admin/")


class ErrorResponse(HttpResponse):
    """An error as it goes to the client: as a page in the admin, elsewhere as a problem document."""

    def __init__(
        self, request: HttpRequest, status: int, detail: str, errors: Mapping[str, list[str]] | None = None
    ) -> None:
        if is_admin_page(request):
            page = {"title": HTTPStatus(status).phrase, "detail": detail, "id": getattr(request, "id", "")}
            super().__init__(render_to_string("error.html", page), status=status)
            self["Content-Security-Policy"] = settings.ERROR_CONTENT_SECURITY_POLICY
        else:
            document = problem(status, detail, request, errors)
            super().__init__(orjson.dumps(document), status=status, content_type=PROBLEM)
            self["Content-Security-Policy"] = settings.DATA_CONTENT_SECURITY_POLICY
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self["Retry-After"] = str(Unavailable.wait)


def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return ErrorResponse(request, HTTPStatus.FORBIDDEN, FOREIGN_FORM)


def replaced(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """An ErrorResponse with the headers of the response, if that is an error page of Django's; else the response."""
    if isinstance(response, (ErrorResponse, SimpleTemplateResponse)) or response.get("Content-Type") == PROBLEM:
        return response  # DRF's responses and our own pages are template responses
    if is_admin_page(request) and not response.get("Content-Type", "").startswith("text/html"):
        return response
    error = expected(getattr(request, "failure", None)) if response.status_code >= 500 else None
    if error:
        ours = ErrorResponse(request, error.status_code, str(error.detail))
    else:
        details = PAGES if is_admin_page(request) else DETAILS
        ours = ErrorResponse(request, response.status_code, details.get(response.status_code, response.reason_phrase))
    for name, value in response.items():
        if name not in OF_THE_BODY:
            ours[name] = value
    ours["Content-Length"] = str(len(ours.content))
    ours.cookies = response.cookies
    return ours
