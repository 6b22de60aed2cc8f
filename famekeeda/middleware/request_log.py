"""The outermost middleware: gives every request an id, a line in the log and a measurement."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty
from prometheus_client import Histogram, disable_created_metrics

from famekeeda.problems import replaced

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # of the header X-Request-ID; any other id is replaced
disable_created_metrics()  # they double the number of series, and only say when the process started
SECONDS = Histogram(
    "famekeeda_request_seconds",
    "Time to answer, up to the first byte of the body",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}

log = structlog.get_logger("famekeeda.requests")


def request_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Also replaces Django's error pages: one middleware, because every request pays for each."""

    def respond(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.id = given if ACCEPTED_ID.fullmatch(given) else uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = get_response(request)
        if response.status_code >= 400:
            response = replaced(response, request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        record(request, response, perf_counter() - began)
        return response

    return respond


def record(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Writes the log line and the measurement; neither for static files, which WhiteNoise serves before any view."""
    match = request.resolver_match
    if match is None and response.status_code < 400:
        return
    route = match.route if match else ""
    method = request.method if request.method in METHODS else "other"  # clients may invent as many as they like
    SECONDS.labels(method, route, response.status_code).observe(seconds)
    (log.error if response.status_code >= 500 else log.info)(
        "request",
        method=request.method,
        path=request.path,  # without its query string, which may hold what no log should
        status=response.status_code,
        ms=round(seconds * 1000, 2),
        user=_user_id(request),
        exc_info=getattr(request, "failure", None) if response.status_code == 500 else None,
    )


def _user_id(request: HttpRequest) -> Any:
    """The user's id if the view has loaded the user, else None: a log line is not worth a query."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)


def _remember_failure(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        request.failure = sys.exc_info()[1]  # type: ignore[attr-defined]


got_request_exception.connect(_remember_failure)
