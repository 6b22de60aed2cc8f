"""What every request passes through: its id, the size of its body, its line in the log, and how its errors look."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

import orjson
import structlog
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject, empty
from prometheus_client import Histogram, disable_created_metrics
from rest_framework.response import Response

from famekeeda.formats import PROBLEM
from famekeeda.problems import problem, problem_response

GetResponse = Callable[[HttpRequest], HttpResponse]

SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
ADMIN = "/admin/"  # whose pages are for people: they keep Django's error pages
SKIPPED_AT_MOST = 2_000_000_000  # bytes of a body that is refused; beyond, the connection is cut
DETAILS = {
    400: "The request could not be understood.",
    403: "Refused: the form this came from was not opened here, or too long ago.",
    404: "There is nothing at this path.",
    500: "Something went wrong here. The request's id finds it in the log.",
}
disable_created_metrics()  # they double the series, and say what a restart of the process says too
SECONDS = Histogram(
    "famekeeda_request_seconds",
    "Time to answer, up to the first byte of the body",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

log = structlog.get_logger("famekeeda.requests")


def requests(get_response: GetResponse) -> GetResponse:
    """The outermost middleware, and one function, because each layer is paid for by every request."""

    def respond(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.id = given if SANE_ID.fullmatch(given) else uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = get_response(request)
        if response.status_code >= 400 and not _is_for_people(request) and not _is_ours(response):
            _make_problem(response, request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        record(request, response, perf_counter() - began)
        return response

    return respond


def _make_problem(response: HttpResponse, request: HttpRequest) -> None:
    """Django's own page for the error becomes a problem document; the headers it has been given stay."""
    detail = DETAILS.get(response.status_code, response.reason_phrase)
    response.content = orjson.dumps(problem(response.status_code, detail, request))
    response["Content-Type"], response["Content-Length"] = PROBLEM, str(len(response.content))
    response["Content-Security-Policy"] = ContentPolicy.NOTHING


def limit_body(get_response: GetResponse) -> GetResponse:
    """Refuses a body that says it is larger than it may be, before anything keeps it.

    Django reads no further than Content-Length, and nothing of a body without one: hence the 411.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH")
        if not length:
            if "HTTP_TRANSFER_ENCODING" in request.META:
                return _refusal(411, "Send the body with its Content-Length.", request)
            return get_response(request)
        if not length.isdecimal():
            return _refusal(400, "Content-Length is not a number.", request)
        is_upload = request.content_type == "multipart/form-data"
        limit = settings.UPLOAD_MAX_MB * 1_000_000 if is_upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) <= limit:
            return get_response(request)
        _skip_body(request)
        what = "An upload" if is_upload else "A body"
        return _refusal(413, f"{what} may be {limit / 1_000_000:g} MB at most.", request)

    return respond


def _skip_body(request: HttpRequest) -> None:
    """Browsers look at the answer only once they have sent everything; whoever asked first (Expect) has not begun."""
    skipped = 0
    while "HTTP_EXPECT" not in request.META and skipped < SKIPPED_AT_MOST and (chunk := request.read(1 << 16)):
        skipped += len(chunk)


def _refusal(status: int, detail: str, request: HttpRequest) -> HttpResponse:
    if _is_for_people(request):
        return render(request, "refused.html", {"detail": detail}, status=status)
    return problem_response(status, detail, request)


def _is_ours(response: HttpResponse) -> bool:
    """Whether a view of the API, or this module, has said already what was wrong."""
    return isinstance(response, Response) or response.get("Content-Type") == PROBLEM


def _is_for_people(request: HttpRequest) -> bool:
    return request.path_info.startswith(ADMIN)


def record(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """One line in the log and one observation; none for static files, which no view answered."""
    match = request.resolver_match
    if match is None and response.status_code < 400:
        return
    route = match.route if match else ""
    SECONDS.labels(request.method, route, response.status_code).observe(seconds)
    (log.error if response.status_code >= 500 else log.info)(
        "request",
        method=request.method,
        path=request.path,  # without its query string, which may hold what no log should
        status=response.status_code,
        ms=round(seconds * 1000, 2),
        user=_user(request),
        exc_info=getattr(request, "failure", None),
    )


def _user(request: HttpRequest) -> Any:
    """The id of the user, if anybody has asked who it is: a log line is no reason for a query."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)


def _remember(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        request.failure = sys.exc_info()[1]  # type: ignore[attr-defined]


got_request_exception.connect(_remember)


class ContentPolicy(CSPMiddleware):
    """Content-Security-Policy: nothing for what is not a page, the strict one for pages, the theme's under /admin."""

    NOTHING = "default-src 'none'; frame-ancestors 'none'"

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", self.NOTHING)
            return response
        if _is_for_people(request):
            response._csp_update = settings.ADMIN_CONTENT_SECURITY_POLICY
        return super().process_response(request, response)
