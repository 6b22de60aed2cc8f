"""The key under which a written brief answers a request again: a hash of the request and of all that shapes an answer.

What shapes an answer is listed here, so that an edit elsewhere, of an admin page say, discards no brief. A test follows
the imports of the chain and fails where a module of ours is neither listed here nor excepted there with a reason.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from threading import Lock
from tokenize import COMMENT, DEDENT, INDENT, NEWLINE, NL, STRING, generate_tokens

import orjson
from django.conf import settings
from django.forms import model_to_dict

from briefs.catalogues.models import PlatformRule
from briefs.generation import prompts
from briefs.generation.tools import TOOLS
from briefs.request import BriefRequest
from famekeeda import shared

# Beside these modules: two settings, the prompts' files, the row of the catalogue that a request's platform names, and
# what people say of the campaign and of the creator, whose change has to show in the next brief. Trends, personas,
# angles, results and approved examples are data: they change all the time, and an answer may be as old as
# BRIEF_CACHE_TTL.
MODULES = (
    "briefs.catalogues.matching",
    "briefs.catalogues.models",
    "briefs.content",
    "briefs.generation.answer",
    "briefs.generation.chain",
    "briefs.generation.contacts",
    "briefs.generation.conversation",
    "briefs.generation.evidence",
    "briefs.generation.prompts",
    "briefs.generation.selection",
    "briefs.generation.tools",
    "briefs.request",
    "briefs.rules.characters",
    "briefs.rules.details",
    "briefs.rules.disclosure",
    "briefs.rules.hashtags",
    "briefs.rules.mend",
    "briefs.rules.preview",
    "briefs.rules.text_length",
    "famekeeda.llm.capabilities",
    "famekeeda.llm.client",
    "famekeeda.text",
)


def cache_key(request: BriefRequest, rule: PlatformRule) -> str:
    """64 hexadecimal digits: equal for requests that mean the same, while nothing changes that shapes the answer."""
    shaping = {
        "request": request.identity(),
        "model": settings.OPENAI_MODEL,
        "server": settings.OPENAI_BASE_URL,
        "prompts": prompts.version(),
        "tools": [tool.schema for tool in TOOLS],  # their docstrings, which models read
        "code": code_version(),
        "rule": model_to_dict(rule),
        "known": shared.brief_evidence(request.campaign_id, request.influencer_id),
    }
    return sha256(orjson.dumps(shaping, option=orjson.OPT_SORT_KEYS)).hexdigest()


def code_version() -> str:
    """A hash of what MODULES do: neither comments nor docstrings nor blank lines change it."""
    with _hashing:  # a tenth of a second, which the first callers would spend each
        return _code_version()


_hashing = Lock()


@cache
def _code_version() -> str:
    return sha256("\0".join(what_it_does(source_of(name)) for name in MODULES).encode()).hexdigest()


def what_it_does(source: Path) -> str:
    """The tokens of a module without comments, blank lines and docstrings.

    Syntax trees would say the same, but Python 3.11 fails at times when two threads make one each.
    """
    kept: list[str] = []
    begins_line = True
    for kind, text, *_ in generate_tokens(StringIO(source.read_text()).readline):
        if kind in (COMMENT, NL) or (kind == STRING and begins_line):
            continue
        kept.append(text)
        begins_line = kind in (NEWLINE, INDENT, DEDENT)
    return "\0".join(kept)


def source_of(module: str) -> Path:
    spec = find_spec(module)  # which imports the module's package, but not the module
    assert spec and spec.origin  # noqa: S101
    return Path(spec.origin)
