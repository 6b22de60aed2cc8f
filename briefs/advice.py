"""What people can do about a brief that failed, in words that need no log."""

from __future__ import annotations

from briefs.failures import Failure

LATER = "Try again in a few minutes. If it goes on, tell whoever runs Fame Keeda."
CALL_SOMEBODY = "Trying again will not help until whoever runs Fame Keeda has looked at it."
OTHER_WORDS = "Try again; if it fails once more, say product and goal in other, plainer words."

ADVICE = {
    Failure.TIMED_OUT: LATER,
    Failure.UNREACHABLE: LATER,
    Failure.RATE_LIMITED: LATER,
    Failure.SERVER_ERROR: LATER,
    Failure.BROKER_AWAY: LATER,
    Failure.INTERRUPTED: LATER,
    Failure.UNAUTHORISED: f"{CALL_SOMEBODY} OPENAI_API_KEY is the setting to check.",
    Failure.QUOTA: f"{CALL_SOMEBODY} The account has to be topped up.",
    Failure.BAD_REQUEST: f"{CALL_SOMEBODY} OPENAI_MODEL and OPENAI_BASE_URL are the settings to check.",
    Failure.NOT_CONFIGURED: CALL_SOMEBODY,
    Failure.REFUSAL: "Look at the wording of product and goal: something in it reads as if it were not allowed.",
    Failure.EMPTY: OTHER_WORDS,
    Failure.TRUNCATED: OTHER_WORDS,
    Failure.ERROR_BODY: LATER,
    Failure.INVALID: OTHER_WORDS,
    Failure.BROKEN: CALL_SOMEBODY,
}
