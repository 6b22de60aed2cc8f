"""The API of tokens: JWTs in exchange for a password, and long-lived tokens that their users list and revoke."""

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

from famekeeda.api import ListView, WholeNumberField
from famekeeda.parsers import JSONParser
from famekeeda.renderers import JSONRenderer


def create_token(user: AbstractBaseUser, days: int | None = None) -> tuple[AuthToken, str]:
    """Stores a new long-lived token. Returns the row and the token itself, of which the row holds only a hash.

    Without `days` the token lasts until it is revoked.
    """
    return AuthToken.objects.create(user, expiry=timedelta(days=days) if days else None)


class ObtainJWT(TokenObtainPairView):
    """Exchanges a username and a password for two JWTs.

    Send `access`, which lasts an hour, as `Authorization: Bearer …`; `refresh` lasts a week and gets a new `access`.
    """

    parser_classes = [JSONParser, FormParser]  # FormParser reads what `curl -d` sends
    renderer_classes = [JSONRenderer]


class RefreshJWT(TokenRefreshView):
    """Exchanges `refresh` for a new `access`."""

    parser_classes = [JSONParser, FormParser]
    renderer_classes = [JSONRenderer]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().post(request, *args, **kwargs)
        except get_user_model().DoesNotExist:
            raise AuthenticationFailed("The token's user was deleted.") from None


class TokenSerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="token_key", help_text="The first characters of the token")
    expires = serializers.DateTimeField(
        source="expiry", allow_null=True, help_text="null: the token lasts until it is revoked"
    )

    class Meta:
        model = AuthToken
        fields = ("id", "created", "expires")
        read_only_fields = fields


class CreatedTokenSerializer(TokenSerializer):
    token = serializers.CharField(
        read_only=True, help_text="Shown only in this response; send it as `Authorization: Token …`"
    )

    class Meta:
        model = AuthToken
        fields = ("id", "created", "expires", "token")
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer):
    days = WholeNumberField(
        required=False, min_value=1, max_value=3650, help_text="Without `days` the token lasts until it is revoked"
    )


class Tokens(ListView):
    """Your long-lived tokens, newest first. POST creates a token and shows it this once."""

    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[AuthToken]:
        return AuthToken.objects.filter(user=self.request.user).order_by("-created")

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return NewTokenSerializer if self.request.method == "POST" else TokenSerializer

    @extend_schema(request=NewTokenSerializer, responses={status.HTTP_201_CREATED: CreatedTokenSerializer})
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row, token = create_token(cast(AbstractBaseUser, request.user), **serializer.validated_data)
        location = reverse("api:token", args=[row.token_key])
        body = {**TokenSerializer(row).data, "token": token}
        return Response(body, status.HTTP_201_CREATED, headers={"Location": location})


class TokenDetail(generics.DestroyAPIView):
    """DELETE revokes one of your long-lived tokens at once."""

    permission_classes = [IsAuthenticated]
    serializer_class = TokenSerializer
    lookup_field = "token_key"
    lookup_url_kwarg = "id"

    def get_queryset(self) -> QuerySet[AuthToken]:
        return AuthToken.objects.filter(user=self.request.user)
