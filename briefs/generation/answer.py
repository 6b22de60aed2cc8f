"""Reads a brief out of a model's completion: plain JSON, fenced JSON, or JSON with prose around it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from briefs.content import FIELDS, ModelAnswer
from briefs.failures import FailureCode, GenerationError
from famekeeda.llm.client import Completion

MAX_CHARACTERS = 1_000_000  # of an answer are searched
MAX_BRACES = 100  # of an answer are tried as the beginning of an object


class UnusableAnswer(Exception):
    """An answer that the model may be asked to repair. `errors` is for the model to read: a sentence per field with
    what is wrong and what was expected."""

    def __init__(self, code: FailureCode, errors: list[str]) -> None:
        super().__init__(" ".join(errors))
        self.code, self.errors = code, errors


def read(completion: Completion) -> ModelAnswer:
    """Raises UnusableAnswer, or GenerationError for a refusal, which cannot be repaired."""
    if completion.refusal or completion.finish_reason == "content_filter":
        raise GenerationError(FailureCode.REFUSAL, completion.refusal[:300])
    if completion.finish_reason == "length":
        raise UnusableAnswer(FailureCode.TRUNCATED, ["It was cut off before its end. Be much shorter."])
    if not completion.text.strip():
        raise UnusableAnswer(FailureCode.EMPTY, ["It was empty."])
    return parse(completion.text)


def parse(text: str) -> ModelAnswer:
    """The first object in the text that is a valid answer. Raises UnusableAnswer with the errors of the likeliest."""
    errors: list[str] = []
    for candidate in _objects_in(text[:MAX_CHARACTERS]):
        try:
            return ModelAnswer.model_validate(candidate)
        except ValidationError as error:
            errors = errors or list(dict.fromkeys(map(_sentence, error.errors())))
    raise UnusableAnswer(FailureCode.INVALID, errors or ["The answer holds no JSON object."])


def _objects_in(text: str) -> list[Any]:
    """The JSON objects in the text, the likeliest first: those with a caption, and later ones before earlier ones,
    since a model may think aloud before it answers."""
    found = []
    decoder, start = json.JSONDecoder(), text.find("{")
    for _ in range(MAX_BRACES):
        if start < 0:
            break
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            found.append(value)
        start = text.find("{", end)
    found.reverse()
    return sorted(found, key=lambda value: "caption" not in value)


def _sentence(error: Any) -> str:
    name = str(error["loc"][0])
    is_item = len(error["loc"]) > 1
    subject = f"{name}[{error['loc'][1]}]" if is_item else name
    problems = {"missing": "is missing", "too_short": "is empty", "string_too_short": "is empty"}
    problem = problems.get(error["type"], "is not what was asked for")
    expected = "a list of short texts" if FIELDS[name].is_list and not is_item else "a text"
    return f"{subject} {problem}: expected {expected}."
