"""What people can do about a brief that failed, by its failure code."""

from __future__ import annotations

from briefs.failures import FailureCode

TRY_LATER = "Try again in a few minutes. If it fails again, tell whoever runs Fame Keeda."
NEEDS_OPERATOR = "Trying again will not help until whoever runs Fame Keeda has looked at it."
TRY_OTHER_WORDS = "Try again. If it fails again, describe the product and the goal in other, plainer words."

ADVICE = {
    FailureCode.TIMED_OUT: TRY_LATER,
    FailureCode.UNREACHABLE: TRY_LATER,
    FailureCode.RATE_LIMITED: TRY_LATER,
    FailureCode.SERVER_ERROR: TRY_LATER,
    FailureCode.CIRCUIT_OPEN: TRY_LATER,
    FailureCode.BROKER_AWAY: TRY_LATER,
    FailureCode.INTERRUPTED: TRY_LATER,
    FailureCode.UNAUTHORISED: f"{NEEDS_OPERATOR} OPENAI_API_KEY is the setting to check.",
    FailureCode.QUOTA: f"{NEEDS_OPERATOR} The account at the model's server has to be topped up.",
    FailureCode.BAD_REQUEST: f"{NEEDS_OPERATOR} OPENAI_MODEL and OPENAI_BASE_URL are the settings to check.",
    FailureCode.NOT_CONFIGURED: NEEDS_OPERATOR,
    FailureCode.REFUSAL: "Look at the wording of product and goal: something in it reads as if it were not allowed.",
    FailureCode.EMPTY: TRY_OTHER_WORDS,
    FailureCode.TRUNCATED: TRY_OTHER_WORDS,
    FailureCode.ERROR_BODY: TRY_LATER,
    FailureCode.INVALID: TRY_OTHER_WORDS,
    FailureCode.BROKEN: NEEDS_OPERATOR,
}
