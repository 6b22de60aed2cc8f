"""Authentication and permissions of the API: JWTs, long-lived tokens, sessions; on a laptop reading needs none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS
from django.db.models.expressions import RawSQL
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework import permissions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import get_md5_hash_password

from famekeeda.models import Token as LongLivedToken
from famekeeda.postgresql.prepared import fetch_all


class TokenNeeded(permissions.BasePermission):
    """Allows users who have the right that the view names for the method.

    A view says `rights = {"GET": "loads.view_load"}`; signing in is enough for a method without a right. On a laptop
    (DEBUG) everybody may read, as the README's curl lines do, and use a view that `is_open_on_a_laptop`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        user, method = request.user, request.method or ""
        if not user.is_authenticated:
            is_read = method in permissions.SAFE_METHODS
            return settings.DEBUG and (is_read or getattr(view, "is_open_on_a_laptop", False))
        right = getattr(view, "rights", {}).get("GET" if method == "HEAD" else method)
        if right is None or may(user, right):
            return True
        self.message = f"None of your groups has the right {right}."
        return False


class TokenAlways(TokenNeeded):
    """TokenNeeded without the laptop's exception: an anonymous request is answered with 401 there too."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated and super().has_permission(request, view)


def may(user: Any, right: str) -> bool:
    """`user.has_perm`, without a look at every backend where the user's statement brought the rights along."""
    rights = getattr(user, "_perm_cache", None)
    return user.has_perm(right) if rights is None else right in rights


class JWTAuthentication(authentication.JWTAuthentication):
    """`Authorization: Bearer …`. The user is read at every request: a deactivated user is out at once."""

    def get_validated_token(self, raw_token: bytes) -> Token:
        token = _verified(raw_token)
        if token["exp"] <= time():  # verified earlier, and expired since
            return super().get_validated_token(raw_token)  # which raises
        return token

    def get_user(self, validated_token: Token) -> Any:
        return user_of(validated_token)


def user_of(token: Token) -> User:
    """The user of a verified JWT. Raises AuthenticationFailed for a user who is gone, or has another password now."""
    # simplejwt would build the query anew at every request: 0.4 ms of 1.3 ms of CPU.
    user = _active_user(token[api_settings.USER_ID_CLAIM])
    if token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(user.password):
        raise AuthenticationFailed("The user's password has been changed.", code="password_changed")
    return user


@lru_cache(maxsize=1_000)
def _verified(raw_token: bytes) -> Token:
    """The token of these bytes, of which only the expiry can change: verifying the signature takes 0.12 of 0.9 ms.

    Raises InvalidToken, which is not remembered.
    """
    return authentication.JWTAuthentication().get_validated_token(raw_token)


def _active_user(pk: int | str) -> User:
    """The user with all rights, in one round trip. Raises AuthenticationFailed."""
    sql, columns = _user_query()
    rows = fetch_all(sql, [int(pk)])
    if not rows:
        raise AuthenticationFailed("The token's user was deleted.", code="user_not_found")
    *values, rights = rows[0]
    user = User.from_db(DEFAULT_DB_ALIAS, columns, values)
    if not user.is_active:
        raise AuthenticationFailed("User is inactive", code="user_inactive")
    if not user.is_superuser:  # who has all rights, listed nowhere
        user._perm_cache = _named(rights)  # type: ignore[attr-defined]  # where Django's ModelBackend looks first
    return user


# The ids of the rights of the user's groups and of the user alone, as "{1,2,3}". Joined to the rights' names the whole
# statement takes half as long again; the text of an array costs less than psycopg's list of it.
_RIGHTS = """
CASE WHEN auth_user.is_superuser THEN '{}' ELSE ARRAY(
    SELECT permission_id FROM auth_group_permissions
     WHERE group_id = ANY (ARRAY(SELECT group_id FROM auth_user_groups WHERE user_id = auth_user.id))
    UNION ALL
    SELECT permission_id FROM auth_user_user_permissions WHERE user_id = auth_user.id)::text END
"""


def _named(rights: str) -> set[str]:
    """The rights with these ids, as `app.codename`."""
    ids = [int(pk) for pk in rights[1:-1].split(",") if pk]
    names = _names()
    if not all(pk in names for pk in ids):  # a migration has added a right since
        _names.cache_clear()
        names = _names()
    return {names[pk] for pk in ids if pk in names}


@cache
def _names() -> dict[int, str]:
    """Each right's name by its id: PostgreSQL gives no id twice, and a release's rights are what its code asks for."""
    rights = Permission.objects.values_list("pk", "content_type__app_label", "codename")
    return {pk: f"{app}.{codename}" for pk, app, codename in rights}


@cache
def _user_query() -> tuple[str, list[str]]:
    """The SQL that selects a user by id, with one parameter, and the attributes that all its columns but the last set.

    The last column is the ids of the user's rights.
    """
    users = User.objects.filter(pk=0).annotate(rights=RawSQL(_RIGHTS, []))  # noqa: S611 - a constant
    sql, _ = users.query.sql_with_params()
    return sql, [field.attname for field in User._meta.concrete_fields]


class LongLivedTokenAuthentication(TokenAuthentication):
    """`Authorization: Token …`, for cron jobs. The database stores only the token's hash, and can revoke it."""

    def authenticate_credentials(self, token: bytes) -> Any:
        # No other text is a token that knox made; PostgreSQL raises an error for some bytes.
        digest = hash_token(token.decode()) if token.isalnum() else ""
        found = LongLivedToken.objects.valid().filter(digest=digest).first()
        if found is None:
            raise AuthenticationFailed("Invalid token.")
        user = _active_user(found.user_id)
        found.note_use()
        return user, found


PUBLIC_PATHS = {"token", "token/refresh", "healthz", "readyz"}
ADMIN_PATHS = "admin/"  # the admin has a login of its own


RIGHTLESS_PATHS = {"tokens", "tokens/<str:id>", "schema", "docs", "metrics"}  # a user who has signed in needs no right


def check_authentication(**_: Any) -> list[CheckMessage]:
    """A system check of `check --deploy`: an error for each path that needs no token and is not in PUBLIC_PATHS, and
    for each path that needs no right and is not in RIGHTLESS_PATHS."""
    errors = []
    for path, view in _paths_with_views(get_resolver().url_patterns):
        if path in PUBLIC_PATHS or path.startswith(ADMIN_PATHS) or _is_redirect(view):
            continue
        if not _needs_authentication(view):
            hint = "Its permission_classes lack TokenNeeded or TokenAlways."
            errors.append(Error(f"/{path} answers without a token.", hint=hint, id="famekeeda.E001"))
        elif path not in RIGHTLESS_PATHS and not getattr(view.cls, "rights", None):
            hint = "Its view lacks `rights`."
            errors.append(Error(f"/{path} answers to users without a right.", hint=hint, id="famekeeda.E003"))
    return list(errors)


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
