"""The API of tokens: JWTs in exchange for a password, and long-lived tokens that their users list and revoke."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import FormParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework_simplejwt.serializers import PasswordField, TokenObtainPairSerializer, TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from famekeeda import history
from famekeeda.accounts.access import user_of
from famekeeda.api import ListView, StrictSerializer, WholeNumberField
from famekeeda.idempotency import refuse_key
from famekeeda.models import MAX_DAYS, MAX_NAME, Token, TokenRefused
from famekeeda.parsers import JSONParser
from famekeeda.renderers import JSONRenderer


class ObtainSerializer(TokenObtainPairSerializer):
    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField(trim_whitespace=False)  # spaces are a part of a password


class ObtainJWT(TokenObtainPairView):
    """Exchanges a username and a password for two JWTs.

    Send `access`, which lasts an hour, as `Authorization: Bearer …`; `refresh` lasts a week and gets a new `access`.
    """

    serializer_class = ObtainSerializer
    summaries = {"POST": "Get a JWT for a password"}
    examples = {"POST": {"username": "ken", "password": "correct horse battery staple"}}
    parser_classes = [JSONParser, FormParser]  # FormParser reads what `curl -d` sends
    renderer_classes = [JSONRenderer]


class RefreshSerializer(TokenRefreshSerializer):
    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        user_of(self.token_class(attrs["refresh"]))  # simplejwt's own does not compare the password
        return super().validate(attrs)


class RefreshJWT(TokenRefreshView):
    """Exchanges `refresh` for a new `access`."""

    serializer_class = RefreshSerializer
    summaries = {"POST": "Get a fresh JWT"}
    examples = {"POST": {"refresh": "the refresh of POST /token"}}

    parser_classes = [JSONParser, FormParser]
    renderer_classes = [JSONRenderer]


class TokenSerializer(serializers.ModelSerializer):
    id = serializers.CharField(source="token_key", help_text="The first characters of the token")
    lastUsed = serializers.DateTimeField(
        source="last_used_at", allow_null=True, help_text="To within five minutes; null: never"
    )
    expires = serializers.DateTimeField(
        source="expiry", allow_null=True, help_text="null: the token lasts until it is revoked"
    )

    class Meta:
        model = Token
        fields = ("id", "name", "created", "lastUsed", "expires")
        read_only_fields = fields


class CreatedTokenSerializer(TokenSerializer):
    token = serializers.CharField(
        read_only=True, help_text="Shown only in this response; send it as `Authorization: Token …`"
    )

    class Meta:
        model = Token
        fields = (*TokenSerializer.Meta.fields, "token")
        read_only_fields = fields


class NewTokenSerializer(StrictSerializer):
    name = serializers.CharField(
        required=False, max_length=MAX_NAME, allow_blank=True, help_text="What the token is for"
    )
    days = WholeNumberField(
        required=False,
        min_value=1,
        max_value=MAX_DAYS,
        help_text="Without `days` the token lasts until it is revoked, or as long as the token that makes it",
    )


class Tokens(ListView):
    """Your long-lived tokens, newest first. POST creates a token and shows it this once.

    A token that is made with another token ends with that one, and is revoked with it.
    """

    permission_classes = [IsAuthenticated]
    summaries = {"GET": "List your tokens", "POST": "Make a token"}
    examples = {"POST": {"name": "nightly load", "days": 365}}

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.filter(user=self.request.user).order_by("-created")

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return NewTokenSerializer if self.request.method == "POST" else TokenSerializer

    @extend_schema(request=NewTokenSerializer, responses={status.HTTP_201_CREATED: CreatedTokenSerializer})
    def post(self, request: Request) -> Response:
        refuse_key(request)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made_with = request.auth if isinstance(request.auth, Token) else None
        try:
            row, token = Token.objects.make(request.user, made_with=made_with, **serializer.validated_data)
        except TokenRefused as refused:
            raise ValidationError({refused.field or api_settings.NON_FIELD_ERRORS_KEY: [str(refused)]}) from None
        history.added(row, request.user)
        headers = {"Location": reverse("api:token", args=[row.token_key]), "Cache-Control": "no-store"}
        return Response({**TokenSerializer(row).data, "token": token}, status.HTTP_201_CREATED, headers=headers)


class TokenDetail(generics.DestroyAPIView):
    """DELETE revokes one of your long-lived tokens at once, and the tokens that were made with it."""

    permission_classes = [IsAuthenticated]
    serializer_class = TokenSerializer
    lookup_field = "token_key"
    lookup_url_kwarg = "id"
    summaries = {"DELETE": "Revoke a token"}
    examples = {"DELETE": {"id": "0a1b2c3d4e5f607"}}

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.filter(user=self.request.user)

    def perform_destroy(self, token: Token) -> None:
        token.revoke(self.request.user)
