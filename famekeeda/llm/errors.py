"""What can go wrong at a language model's server, each by a code."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import TextChoices


class LLMErrorCode(TextChoices):
    TIMED_OUT = "timed_out", "The model did not answer in time."
    UNREACHABLE = "unreachable", "The model's server could not be reached, or dropped the connection."
    RATE_LIMITED = "rate_limited", "The model's server is asked too often at the moment."
    SERVER_ERROR = "server_error", "The model's server has a fault."
    UNAUTHORISED = "unauthorised", "The model's server refused our key."
    QUOTA = "quota", "The account at the model's server has no quota left."
    BAD_REQUEST = "bad_request", "The model's server refused the request."
    NOT_CONFIGURED = "not_configured", "No model is configured: OPENAI_API_KEY or OPENAI_BASE_URL has to be set."
    ERROR_BODY = "error_body", "The model's server answered 200 with an error or with no completion in it."
    CIRCUIT_OPEN = "circuit_open", "The model's server failed again and again, and is left alone for a while."


# Codes by which the server's host counts as failed; with any other code the host has answered.
HOST_FAILURES = {LLMErrorCode.TIMED_OUT, LLMErrorCode.UNREACHABLE, LLMErrorCode.SERVER_ERROR}


class Attempt(TypedDict):
    """One HTTP try of a request to the model."""

    status: int | None  # None: no answer came
    milliseconds: float
    error: str  # an LLMErrorCode, or empty


class LLMError(Exception):
    """A request to the model's server failed, for good or, inside the client, for one attempt.

    `detail` is for those who run this project: it holds neither key nor prompt. `status_code` is the last answer's;
    `retry_after` the seconds after which the server wants to be asked again. `attempts` are those of the request.
    """

    def __init__(
        self,
        code: LLMErrorCode,
        detail: str = "",
        *,
        status_code: int | None = None,
        retry_after: float | None = None,
        attempts: list[Attempt] | None = None,
    ) -> None:
        super().__init__(f"{code.label} {detail}".strip())
        self.code, self.detail = code, detail
        self.status_code, self.retry_after = status_code, retry_after
        self.attempts = attempts or []


class Unsupported(LLMError):
    """The server cannot do what the request asks for, but perhaps something simpler: it answered 400 or 422, or 500 to
    every attempt, as some servers do."""

    @property
    def may_be_a_fault(self) -> bool:
        """Whether the server may have failed instead: only an answer to a simpler request tells."""
        return self.status_code is not None and self.status_code >= 500
