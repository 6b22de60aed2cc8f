"""The middleware that compares a request's Host with ALLOWED_HOSTS."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware import common


class CommonMiddleware(common.CommonMiddleware):
    """Django's, which lets probes through: they name the container's address as host, or no host at all."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        if request.path_info in settings.PROBES:
            return None
        return super().process_request(request)
