"""How templates write facts that came as JSON: `{{ value|facts }}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def facts(value: Any) -> str:
    """running, sleep · of an object: instagram 9,000, tiktok 120."""
    match value:
        case Mapping():
            return ", ".join(f"{name} {facts(inner)}" for name, inner in value.items())
        case list():
            return ", ".join(map(facts, value))
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}"
    return str(value)
