"""The path `/`: programs learn what is here, people go on to the admin."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.generic import RedirectView

LINKS = {"docs": "api:docs", "schema": "api:schema", "token": "api:token-obtain", "admin": "admin:index"}


class Root(RedirectView):
    """Answers `Accept: application/json` with name, version and links; redirects everybody else to the admin."""

    pattern_name = "admin:index"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            about = settings.SPECTACULAR_SETTINGS
            links = {name: request.build_absolute_uri(reverse(url)) for name, url in LINKS.items()}
            response = JsonResponse({"name": about["TITLE"], "version": about["VERSION"], "links": links})
        else:
            response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response
