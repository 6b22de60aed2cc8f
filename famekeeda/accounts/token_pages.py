"""The page of a user's own long-lived tokens in the admin: list them, make one that is shown once, revoke them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from famekeeda import history
from famekeeda.models import MAX_DAYS, MAX_NAME, Token, TokenRefused
from famekeeda.pages import page, render_page

FIELD = {"class": "fk-field"}


class TokenForm(forms.Form):
    name = forms.CharField(max_length=MAX_NAME, label="What the token is for", widget=forms.TextInput(FIELD))
    days = forms.IntegerField(
        min_value=1, max_value=MAX_DAYS, required=False, label="Days it lasts", widget=forms.NumberInput(FIELD)
    )
    user = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Acts as", empty_label="You", widget=forms.Select(FIELD)
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST or None, initial={"days": 365})
        if request.user.has_perm("auth.change_user"):  # a token may do all that its user may
            self.fields["user"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        else:
            del self.fields["user"]


@never_cache
@page()
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and the form. The answer to the form holds the new token: no other page ever does, and no cache keeps
    it, not even the browser's own (`no-store`)."""
    form = TokenForm(request)
    token = make(request, form) if form.is_valid() else None
    context: dict[str, Any] = {
        "title": "Your API tokens",
        "form": form,
        "token": token,
        "tokens": Token.objects.filter(user_id=request.user.pk).select_related("made_with"),
    }
    return render_page(request, "admin/tokens.html", context, status=400 if form.errors else 200)


def make(request: HttpRequest, form: TokenForm) -> str | None:
    """The new token; None, and an error in the form, where it may not be made."""
    asked = form.cleaned_data
    user = asked.get("user") or request.user
    try:
        row, token = Token.objects.make(user, name=asked["name"], days=asked["days"])
    except TokenRefused as refused:
        form.add_error(refused.field or None, str(refused))
        return None
    history.added(row, request.user)
    return token


@page()
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    token = get_object_or_404(Token, user_id=request.user.pk, token_key=key)
    token.revoke(request.user)
    messages.success(request, f"{token.name or key} is revoked.")
    return redirect("pages:tokens")


urlpatterns = [
    path("tokens/", tokens, name="tokens"),
    path("tokens/<str:key>/revoke/", revoke, name="token_revoke"),
]
