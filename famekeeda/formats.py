"""How answers look and bodies are read: JSON, problem documents, CSV, and which of them a request gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework import negotiation, parsers, renderers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from famekeeda.spreadsheet import lines

PROBLEM = "application/problem+json"


class JSONRenderer(renderers.JSONRenderer):
    """JSON by orjson; indented for the browsable page."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        indent = renderer_context and self.get_indent(accepted_media_type or "", renderer_context)
        return orjson.dumps(data, JSONEncoder().default, orjson.OPT_INDENT_2 if indent else None)


class ProblemRenderer(JSONRenderer):
    media_type = PROBLEM
    format = "problem"


class PageRenderer(renderers.BrowsableAPIRenderer):
    """DRF's browsable API, which says what a program would have been answered."""

    def get_default_renderer(self, view: Any) -> Any:
        return ProblemRenderer() if view.response.exception else super().get_default_renderer(view)


class CSVRenderer(renderers.BaseRenderer):
    """Objects as a table; the columns are those of the first, or of the view's serializer where there is none."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Iterable[Mapping[str, Any]], accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> str:
        view = renderer_context["view"]
        rows = [data] if isinstance(data, Mapping) else list(data)
        columns = list(rows[0] if rows else view.get_serializer().fields)
        name = view.request.path.strip("/").replace("/", "-")
        renderer_context["response"]["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return "".join(lines([columns, *(row.values() for row in rows)]))


class JSONParser(parsers.JSONParser):
    """JSON by orjson, which refuses NaN, lone surrogates and bottomless nesting, none of which can be stored."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"This is not JSON: {error}.") from None


class Negotiation(negotiation.DefaultContentNegotiation):
    """DRF's, with the usual case first, and an unknown `?format=` refused like any other silly parameter."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        if request.META.get("HTTP_ACCEPT", "*/*") == "*/*" and "format" not in request.query_params:
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        chosen = [renderer for renderer in renderers if renderer.format == format]
        if not chosen:
            known = ", ".join(renderer.format for renderer in renderers)
            raise ValidationError({"format": [f"Must be one of: {known}."]})
        return chosen
