"""The middleware that refuses what is no text: NUL, which PostgreSQL cannot hold, and letters that UTF-8 does not have.

Wherever a request can carry text that reaches a query: its path, query string, cookies and form. JSON is refused by its
parser and by the fields of the API.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse

from famekeeda.problems import ErrorResponse

NUL = "There is a NUL character in it, which no text may hold."


def text_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Before all that looks at a path."""

    def respond(request: HttpRequest) -> HttpResponse:
        given = request.META
        query = given.get("QUERY_STRING", "")
        if "\0" in request.path_info:
            return ErrorResponse(request, 400, NUL)
        if "%00" in query or "\0" in query:
            parameters = [name for name, texts in request.GET.lists() if any("\0" in text for text in (name, *texts))]
            return ErrorResponse(request, 400, NUL, {name: [NUL] for name in parameters})
        # Cookies write characters as \ooo, in octal digits.
        if "\\" in given.get("HTTP_COOKIE", "") and any("\0" in value for value in request.COOKIES.values()):
            return ErrorResponse(request, 400, NUL)
        # Other encodings have what UTF-8 has not, and Django reads the query string in them too.
        if "charset" in given.get("CONTENT_TYPE", "") and not is_utf8(
            (request.content_params or {}).get("charset", "utf-8")
        ):
            return ErrorResponse(request, 400, "Text is read as UTF-8 alone.")
        return get_response(request)

    return respond


class TextOnlyForms:
    """After the check of a form's token, which reads the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Looks into the admin's id, which writes characters as _XX, and into a form that Django has read already."""
        texts = [unquote(kwargs["object_id"])] if "object_id" in kwargs else []
        if "_post" in request.__dict__:
            texts += [text for name, values in request.POST.lists() for text in (name, *values)]
        return ErrorResponse(request, 400, NUL) if any("\0" in text for text in texts) else None


def is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
