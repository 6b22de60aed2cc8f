"""Who may enter: a JWT, a long-lived token or a session; on a laptop, reading needs none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from knox.auth import TokenAuthentication
from rest_framework import permissions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication


class TokenNeeded(permissions.BasePermission):
    """A token or a session, except for reading on a laptop (DEBUG), where the README's curl lines work without."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated or (settings.DEBUG and request.method in permissions.SAFE_METHODS)


class Users:
    """What simplejwt asks of the user model, with one query that is not built anew for every request."""

    DoesNotExist = ObjectDoesNotExist

    @property
    def objects(self) -> Users:
        return self

    def get(self, *, id: Any) -> AbstractBaseUser:
        # The request's first query finds out by itself whether the connection still stands: no SELECT 1 before it.
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return self._find(id)
        except OperationalError:
            if connection.connection is None:  # not even a new one could be had
                raise
            connection.close()
            return self._find(id)

    def _find(self, id: Any) -> AbstractBaseUser:
        sql, columns = self._query
        with connection.cursor() as cursor:
            cursor.execute(sql, [id])
            row = cursor.fetchone()
        if row is None:
            raise self.DoesNotExist
        return get_user_model().from_db(connection.alias, columns, row)

    @cached_property
    def _query(self) -> tuple[str, list[str]]:
        model = get_user_model()
        sql, _ = model._default_manager.filter(id=0).query.sql_with_params()
        return sql, [field.attname for field in model._meta.concrete_fields]


class JWT(JWTAuthentication):
    """`Authorization: Bearer …`: simplejwt's, whose query for the user took as long as the rest of a short request."""

    users = Users()

    def __init__(self) -> None:
        self.user_model = self.users  # type: ignore[assignment]


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
