"""Every way in which writing a brief can fail, by name, and what a client is told of each."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices


class Failure(TextChoices):
    TIMED_OUT = "timed_out", "The model did not answer in time."
    UNREACHABLE = "unreachable", "The model's server could not be reached, or dropped the connection."
    RATE_LIMITED = "rate_limited", "The model's server is asked too often at the moment."
    SERVER_ERROR = "server_error", "The model's server has a fault."
    UNAUTHORISED = "unauthorised", "The model's server refused our key."
    QUOTA = "quota", "The account at the model's server has no quota left."
    BAD_REQUEST = "bad_request", "The model's server refused what it was asked."
    NOT_CONFIGURED = "not_configured", "No model is configured: OPENAI_API_KEY or OPENAI_BASE_URL has to be set."
    BROKER_AWAY = "broker_away", "The task queue does not answer, so nothing could write this brief."
    INTERRUPTED = "interrupted", "What wrote this brief was stopped too often."
    REFUSAL = "refusal", "The model refused to write this brief."
    EMPTY = "empty", "The model answered nothing."
    TRUNCATED = "truncated", "The model's answer was cut off."
    ERROR_BODY = "error_body", "The model's server answered 200 with an error or with no completion in it."
    INVALID = "invalid", "The model's answer was no valid brief, also when it was told what was wrong."
    BROKEN = "broken", "A fault on our side. The log has it."

    @property
    def status(self) -> int:
        """504 timed out, 502 unusable answer, 503 refused upstream or nobody there to ask, 500 our own fault."""
        if self in UNUSABLE:
            return 502
        return {Failure.TIMED_OUT: 504, Failure.INTERRUPTED: 504, Failure.BROKEN: 500}.get(self, 503)


UNUSABLE = {Failure.REFUSAL, Failure.EMPTY, Failure.TRUNCATED, Failure.ERROR_BODY, Failure.INVALID}


class Failed(Exception):
    """A brief cannot be written. `detail` is for the people who run this: it holds neither key nor prompt.

    `attempts` are those of the call that failed, as in `llm.Completion`."""

    def __init__(self, failure: Failure, detail: str = "", attempts: list[dict[str, Any]] | None = None) -> None:
        super().__init__(f"{failure.label} {detail}".strip())
        self.failure, self.detail, self.attempts = failure, detail, attempts or []
