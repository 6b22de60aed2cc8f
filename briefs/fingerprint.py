"""The key under which a brief answers again: a hash of the request and of everything that shapes the answer."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import orjson
from django.conf import settings
from django.forms import model_to_dict

from briefs import prompts
from briefs.catalogues import PlatformRule
from briefs.request import BriefRequest


def fingerprint(request: BriefRequest, rule: PlatformRule) -> str:
    """64 hexadecimal digits; equal for requests that mean the same as long as the same would be done about them."""
    shapes = {
        "request": request.key(),
        "model": settings.OPENAI_MODEL,
        "server": settings.OPENAI_BASE_URL,
        "prompts": prompts.version(),
        "code": code(),
        "rule": model_to_dict(rule),
    }
    return sha256(orjson.dumps(shapes, option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def code() -> str:
    """Of this app: tools, schema and rules are code, and so is what is asked when."""
    return sha256(b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()
