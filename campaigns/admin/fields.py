"""The fields of the forms of campaigns: text, links, amounts of money beside their currency, and users."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.validators import URLValidator
from django.db.models import Q
from django.http import QueryDict
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from campaigns import typed_amounts
from campaigns.currencies import CURRENCIES
from campaigns.models.deliverable import MAX_URL
from campaigns.models.money import CURRENCY, DECIMAL_PLACES, MAX_DIGITS, WHOLE_DIGITS
from campaigns.models.revised import MAX_NOTE
from famekeeda.text import tidy_line, tidy_lines


class Line(forms.CharField):
    """A text of one line: what is pasted with line breaks gets spaces in their place."""

    def to_python(self, value: Any) -> Any:
        try:
            return tidy_line(" ".join((super().to_python(value) or "").split()))
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without maxlength, at which a browser cuts what is pasted and says nothing."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class Note(forms.CharField):
    """A text of several lines, with the line ends that a file has, so that a browser's do not count as a change."""

    def __init__(self, **kwargs: Any) -> None:
        area = UnfoldAdminTextareaWidget({"rows": 3})
        given: dict[str, Any] = {"required": False, "max_length": MAX_NOTE, "widget": area}
        super().__init__(**given | kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return tidy_lines(super().to_python(value) or "")
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None


class Address(forms.URLField):
    """An address on the web. An address without http or https is refused, and one without either gets https."""

    default_validators = [URLValidator(["http", "https"], message="Must be an address that begins with https://.")]

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"required": False, "max_length": MAX_URL, "assume_scheme": "https"}
        given["widget"] = UnfoldAdminTextInputWidget({"type": "url", "placeholder": "https://"})
        given["error_messages"] = {"invalid": "Must be an address that begins with https://."}
        super().__init__(**given | kwargs)


def known_currency(code: str) -> None:
    CURRENCY(code)
    if code not in CURRENCIES:
        raise forms.ValidationError(f"{code} is no currency that we know. Type its three letters, such as EUR.")


class Currency(forms.CharField):
    """The three letters of a currency; a list proposes them (templates/admin/campaigns/currencies.html)."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "currencies", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(
            required=False,
            widget=UnfoldAdminTextInputWidget(attrs=attrs),
            max_length=3,
            validators=[known_currency],
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return text.upper() if text.isascii() else text  # the capital of ſ is S


class Amount(forms.DecimalField):
    """An amount of money, from 0 on, as people type it: a browser's own field for numbers takes 1250,50 for 125050."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid": typed_amounts.INVALID,
            "min_value": "An amount cannot be negative.",
            "max_digits": f"An amount has {WHOLE_DIGITS} digits before its point at most.",
            "max_whole_digits": f"An amount has {WHOLE_DIGITS} digits before its point at most.",
            "max_decimal_places": "An amount has two digits after its point at most.",
        }
        super().__init__(
            required=False, min_value=0, max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, error_messages=messages,
            widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            try:
                value = typed_amounts.read(value)
            except ValueError as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return super().to_python(value)


def refuse_other_currency(form: forms.Form | forms.ModelForm, *names: str) -> None:
    """Adds an error to each amount beside which another currency stands than in the form's field for it."""
    currency = form.cleaned_data.get("currency")
    for name in names:
        if form.cleaned_data.get(name) is not None and currency:
            typed = typed_amounts.currency_in(form[name].data)
            if typed not in ("", currency):
                form.add_error(name, f"Is in {typed} here, and the currency is {currency}.")


class Owner(forms.ModelChoiceField):
    """Users who may sign in, by name, and the present owner."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"required": False, "widget": UnfoldAdminSelectWidget(), "empty_label": "Nobody"}
        super().__init__(User.objects.none(), **kwargs)

    def offer(self, owner_id: int | None) -> None:
        self.queryset = User.objects.filter(Q(is_active=True) | Q(pk=owner_id)).order_by("username")

    def label_from_instance(self, user: Any) -> str:
        return f"{user.get_full_name()} ({user})" if user.get_full_name() else str(user)


def copy_of_sent(form: forms.BaseForm) -> QueryDict:
    """What a browser sent to the form, as a copy that may be changed."""
    return cast(QueryDict, form.data).copy()


def offer_choices(form: forms.BaseForm, name: str, choices: list[tuple[str, str]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices
