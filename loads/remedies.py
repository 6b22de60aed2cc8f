"""How rejected rows of a file can be let in, by the command and in the wizard."""

from __future__ import annotations

from typing import NamedTuple

from loads.judge import NAME_ENCODING
from loads.models import Load
from loads.numbers import EXPECTED_EVERY_DIGIT


class Remedy(NamedTuple):
    reason: str  # stands in the reasons of the rejects that the remedy lets in
    option: str
    advice: str  # on pages


REMEDIES = (
    Remedy(
        EXPECTED_EVERY_DIGIT,
        "--approximate reads abbreviated numbers: 1.2M as 1,200,000",
        "tick “Read abbreviated numbers as approximate”",
    ),
    Remedy(
        NAME_ENCODING,
        "--encoding names the file's encoding: --encoding cp1252",
        "choose the file's encoding and press “Read it so”",
    ),
)


def remedies(load: Load) -> list[Remedy]:
    """What would let in rows that the load rejected."""
    return [remedy for remedy in REMEDIES if load.rejects.filter(reason__contains=remedy.reason).exists()]
