"""The web server with a download that breaks off: its second piece cannot be made."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from famekeeda.serving import rsgi
from famekeeda.urls import urlpatterns


def pieces() -> Iterator[str]:
    # What the pipe and granian hold is lost when the connection breaks. The piece is larger, so some has been sent.
    yield "influencerId\r\n" * 300_000
    raise RuntimeError("The database has gone.")


def broken(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces(), content_type="text/csv")


urlpatterns.insert(0, path("broken.csv", broken))
application = rsgi.application
