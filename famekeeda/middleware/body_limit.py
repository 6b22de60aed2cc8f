"""The middleware that refuses bodies that are too large, too slow or nobody's, before anything stores them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from famekeeda.problems import ErrorResponse
from famekeeda.serving.bodies import REFUSAL, TooSlow


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
                return ErrorResponse(request, 411, "Send the body with its Content-Length.")
            return self.get_response(request)
        if refusal := request.META.get(REFUSAL):
            return ErrorResponse(request, refusal.status, refusal.detail)
        if not length.isdecimal():
            return ErrorResponse(request, 400, "Content-Length is not a number.")
        limit = settings.UPLOAD_MAX_MB * 1_000_000 if is_upload(request) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) <= limit:
            response = self.get_response(request)
            close_uploads(request)
            return response
        what = "An upload" if is_upload(request) else "A body"
        return ErrorResponse(request, 413, f"{what} may be {limit / 1_000_000:g} MB at most.")

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuses an upload from nobody. Django's check of forms, which comes next, looks into the form for its token,
        and so would store a file before the view asks who sends it. Views of the API ask before they read."""
        if not is_upload(request) or getattr(view, "csrf_exempt", False):
            return None
        if (
            int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        ):  # smaller ones stay in memory
            if not request.user.is_authenticated:
                return ErrorResponse(request, 403, "Sign in first: nobody is signed in, or no longer.")
            try:
                request.POST  # noqa: B018 - Django would say that a slow form has no token
            except UnreadablePostError as error:
                if isinstance(error.__cause__, TooSlow):
                    return ErrorResponse(request, 408, str(error))
        return None


def close_uploads(request: HttpRequest) -> None:
    """Deletes the temporary file of an upload that broke off; Django leaves it until Python collects garbage."""
    for handler in request.upload_handlers if is_upload(request) else []:
        if file := getattr(handler, "file", None):
            file.close()


def is_upload(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"
