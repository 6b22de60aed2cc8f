"""The tables in the admin: briefs, and the catalogues they rest on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminTextInputWidget

from briefs import panels, review
from briefs.catalogues import TRENDS_STAY_FRESH, Angle, ModelPrice, Persona, PlatformRule, Trend
from briefs.costs import money
from briefs.models import Brief
from famekeeda.admin import CampaignFilter, CreatorFilter, ExactFilter, LargeTableAdmin, badge, link

SHOWN_KEYWORDS = 8


class PlatformFilter(DropdownFilter):
    title, parameter_name = "platform", "platform"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(PlatformRule.objects.values_list("platform", "label"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        platform = (self.value() or "").replace("\0", "")
        return queryset.filter(platform=platform) if platform else queryset


class StateFilter(RadioFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, state.label.capitalize()) for state in Brief.State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() in Brief.State.values else queryset


class ReviewFilter(RadioFilter):
    """Only what is written can be reviewed."""

    title, parameter_name = "review", "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(review.value, review.label.capitalize()) for review in Brief.Review]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        written = queryset.filter(state=Brief.State.READY)
        return written.filter(review=self.value()) if self.value() in Brief.Review.values else queryset


class BrandFilter(ExactFilter):
    title, parameter_name, lookup = "brand", "brand", "iexact"


class ModelFilter(ExactFilter):
    title, parameter_name = "model", "model"


@admin.register(Brief)
class BriefAdmin(LargeTableAdmin):
    """Every brief that was asked for. Adding, editing and deciding have pages of their own, in review.py."""

    list_display = ("brand_", "product_", "platform_", "state_", "review_", "model_", "cost_", "age")
    list_filter = (
        StateFilter, ReviewFilter, PlatformFilter, BrandFilter, CampaignFilter, CreatorFilter, ModelFilter,
    )  # fmt: skip
    search_fields = ("brand", "product", "goal")
    search_help_text = "Something in the brand, the product or the goal"
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("briefs.add_brief")

    def get_urls(self) -> list[URLPattern]:
        return [*review.urlpatterns, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brief]:
        return panels.for_lists(super().get_queryset(request))

    @admin.display(description="brand", ordering="brand")
    def brand_(self, brief: Brief) -> SafeString:
        return link(Truncator(brief.brand).chars(40), "admin:briefs_brief_change", brief.pk)

    @admin.display(description="product", ordering="product")
    def product_(self, brief: Brief) -> SafeString:
        return format_html('<span title="{}">{}</span>', brief.product, Truncator(brief.product).chars(40))

    @admin.display(description="platform", ordering="platform")
    def platform_(self, brief: Any) -> str:
        return brief.label

    @admin.display(description="state", ordering="state")
    def state_(self, brief: Brief) -> SafeString:
        return badge(brief.get_state_display().capitalize(), brief.state)

    @admin.display(description="review", ordering="review")
    def review_(self, brief: Brief) -> SafeString | str:
        is_written = brief.state == Brief.State.READY
        return badge(brief.get_review_display().capitalize(), brief.review) if is_written else ""

    @admin.display(description="model", ordering="model")
    def model_(self, brief: Brief) -> SafeString | str:
        return badge("Demo", "small") if brief.is_demo else brief.model

    @admin.display(description="cost", ordering="cost")
    def cost_(self, brief: Brief) -> str:
        return "" if brief.is_in_flight else money(brief.cost)

    @admin.display(description="age", ordering="id")
    def age(self, brief: Brief) -> SafeString:
        return ago(brief.created_at)


def ago(moment: Any) -> SafeString:
    return format_html('<span title="{}">{}</span>', f"{moment:%-d %B %Y, %H:%M}", naturaltime(moment))


@admin.display(description="", ordering="is_starter")
def starter(entry: Any) -> SafeString | str:
    return badge("Starter", "small") if entry.is_starter else ""


class StarterFilter(RadioFilter):
    title, parameter_name = "origin", "starter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Came with Fame Keeda"), ("0", "Your own")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_starter=self.value() == "1") if self.value() in ("0", "1") else queryset


class Catalogue(ModelAdmin):
    """Entries that people keep up to date. What came with Fame Keeda says so until somebody changes it."""

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
class PlatformRuleAdmin(Catalogue):
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
        since = timezone.now() - TRENDS_STAY_FRESH
        match self.value():
            case "fresh":
                return queryset.filter(observed_at__gte=since)
            case "old":
                return queryset.filter(observed_at__lt=since)
        return queryset


@admin.register(Trend)
class TrendAdmin(Catalogue, LargeTableAdmin):
    """Filled by `manage.py load_trends`; one that no brief should use can be changed or deleted here."""

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

    @admin.display(description="topics")
    def topics_(self, trend: Trend) -> str:
        return shortened(trend.topics)

    @admin.display(description="last seen", ordering="observed_at")
    def observed(self, trend: Trend) -> SafeString:
        return ago(trend.observed_at)


def shortened(words: list[str]) -> str:
    more = len(words) - SHOWN_KEYWORDS
    return ", ".join(words[:SHOWN_KEYWORDS]) + (f" and {more} more" if more > 0 else "")


class EntryAdmin(Catalogue):
    """What a tool chooses from by the words of the request."""

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
class ModelPriceAdmin(Catalogue):
    list_display = ("model", "input_per_million", "output_per_million", "observed_on")
    search_fields = ("model",)
    long_fields = ("source",)

    def get_readonly_fields(self, request: HttpRequest, price: ModelPrice | None = None) -> tuple[str, ...]:
        return ("model",) if price else ()
