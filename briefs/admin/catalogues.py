"""The tables of the catalogues in the admin."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RadioFilter
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminTextInputWidget

from briefs.admin.tables import PlatformFilter, ago
from briefs.catalogues.models import TREND_FRESHNESS, Angle, ModelPrice, Persona, PlatformRule, Trend
from famekeeda.admin.tables import DeclaredLookups, LargeTableAdmin, badge

MAX_WORDS_SHOWN = 8


@admin.display(description="", ordering="is_starter")
def starter(entry: Any) -> SafeString | str:
    return badge("Starter", "small") if entry.is_starter else ""


class StarterFilter(RadioFilter):
    title, parameter_name = "origin", "starter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Came with Fame Keeda"), ("0", "Your own")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_starter=self.value() == "1") if self.value() in ("0", "1") else queryset


class CatalogueForm(forms.ModelForm):
    """A form that refuses to save over what a load or somebody else has saved since the form was opened."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = fingerprint(self.instance) if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if opened := cleaned.get("opened"):
            current = type(self.instance)._default_manager.select_for_update().filter(pk=self.instance.pk).first()
            if current is None or fingerprint(current) != opened:
                raise forms.ValidationError(
                    "This was changed since you opened the form, and is not saved. Open it again to see the change."
                )
        return cleaned


def fingerprint(entry: Model) -> str:
    """A hash of all that the form of an entry shows."""
    return sha256(repr(model_to_dict(entry)).encode()).hexdigest()[:16]


class CatalogueAdmin(DeclaredLookups, ModelAdmin):
    """A catalogue. A row that came with Fame Keeda is marked as a starter until somebody changes it."""

    form = CatalogueForm
    list_filter_submit = True
    list_per_page = 50
    actions = None
    long_fields: tuple[str, ...] = ()
    list_fields: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.long_fields:
            kwargs["widget"] = UnfoldAdminExpandableTextareaWidget
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.list_fields:
            field.widget = UnfoldAdminTextInputWidget(attrs={"class": "max-w-2xl"})
            field.help_text = f"{field.help_text}. Separated by commas".lstrip(". ")
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed() and hasattr(obj, "is_starter"):
            obj.is_starter = False
        super().save_model(request, obj, form, change)


@admin.register(PlatformRule)
class PlatformRuleAdmin(CatalogueAdmin):
    list_display = (
        "label", "caption_limit", "seen_limit", "title_limit", "hashtag_limit", "counting", "observed_on", starter,
    )  # fmt: skip
    long_fields = ("source",)

    def get_readonly_fields(self, request: HttpRequest, rule: PlatformRule | None = None) -> tuple[str, ...]:
        return ("platform",) if rule else ()


class FreshFilter(RadioFilter):
    title, parameter_name = "last seen", "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("fresh", "Within a day"), ("old", "Longer ago")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        since = timezone.now() - TREND_FRESHNESS
        match self.value():
            case "fresh":
                return queryset.filter(observed_at__gte=since)
            case "old":
                return queryset.filter(observed_at__lt=since)
        return queryset


@admin.register(Trend)
class TrendAdmin(CatalogueAdmin, LargeTableAdmin):
    """Trends come from `manage.py load_trends`; people change or delete single ones here."""

    list_display = ("hashtag", "platform", "topics_", "score", "observed", starter)
    list_display_links = ("hashtag",)
    list_filter = (PlatformFilter, FreshFilter, StarterFilter)
    search_fields = ("hashtag",)
    search_help_text = "Something in the hashtag"
    ordering = ("platform", "-score")
    list_fields = ("topics",)
    has_add_permission = ModelAdmin.has_add_permission
    has_change_permission = ModelAdmin.has_change_permission
    has_delete_permission = ModelAdmin.has_delete_permission

    def save_model(self, request: HttpRequest, obj: Trend, form: Any, change: bool) -> None:
        obj.load = None
        super().save_model(request, obj, form, change)

    @admin.display(description="topics")
    def topics_(self, trend: Trend) -> str:
        return shortened(trend.topics)

    @admin.display(description="last seen", ordering="observed_at")
    def observed(self, trend: Trend) -> SafeString:
        return ago(trend.observed_at)


def shortened(words: list[str]) -> str:
    more = len(words) - MAX_WORDS_SHOWN
    return ", ".join(words[:MAX_WORDS_SHOWN]) + (f" and {more} more" if more > 0 else "")


class EntryAdmin(CatalogueAdmin):
    """Personas and angles, from which tools select by the words of a request."""

    list_display = ("name", "description", "keywords_", "where", "is_active", starter)
    list_filter = ("is_active", StarterFilter)
    search_fields = ("name", "description", "keywords")
    long_fields = ("description",)
    list_fields = ("keywords", "platforms")

    @admin.display(description="keywords")
    def keywords_(self, entry: Any) -> str:
        return shortened(entry.keywords)

    @admin.display(description="platforms")
    def where(self, entry: Any) -> SafeString | str:
        badges = ((badge(platform, "draft"),) for platform in entry.platforms)
        return format_html_join(" ", "{}", badges) if entry.platforms else "anywhere"


admin.site.register(Persona, EntryAdmin)
admin.site.register(Angle, EntryAdmin)


@admin.register(ModelPrice)
class ModelPriceAdmin(CatalogueAdmin):
    list_display = ("model", "input_per_million", "output_per_million", "observed_on")
    search_fields = ("model",)
    long_fields = ("source",)

    def get_readonly_fields(self, request: HttpRequest, price: ModelPrice | None = None) -> tuple[str, ...]:
        return ("model",) if price else ()
