"""Bar charts as data and options of Chart.js, which the admin theme includes."""

from __future__ import annotations

import json
from dataclasses import dataclass

PLAIN, MUTED = "var(--color-primary-500)", "var(--fk-pale)"
GOOD, BAD = "var(--color-green-500)", "var(--color-red-500)"
TEXT = "#9ca3af"  # the theme's own colour: legible on light and dark


@dataclass
class Bars:
    """A bar per label. `unit` names what the values measure, `across` is the title of the lower axis."""

    labels: list[str]
    values: list[float]
    colors: list[str]
    unit: str
    across: str = ""
    lying: bool = False

    @property
    def data(self) -> str:
        bars = {"label": self.unit, "data": self.values, "backgroundColor": self.colors}
        return json.dumps({"labels": self.labels, "datasets": [bars]})

    @property
    def options(self) -> str:
        options = {
            "animation": False,
            "responsive": True,
            "maintainAspectRatio": False,
            "indexAxis": "y" if self.lying else "x",
            "datasets": {
                "bar": {"borderRadius": 4, "barPercentage": 0.9, "categoryPercentage": 0.9, "maxBarThickness": 28}
            },
            "plugins": {"legend": {"display": False}},
            "scales": {
                "x": axis(self.across, grid=self.lying),
                "y": axis("", grid=not self.lying, skip=not self.lying),
            },
        }
        return json.dumps(options)


def axis(title: str, *, grid: bool, skip: bool = True) -> dict[str, object]:
    return {
        "border": {"display": False},
        "grid": {"display": grid},
        "ticks": {"color": TEXT, "maxRotation": 0, "autoSkip": skip},
        "title": {"display": bool(title), "text": title, "color": TEXT},
    }
