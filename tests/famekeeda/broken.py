"""The web server with a download that breaks off: its second piece cannot be made."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from famekeeda.serving import rsgi
from famekeeda.urls import urlpatterns


def pieces() -> Iterator[str]:
    yield "influencerId\r\n" * 10_000
    raise RuntimeError("The database has gone.")


def broken(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces(), content_type="text/csv")


urlpatterns.insert(0, path("broken.csv", broken))
application = rsgi.application
