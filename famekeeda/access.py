"""Authentication and permissions of the API: JWTs, long-lived tokens, sessions; on a laptop reading needs none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from knox.auth import TokenAuthentication
from rest_framework import permissions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import get_md5_hash_password

from famekeeda.postgresql.prepared import fetch_all


class TokenNeeded(permissions.BasePermission):
    """Allows users with a token or a session; on a laptop (DEBUG) everybody may read, as the README's curl lines do."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated or (settings.DEBUG and request.method in permissions.SAFE_METHODS)


class JWTAuthentication(authentication.JWTAuthentication):
    """`Authorization: Bearer …`. The user is read at every request: a deactivated user is out at once."""

    def get_validated_token(self, raw_token: bytes) -> Token:
        token = _verified(raw_token)
        if token["exp"] <= time():  # verified earlier, and expired since
            return super().get_validated_token(raw_token)  # which raises
        return token

    def get_user(self, validated_token: Token) -> Any:
        # simplejwt would build the query anew at every request: 0.4 ms of 1.3 ms of CPU.
        user = _user(validated_token[api_settings.USER_ID_CLAIM])
        if user is None:
            raise AuthenticationFailed("User not found", code="user_not_found")
        if not user.is_active:
            raise AuthenticationFailed("User is inactive", code="user_inactive")
        if validated_token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(user.password):
            raise AuthenticationFailed("The user's password has been changed.", code="password_changed")
        return user


@lru_cache(maxsize=1_000)
def _verified(raw_token: bytes) -> Token:
    """The token of these bytes, of which only the expiry can change: verifying the signature takes 0.12 of 0.9 ms.

    Raises InvalidToken, which is not remembered.
    """
    return authentication.JWTAuthentication().get_validated_token(raw_token)


def _user(pk: str) -> User | None:
    sql, columns = _user_query()
    rows = fetch_all(sql, [int(pk)])
    return User.from_db(DEFAULT_DB_ALIAS, columns, rows[0]) if rows else None


@cache
def _user_query() -> tuple[str, list[str]]:
    """The SQL that selects a user by id, with one parameter, and the attributes that its columns set."""
    sql, _ = User.objects.filter(pk=0).query.sql_with_params()
    return sql, [field.attname for field in User._meta.concrete_fields]


class LongLivedTokenAuthentication(TokenAuthentication):
    """`Authorization: Token …`, for cron jobs. The database stores only the token's hash, and can revoke it."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():  # no token that knox made; PostgreSQL raises an error for some bytes
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)


PUBLIC_PATHS = {"token", "token/refresh", "healthz", "readyz"}
ADMIN_PATHS = "admin/"  # the admin has a login of its own


def check_authentication(**_: Any) -> list[CheckMessage]:
    """A system check of `check --deploy`: an error for each path that needs no token and is not in PUBLIC_PATHS."""
    return [
        Error(f"/{path} answers without a token.", hint="Its permission_classes lack TokenNeeded.", id="famekeeda.E001")
        for path, view in _paths_with_views(get_resolver().url_patterns)
        if path not in PUBLIC_PATHS
        and not path.startswith(ADMIN_PATHS)
        and not _is_redirect(view)
        and not _needs_authentication(view)
    ]


def _paths_with_views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths_with_views(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def _is_redirect(view: Any) -> bool:
    return issubclass(getattr(view, "view_class", object), RedirectView)


def _needs_authentication(view: Any) -> bool:
    """Whether one of the view's permission classes is known to refuse anonymous requests."""
    strict = (TokenNeeded, permissions.IsAuthenticated)
    classes = view.initkwargs.get("permission_classes", view.cls.permission_classes) if hasattr(view, "cls") else []
    return any(isinstance(permission, type) and issubclass(permission, strict) for permission in classes)
