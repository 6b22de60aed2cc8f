"""The table of briefs in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.contrib.filters.admin import RadioFilter

from briefs.admin import panels, review
from briefs.admin.costs import money
from briefs.models import Brief
from famekeeda.admin.tables import (
    CampaignFilter,
    ChoicesFilter,
    CreatorFilter,
    ExactFilter,
    LargeTableAdmin,
    NamesCreators,
    PlatformFilter,
    badge,
    link,
)


class StateFilter(ChoicesFilter):
    title, parameter_name, values = "state", "state", Brief.State


class ReviewFilter(RadioFilter):
    """Filters briefs by their review; a choice leaves out briefs that are not written, which nobody can review."""

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
class BriefAdmin(NamesCreators, LargeTableAdmin):
    """All briefs. The pages that add, edit and decide are in review.py."""

    list_display = ("brand_", "product_", "creator", "platform_", "state_", "review_", "model_", "cost_", "age")
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

    @admin.display(description="creator")
    def creator(self, brief: Brief) -> SafeString | str:
        return self.creator_of(brief)

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
