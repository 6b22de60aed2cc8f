"""What a model's server can do: everything, except what the server refused in the last hour."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache

REMEMBERED_SECONDS = 3600  # then a server is asked anew: servers improve
# How a server is told of the answer's shape, best first: two kinds of `response_format`, or the schema in the prompt.
ANSWER_FORMATS = ("json_schema", "json_object", "prompt")


@dataclass(frozen=True)
class Capabilities:
    """The capabilities of the configured model at the configured server."""

    tools: bool = True
    answer_format: str = ANSWER_FORMATS[0]

    @classmethod
    def known(cls) -> Capabilities:
        return cls(**cache.get(_cache_key(), {}))

    def remember(self) -> None:
        """Stores the capabilities. Callers wait until a simpler request has succeeded: a server that refuses every
        request lacks no capability."""
        cache.set(_cache_key(), asdict(self), REMEMBERED_SECONDS)


def _cache_key() -> str:
    server = f"{settings.OPENAI_BASE_URL}\0{settings.OPENAI_MODEL}"
    return f"llm:capabilities:{sha256(server.encode()).hexdigest()[:32]}"
