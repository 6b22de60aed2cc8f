"""What every endpoint shares: questions checked by a serializer, lists that come in linked pages, their schema."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import generics, pagination, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty
from rest_framework.request import Request
from rest_framework.response import Response

from famekeeda.formats import PROBLEM, CSVRenderer, JSONRenderer, PageRenderer
from famekeeda.ids import ID_PATTERN, MAX_ID_CHARACTERS


class WholeNumber(serializers.IntegerField):
    """An integer in plain digits; IntegerField also takes 5.0, 1_000 and other alphabets' digits."""

    def to_internal_value(self, data: Any) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", str(data)):
            self.fail("invalid")
        return int(data)


class IdField(serializers.RegexField):
    """An id as loads let it into a table: other texts cannot be in one."""

    default_error_messages = {"invalid": "May not hold control characters, nor begin or end with a space."}

    def __init__(self, **options: Any) -> None:
        super().__init__(ID_PATTERN, max_length=MAX_ID_CHARACTERS, trim_whitespace=False, **options)


class PageQuery(serializers.Serializer):
    """Which part of a list; inherit from it to let more be asked."""

    limit = WholeNumber(min_value=1, max_value=100, default=10, help_text="How many to answer")
    offset = WholeNumber(min_value=0, max_value=1_000_000, default=0, help_text="How many to skip")


def query(request: Request, shape: type[serializers.Serializer]) -> dict[str, Any]:
    """The query parameters as the serializer class reads them, by their `source` names.

    Raises ValidationError naming each parameter that is missing, malformed, unknown or given more than once; DRF's own
    `format` may always be given.
    """
    serializer = _serializer(shape)
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
    for name, several in given.lists():
        if name not in fields and name != "format":
            errors[name] = ["There is no such parameter."]
        elif len(several) > 1:
            errors[name] = ["May be given only once."]
    if errors:
        raise ValidationError(errors)
    return serializer.validate(values)


@cache
def _serializer(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """One instance per class: building its fields costs more than all checks, and checking leaves no trace."""
    return shape()


class LinkedPages(pagination.BasePagination):
    """`limit` and `offset`, the bare array as body, its neighbours as RFC 8288 Link headers, and no count(*)."""

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
        asked = self.request.query_params.dict() | {"limit": self.limit, "offset": offset}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(asked)}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema


class ListView(generics.ListAPIView):
    """A list: `query_class` says what may be asked, `get_queryset` answers what `self.query` then holds."""

    query_class: type[PageQuery] = PageQuery
    pagination_class = LinkedPages
    renderer_classes = [JSONRenderer, CSVRenderer, PageRenderer]

    @cached_property
    def query(self) -> dict[str, Any]:
        return query(self.request, self.query_class)


class Schema(AutoSchema):
    """drf-spectacular's, which also documents a view's `query_class`."""

    def get_override_parameters(self) -> list[Any]:
        shape = getattr(self.view, "query_class", None)
        return [shape] if shape and self.method == "GET" else []


class LongLivedTokenScheme(OpenApiAuthenticationExtension):
    target_class = "famekeeda.access.LongLivedToken"
    name = "longLivedToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and a long-lived token of `POST /tokens` or `manage.py create_token`",
        }


def finish_schema(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's last hook: every operation may answer a problem document, and CSV is text."""
    result["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    result["components"]["responses"] = {
        "Problem": {
            "description": "What went wrong",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for operation in [operation for operations in result["paths"].values() for operation in operations.values()]:
        for response in operation["responses"].values():
            if table := response.get("content", {}).get("text/csv"):
                table["schema"] = {"type": "string"}
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
        "requestId": {"type": "string", "description": "Also in X-Request-ID and in our log"},
        "errors": {
            "type": "object",
            "description": "What is wrong with each field",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
