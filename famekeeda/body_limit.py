"""The middleware that refuses request bodies that are too large, before anything stores them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from famekeeda.problems import is_admin_page, problem_response

MAX_SKIPPED_BYTES = 2_000_000_000


def limit_body(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Compares Content-Length with the limit: UPLOAD_MAX_MB for uploads, DATA_UPLOAD_MAX_MEMORY_SIZE for the rest.

    Django reads no further than Content-Length, and takes a body without one for empty: hence the 411.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH")
        if not length:
            if "HTTP_TRANSFER_ENCODING" in request.META:
                return refusal(411, "Send the body with its Content-Length.", request)
            return get_response(request)
        if not length.isdecimal():
            return refusal(400, "Content-Length is not a number.", request)
        is_upload = request.content_type == "multipart/form-data"
        limit = settings.UPLOAD_MAX_MB * 1_000_000 if is_upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) <= limit:
            return get_response(request)
        skip_body(request)
        what = "An upload" if is_upload else "A body"
        return refusal(413, f"{what} may be {limit / 1_000_000:g} MB at most.", request)

    return respond


def skip_body(request: HttpRequest) -> None:
    """Reads the body and drops it, because browsers show the response only after they have sent everything.

    A client that sent `Expect` waits for the response before it sends the body. Beyond MAX_SKIPPED_BYTES the server
    closes the connection.
    """
    skipped = 0
    while "HTTP_EXPECT" not in request.META and skipped < MAX_SKIPPED_BYTES and (chunk := request.read(1 << 16)):
        skipped += len(chunk)


def refusal(status: int, detail: str, request: HttpRequest) -> HttpResponse:
    if is_admin_page(request):
        return render(request, "refused.html", {"detail": detail}, status=status)
    return problem_response(status, detail, request)
