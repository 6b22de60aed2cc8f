"""What a model's server is known to refuse: remembered for an hour, per base URL and model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache

REMEMBERED = 3600  # seconds: servers get better
FORMATS = ("json_schema", "json_object", "prompt")  # how a server is told of the answer's shape, best first


@dataclass(frozen=True)
class Abilities:
    tools: bool = True
    format: str = FORMATS[0]

    @classmethod
    def known(cls) -> Abilities:
        return cls(**cache.get(_key(), {}))

    def remember(self) -> None:
        """Only what a simpler request has shown: a server that refuses everything is not one that lacks tools."""
        cache.set(_key(), asdict(self), REMEMBERED)


def _key() -> str:
    server = f"{settings.OPENAI_BASE_URL}\0{settings.OPENAI_MODEL}"
    return f"briefs:abilities:{sha256(server.encode()).hexdigest()[:32]}"
