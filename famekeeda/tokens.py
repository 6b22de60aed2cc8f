"""Tokens: a JWT for a password, and long-lived ones for cron jobs, which can be listed and revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import generics, serializers, status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import FormParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from famekeeda.api import ListView, WholeNumber
from famekeeda.formats import JSONParser, JSONRenderer


def create(user: AbstractBaseUser, days: int | None = None) -> tuple[AuthToken, str]:
    """A new long-lived token and its text, which is known only now; without days it lasts until it is revoked."""
    return AuthToken.objects.create(user, expiry=timedelta(days=days) if days else None)


class Obtain(TokenObtainPairView):
    """A JWT for a name and a password: `access`, to be sent as `Authorization: Bearer …` for an hour, and `refresh`."""

    parser_classes = [JSONParser, FormParser]  # the latter for curl -d
    renderer_classes = [JSONRenderer]


class Refresh(TokenRefreshView):
    """A fresh `access` for a `refresh`."""

    parser_classes = [JSONParser, FormParser]
    renderer_classes = [JSONRenderer]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().post(request, *args, **kwargs)
        except get_user_model().DoesNotExist:
            raise AuthenticationFailed("The token's user is gone.") from None


class TokenSerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="token_key", help_text="How the token begins")
    expires = serializers.DateTimeField(source="expiry", allow_null=True, help_text="null: when it is revoked")

    class Meta:
        model = AuthToken
        fields = ("id", "created", "expires")
        read_only_fields = fields


class CreatedTokenSerializer(TokenSerializer):
    token = serializers.CharField(read_only=True, help_text="Shown only now; to be sent as `Authorization: Token …`")

    class Meta:
        model = AuthToken
        fields = ("id", "created", "expires", "token")
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer):
    days = WholeNumber(required=False, min_value=1, max_value=3650, help_text="Without, it lasts until it is revoked")


class Tokens(ListView):
    """Your long-lived tokens, newest first. POST makes one and shows it this once."""

    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[AuthToken]:
        return AuthToken.objects.filter(user=self.request.user).order_by("-created")

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return NewTokenSerializer if self.request.method == "POST" else TokenSerializer

    @extend_schema(request=NewTokenSerializer, responses={status.HTTP_201_CREATED: CreatedTokenSerializer})
    def post(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        created, text = create(cast(AbstractBaseUser, request.user), **asked.validated_data)
        answer = {**TokenSerializer(created).data, "token": text}
        location = reverse("api:token", args=[created.token_key])
        return Response(answer, status.HTTP_201_CREATED, headers={"Location": location})


class Token(generics.DestroyAPIView):
    """DELETE revokes one of your tokens at once."""

    permission_classes = [IsAuthenticated]
    serializer_class = TokenSerializer
    lookup_field = "token_key"
    lookup_url_kwarg = "id"

    def get_queryset(self) -> QuerySet[AuthToken]:
        return AuthToken.objects.filter(user=self.request.user)
