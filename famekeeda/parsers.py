"""The format of request bodies: JSON, in which each name stands once, and from which no digit is lost."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from rest_framework import parsers
from rest_framework.exceptions import ParseError, ValidationError

MAX_COMMAS = 20_000  # of a body, those inside texts too; bounds the time to read it
MAX_NAME_CHARACTERS = 100  # in a message


class JSONParser(parsers.JSONParser):
    """JSON by orjson, which refuses NaN, lone surrogates and endless nesting: the database could store none of them.

    orjson checks the body, but takes the last of two fields of one name and rounds numbers. Python's parser therefore
    reads the body again; it takes 6 µs for a brief, and 1 s for 2.5 MB of small numbers."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read()
        if body.count(b",") > MAX_COMMAS:
            raise ParseError("This JSON holds more values than anything here takes.")
        try:
            orjson.loads(body)
            return DECODER.decode(body.decode())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"This is not JSON: {error}.") from None
        except RecursionError:
            raise ParseError("This JSON is nested too deeply.") from None


def each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these fields. Raises ValidationError where two have one name."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, number in Counter(name for name, _ in pairs).items() if number > 1)
        raise ValidationError({twice[:MAX_NAME_CHARACTERS]: ["May be given only once."]})
    return found


def number(text: str) -> float | Decimal:
    """The number as a float, or as a Decimal where a float would be another number: 1e-400 would be 0."""
    near = float(text)
    if repr(near) == text:
        return near
    try:
        exact = Decimal(text)
    except InvalidOperation:  # the exponent alone has 20 digits
        return Decimal("NaN")
    return near if exact == Decimal(repr(near)) else exact


DECODER = json.JSONDecoder(object_pairs_hook=each_name_once, parse_float=number)
