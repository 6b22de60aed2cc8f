"""How many rejects a load may have before it is given up."""

from __future__ import annotations

import re
from fractions import Fraction

MAX_REJECTS_PATTERN = r"^([0-9]{1,12}|[0-9]{1,3}(\.[0-9]{1,6})?%)\Z"


def allowed_rejects(limit: str, rows: int) -> Fraction:
    """How many rejects `limit` allows: a number such as 20, or a share such as 5%. Raises ValueError."""
    if not re.match(MAX_REJECTS_PATTERN, limit):
        raise ValueError(limit)
    # Exact: 29% of 100 rows are 29, and not the 28.999999999999996 of floating point.
    return Fraction(limit[:-1]) / 100 * rows if limit.endswith("%") else Fraction(limit)
