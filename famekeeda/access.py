"""Who may enter: a JWT, a long-lived token or a session; on a laptop, reading needs none."""

from __future__ import annotations

from typing import Any

from django.conf import settings
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
