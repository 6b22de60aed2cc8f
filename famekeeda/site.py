"""The admin's site: who may enter it, and its login."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from famekeeda.accounts.sign_in import TooManyAttempts


def may_enter(user: Any) -> bool:
    """Whether a user may see the admin: staff, and members of a group. Rights decide what they see there."""
    if not hasattr(user, "_may_enter"):  # which several parts of each page ask
        user._may_enter = user.is_active and (user.is_staff or user.groups.exists())
    return user._may_enter


class LoginForm(AuthenticationForm):
    refused: TooManyAttempts | None = None

    def clean(self) -> Any:
        try:
            return super().clean()
        except TooManyAttempts as error:
            self.refused = error
            raise ValidationError(str(error)) from None

    def confirm_login_allowed(self, user: Any) -> None:
        if not may_enter(user):
            raise ValidationError(
                "%(name)s belongs to no group yet. Somebody who keeps the users has to add one, under People → Users.",
                params={"name": user.get_username()},
            )


class Site(UnfoldAdminSite):
    login_form = LoginForm

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Django's list of models, made where a page reads it: most show famekeeda.sidebar's menu instead."""
        return SimpleLazyObject(lambda: super(Site, self).get_app_list(request, app_label))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's login, with 429 and Retry-After for an attempt that came too early."""
        response = super().login(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form and form.refused:
            response.status_code, response["Retry-After"] = form.refused.status_code, str(form.refused.wait)
        return response
