"""Who may enter: a JWT, a long-lived token or a session; on a laptop, reading needs none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from knox.auth import TokenAuthentication
from rest_framework import permissions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class TokenNeeded(permissions.BasePermission):
    """A token or a session, except for reading on a laptop (DEBUG), where the README's curl lines work without."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated or (settings.DEBUG and request.method in permissions.SAFE_METHODS)


class LongLivedToken(TokenAuthentication):
    """`Authorization: Token …`: revocable, for cron jobs; only its hash is stored."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():  # none of ours, and such bytes may be more than the database looks up
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)


OPEN = {"token", "token/refresh", "healthz", "readyz"}
ELSEWHERE = ("admin/",)  # has a login of its own


def open_paths(**_: Any) -> list[CheckMessage]:
    """The system check behind `check --deploy`: a path outside OPEN that does not insist on a token is an error."""
    return [
        Error(f"/{path} answers without a token.", hint="Its permission_classes lack TokenNeeded.", id="famekeeda.E001")
        for path, view in _views(get_resolver().url_patterns)
        if path not in OPEN and not path.startswith(ELSEWHERE) and not _insists(view)
    ]


def _views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def _insists(view: Any) -> bool:
    """Whether one of the view's permissions is known to refuse strangers; only redirects need none."""
    if issubclass(getattr(view, "view_class", object), RedirectView):
        return True
    known = (TokenNeeded, permissions.IsAuthenticated)
    asked = view.initkwargs.get("permission_classes", view.cls.permission_classes) if hasattr(view, "cls") else []
    return any(isinstance(permission, type) and issubclass(permission, known) for permission in asked)
