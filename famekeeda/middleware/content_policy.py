"""The middleware that sets the Content-Security-Policy of every response."""

from __future__ import annotations

from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest

from famekeeda.problems import is_admin_page


class ContentPolicy(CSPMiddleware):
    """Three policies, all in settings: for responses that are not HTML, for pages, and for pages of the admin."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", settings.DATA_CONTENT_SECURITY_POLICY)
            return response
        if is_admin_page(request):
            response._csp_update = settings.ADMIN_CONTENT_SECURITY_POLICY
        return super().process_response(request, response)
