"""The middleware that refuses bodies that are too large, too slow or nobody's, before anything stores them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from famekeeda.problems import is_admin_page, problem_response
from famekeeda.serving.bodies import REFUSAL, TooSlow

RETRY_AFTER_SECONDS = "5"


class BodyLimit:
    """Compares Content-Length with the limit: UPLOAD_MAX_MB for uploads, DATA_UPLOAD_MAX_MEMORY_SIZE for the rest.

    Django reads no further than Content-Length, and takes a body without one for empty: hence the 411.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH")
        if not length:
            if "HTTP_TRANSFER_ENCODING" in request.META:
                return refused(request, 411, "Send the body with its Content-Length.")
            return self.get_response(request)
        if refusal := request.META.get(REFUSAL):
            return refused(request, refusal.status, refusal.detail)
        if not length.isdecimal():
            return refused(request, 400, "Content-Length is not a number.")
        limit = settings.UPLOAD_MAX_MB * 1_000_000 if is_upload(request) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) <= limit:
            return self.get_response(request)
        what = "An upload" if is_upload(request) else "A body"
        return refused(request, 413, f"{what} may be {limit / 1_000_000:g} MB at most.")

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuses an upload from nobody. Django's check of forms, which comes next, looks into the form for its token,
        and so would store a file before the view asks who sends it. Views of the API ask before they read."""
        if request.method != "POST" or not is_upload(request) or getattr(view, "csrf_exempt", False):
            return None
        if not request.user.is_authenticated:
            return refused(request, 403, "Sign in first: nobody is signed in, or no longer.")
        try:
            request.POST  # noqa: B018 - Django would say that a slow form has no token
        except UnreadablePostError as error:
            if isinstance(error.__cause__, TooSlow):
                return refused(request, 408, str(error))
        return None


def is_upload(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"


def refused(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if is_admin_page(request):
        response = render(request, "refused.html", {"detail": detail}, status=status)
    else:
        response = problem_response(status, detail, request)
    if status == 503:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response
