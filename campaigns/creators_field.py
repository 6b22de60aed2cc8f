"""The form field that holds creators: a picker with a script, a text field for ids, one a line, without."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from campaigns.picking import offer
from famekeeda import shared
from famekeeda.ids import new_id

MAX_CREATORS_IN_FIELD = 200


class CreatorsInput(forms.Textarea):
    """Ids, one a line. The script of its Media puts a picker in the place of the text field."""

    class Media:
        js = [forms.Script("campaigns/picker.js", defer=True)]

    max_creators = MAX_CREATORS_IN_FIELD

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # a browser cannot point at the text field once the picker stands there

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else "\n".join(value or [])

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        ids = list(dict.fromkeys(lines(self.format_value(value))))[: self.max_creators]
        names = shared.creator_names(ids)
        chosen = [offer(pk, name=names[pk].name, handle=names[pk].handle) if pk in names else offer(pk) for pk in ids]
        context = {
            "name": name,
            "value": self.format_value(value),
            "id": (attrs or {}).get("id", f"id_{name}"),
            "url": reverse("admin:campaigns_creator_pick"),
            "chosen": chosen,
            "max": self.max_creators,
        }
        return SafeString(render_to_string("admin/campaigns/picker.html", context))


class CreatorsField(forms.Field):
    """Cleans to a list of ids, each once, in the order chosen. With `max_creators=1` it holds one creator.

    A page with such a field puts `{{ form.media }}` into its head."""

    widget = CreatorsInput
    default_error_messages = {"required": "Choose a creator."}

    def __init__(self, *, max_creators: int = MAX_CREATORS_IN_FIELD, **options: Any) -> None:
        super().__init__(**options)
        self.max_creators = self.widget.max_creators = max_creators

    def to_python(self, value: Any) -> list[str]:
        ids = list(dict.fromkeys(lines(value or "")))
        if len(ids) > self.max_creators:
            raise ValidationError(f"At most {self.max_creators:,}, please; these are {len(ids):,}.")
        for pk in ids:
            try:
                new_id(pk)
            except ValueError as complaint:
                raise ValidationError(f"{pk[:60]!r} is no creator's id. {complaint}") from None
        return ids


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
