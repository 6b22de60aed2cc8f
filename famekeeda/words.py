"""Words that pages and messages put together."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """1 row, 2,000 rows."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def was(number: int) -> str:
    """1 was, 2 were."""
    return "was" if number == 1 else "were"


def listed(names: Sequence[str], most: int) -> str:
    """Ana, Ben and 3 more: the first `most` of the names, and the number of the others."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
