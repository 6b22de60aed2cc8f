"""What every endpoint shares: checked query parameters, lists with pages and Link headers, the OpenAPI schema."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import generics, pagination, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty
from rest_framework.request import Request
from rest_framework.response import Response

from famekeeda.idempotency import KEY_PARAMETERS, is_idempotent
from famekeeda.ids import ID_PATTERN, ID_REFUSAL, MAX_ID_CHARACTERS
from famekeeda.renderers import PROBLEM, BrowsableAPIRenderer, CSVRenderer, JSONRenderer


class WholeNumberField(serializers.IntegerField):
    """An integer written in ASCII digits; IntegerField also accepts 5.0, 1_000 and the digits of other alphabets."""

    def to_internal_value(self, data: Any) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", str(data)):
            self.fail("invalid")
        return int(data)


class IdField(serializers.RegexField):
    """An id as loads let it into a table: other texts cannot be in one."""

    default_error_messages = {"invalid": ID_REFUSAL}

    def __init__(self, **options: Any) -> None:
        super().__init__(ID_PATTERN, max_length=MAX_ID_CHARACTERS, trim_whitespace=False, **options)


def unwanted(given: Mapping[str, Any], fields: Container[str], *, noun: str = "field") -> dict[str, list[str]]:
    """A message for each name that is not among the fields, and for each that a form or a query string gives twice."""
    errors = {}
    for name in given:
        if name not in fields:
            errors[str(name)[:100]] = [f"There is no such {noun}."]
        elif isinstance(given, QueryDict) and len(given.getlist(name)) > 1:
            errors[name] = ["May be given only once."]
    return errors


class StrictSerializer(serializers.Serializer):
    """The fields of a body; an unknown field, or one that a form gives twice, is refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (errors := unwanted(data, {*self.fields, "csrfmiddlewaretoken"})):
            raise ValidationError(errors)
        return super().to_internal_value(data)


class PageQuery(serializers.Serializer):
    """The query parameters of every list. A list that can be filtered derives a class with its filters from it."""

    limit = WholeNumberField(min_value=1, max_value=100, default=10, help_text="How many rows to return")
    offset = WholeNumberField(min_value=0, max_value=1_000_000, default=0, help_text="How many rows to skip")


def validated_query(request: Request, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
    """The query parameters as the serializer class reads them, by their `source` names.

    Raises ValidationError with a message for each parameter that is missing, malformed, unknown or given twice. DRF's
    own parameter `format` is always allowed.
    """
    serializer = _serializer(serializer_class)
    fields, given = serializer.fields, request.query_params
    values: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for name, field in fields.items():
        try:
            values[field.source or name] = field.run_validation(given.get(name, empty))
        except SkipField:
            pass
        except ValidationError as error:
            errors[name] = error.detail
    errors |= unwanted(given, {*fields, "format"}, noun="parameter")
    if errors:
        raise ValidationError(errors)
    return serializer.validate(values)


@cache
def _serializer(serializer_class: type[serializers.Serializer]) -> serializers.Serializer:
    """One instance per class, as validating changes no field: saves 0.25 of GET /top-performers' 0.8 ms."""
    return serializer_class()


class LinkHeaderPagination(pagination.BasePagination):
    """Pages by `limit` and `offset`: a bare array, with Link headers (RFC 8288) to other pages, and no count(*)."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.limit, self.offset = request, view.query["limit"], view.query["offset"]
        rows = list(queryset[self.offset : self.offset + self.limit + 1])
        self.has_next = len(rows) > self.limit
        return rows[: self.limit]

    def get_paginated_response(self, data: Any) -> Response:
        offsets = {}
        if self.offset > 0:
            offsets = {"first": 0, "prev": max(0, self.offset - self.limit)}
        if self.has_next:
            offsets["next"] = self.offset + self.limit
        links = ", ".join(f'<{self._url(offset)}>; rel="{rel}"' for rel, offset in offsets.items())
        return Response(data, headers={"Link": links} if links else None)

    def _url(self, offset: int) -> str:
        parameters = self.request.query_params.dict() | {"limit": self.limit, "offset": offset}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(parameters)}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema


class ListView(generics.ListAPIView):
    """A list: `query_class` declares its query parameters, and `get_queryset` reads their values from `self.query`."""

    query_class: type[PageQuery] = PageQuery
    pagination_class = LinkHeaderPagination
    renderer_classes = [JSONRenderer, CSVRenderer, BrowsableAPIRenderer]

    @cached_property
    def query(self) -> dict[str, Any]:
        return validated_query(self.request, self.query_class)


class Schema(AutoSchema):
    """drf-spectacular's AutoSchema, with the parameters of a view's `query_class`.

    A view says by method what Swagger UI shows of it: `summaries = {"GET": "List loads"}`, and, with values for
    parameters and fields of the body by their names, `examples = {"GET": {"id": 1}}`.
    """

    def get_summary(self) -> str | None:
        return getattr(self.view, "summaries", {}).get(self.method)

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        examples = dict(getattr(self.view, "examples", {}).get(self.method, {}))
        if operation and examples:
            for parameter in operation.get("parameters", []):
                is_for_body = "requestBody" in operation and parameter["in"] != "path"  # such as a body's `format`
                if parameter["name"] in examples and not is_for_body:
                    parameter["example"] = examples.pop(parameter["name"])
            for body in operation.get("requestBody", {}).get("content", {}).values():
                body["example"] = examples
        return operation

    def get_override_parameters(self) -> list[Any]:
        query_class = getattr(self.view, "query_class", None)
        if self.method == "GET" and query_class:
            return [query_class]
        if self.method == "POST" and is_idempotent(self.view):
            return KEY_PARAMETERS
        return []


class JWTScheme(SimpleJWTScheme):
    target_class = "famekeeda.accounts.access.JWTAuthentication"


class LongLivedTokenScheme(OpenApiAuthenticationExtension):
    target_class = "famekeeda.accounts.access.LongLivedTokenAuthentication"
    name = "longLivedToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and a long-lived token from `POST /tokens` or `manage.py create_token`",
        }


def postprocess_schema(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook: every operation gets a problem document as default response, and CSV a text schema."""
    result["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    result["components"]["responses"] = {
        "Problem": {
            "description": "The error",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for operation in [operation for operations in result["paths"].values() for operation in operations.values()]:
        for response in operation["responses"].values():
            if csv := response.get("content", {}).get("text/csv"):
                csv["schema"] = {"type": "string"}
        operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    return result


PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "requestId"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "requestId": {"type": "string", "description": "Also in the header X-Request-ID and in the server's log"},
        "errors": {
            "type": "object",
            "description": "Messages per field",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
