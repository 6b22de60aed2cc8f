"""Every way in which a brief can fail, by code: what people are told of it, and the HTTP status of each."""

from __future__ import annotations

from django.db.models import TextChoices

from famekeeda.llm.errors import LLMErrorCode


class FailureCode(TextChoices):
    # What can go wrong at the model's server has the same code here.
    TIMED_OUT = LLMErrorCode.TIMED_OUT.value, LLMErrorCode.TIMED_OUT.label
    UNREACHABLE = LLMErrorCode.UNREACHABLE.value, LLMErrorCode.UNREACHABLE.label
    RATE_LIMITED = LLMErrorCode.RATE_LIMITED.value, LLMErrorCode.RATE_LIMITED.label
    SERVER_ERROR = LLMErrorCode.SERVER_ERROR.value, LLMErrorCode.SERVER_ERROR.label
    UNAUTHORISED = LLMErrorCode.UNAUTHORISED.value, LLMErrorCode.UNAUTHORISED.label
    QUOTA = LLMErrorCode.QUOTA.value, LLMErrorCode.QUOTA.label
    BAD_REQUEST = LLMErrorCode.BAD_REQUEST.value, LLMErrorCode.BAD_REQUEST.label
    NOT_CONFIGURED = LLMErrorCode.NOT_CONFIGURED.value, LLMErrorCode.NOT_CONFIGURED.label
    CIRCUIT_OPEN = LLMErrorCode.CIRCUIT_OPEN.value, LLMErrorCode.CIRCUIT_OPEN.label
    BROKER_AWAY = "broker_away", "The task queue does not answer, so nothing could write this brief."
    INTERRUPTED = "interrupted", "The workers that wrote this brief were stopped too often."
    REFUSAL = "refusal", "The model refused to write this brief."
    EMPTY = "empty", "The model answered nothing."
    TRUNCATED = "truncated", "The model's answer was cut off."
    ERROR_BODY = LLMErrorCode.ERROR_BODY.value, LLMErrorCode.ERROR_BODY.label
    INVALID = "invalid", "The model's answer was no valid brief, even after it was told what was wrong."
    BROKEN = "broken", "A fault on our side. The log has it."

    @property
    def status(self) -> int:
        """504 timed out, 502 unusable answer, 503 refused upstream or nobody there to ask, 500 our own fault."""
        if self in UNUSABLE_ANSWER:
            return 502
        return {FailureCode.TIMED_OUT: 504, FailureCode.INTERRUPTED: 504, FailureCode.BROKEN: 500}.get(self, 503)


UNUSABLE_ANSWER = {
    FailureCode.REFUSAL,
    FailureCode.EMPTY,
    FailureCode.TRUNCATED,
    FailureCode.ERROR_BODY,
    FailureCode.INVALID,
}


class GenerationError(Exception):
    """A brief cannot be written. `detail` is for those who run this project: it holds neither key nor prompt."""

    def __init__(self, code: FailureCode, detail: str = "") -> None:
        super().__init__(f"{code.label} {detail}".strip())
        self.code, self.detail = code, detail
