"""Errors as clients see them: RFC 9457 problem documents, whatever went wrong and wherever."""

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
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from famekeeda.formats import PROBLEM, PageRenderer, ProblemRenderer

log = structlog.get_logger(__name__)


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class Unavailable(APIException):
    """Something this service leans on does not answer: 503 with Retry-After."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The database does not answer. Try again in a moment."
    default_code = "unavailable"
    wait = 5  # seconds; DRF's name for what becomes Retry-After


def problem(
    status: int, detail: str, request: HttpRequest | Request, errors: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """A problem document; `errors` holds messages per field, `requestId` is what to quote when asking about it."""
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
    """A problem document from where no view of the API is in charge."""
    return HttpResponse(orjson.dumps(problem(status, detail, request)), status=status, content_type=PROBLEM)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a problem document for every expected error, None (a 500) for any other.

    The browsable API shows the document inside its page, except when the database, which that page needs, is away.
    """
    request: Request = context["request"]
    error = _known(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    is_browsable = isinstance(getattr(request, "accepted_renderer", None), PageRenderer)
    if not is_browsable or isinstance(error, Unavailable):
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), PROBLEM
    errors = _by_field(response.data) if isinstance(error, ValidationError) else None
    if errors is None:
        detail = str(response.data["detail"])
    else:
        detail = " ".join(f"{field}: {messages[0]}" for field, messages in errors.items())
    members = getattr(error, "members", {})  # RFC 9457's word for what a problem says beyond the usual
    response.data = problem(response.status_code, detail, request, errors) | members
    return response


def _known(error: Exception) -> Exception:
    """The API's own error for those of Django that a client or an absent database causes."""
    match error:
        case OperationalError() | InterfaceError():
            log.error("database_away", error=str(error))
            return Unavailable()
        case RequestDataTooBig():
            return TooLarge(f"This body may be {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes at most.")
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
