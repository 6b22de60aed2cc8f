"""Rows that people change: each change is compared with what stands there, counted, and told as before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from campaigns.event_types import Changes
from campaigns.refusals import NotAllowed, Stale

MAX_NOTE = 2_000  # characters


class Revised(models.Model):
    """A row that counts its changes, so that of two people who change it at once the later one is told."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts changes")

    class Meta:
        abstract = True

    def locked(self, revision: int | None = None) -> Self:
        """The row as it stands, locked until the transaction ends. Raises Stale if it stands at another `revision`."""
        rows: models.QuerySet[Any] = type(self)._default_manager.select_for_update(no_key=True, of=("self",))
        row: Self = rows.get(pk=self.pk)
        if revision is not None and row.revision != revision:
            raise Stale(str(row), row.revision)
        return row

    def assign(self, fields: Mapping[str, Any]) -> Changes:
        """Sets the fields that differ, and returns what they were and are; without a difference nothing is counted."""
        changes: Changes = {}
        for name, value in fields.items():
            before, after = in_json(getattr(self, name)), in_json(value)
            if before != after:
                setattr(self, name, value)
                changes[wire_name(name)] = {"before": before, "after": after}
        if changes:
            self.revision += 1
        return changes

    def require_step(self, wanted: str, *, field: str, after: Mapping[Any, tuple[Any, ...]], because: str = "") -> None:
        """Raises NotAllowed where the state does not follow from the present one."""
        present = getattr(self, field)
        if wanted != present and wanted not in after[present]:
            raise NotAllowed(str(self), present, wanted, after[present], because)


def wire_name(name: str) -> str:
    """The name of a field in JSON: `starts_on` is `startsOn`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def in_json(value: Any) -> Any:
    """The value of a field as events tell it: money as text with two digits, a date in ISO 8601, a user by name."""
    match value:
        case models.Choices():
            return str(value)
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case models.Model():
            return str(value)
        case list() | tuple():
            return [in_json(each) for each in value]
    return value
