"""The configured model's server: its address, and for how long nobody asks it because it failed too often."""

from __future__ import annotations

from django.conf import settings

from famekeeda import circuit


def url() -> str:
    return settings.OPENAI_BASE_URL or "https://api.openai.com/v1"


def seconds_left_alone() -> float:
    """The seconds for which calls to the server still fail at once; 0 if calls are made."""
    return circuit.seconds_open(url())
