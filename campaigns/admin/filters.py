"""The filters of the table of campaigns."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import RadioFilter

from campaigns.models import Campaign
from famekeeda.admin.tables import ChoicesFilter, ExactFilter, PlatformFilter


class StatusFilter(ChoicesFilter):
    title, parameter_name, values = "status", "status", Campaign.Status


class OwnerFilter(RadioFilter):
    title, parameter_name = "owner", "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Mine"), ("others", "Of others"), ("nobody", "Of nobody")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "me":
                return queryset.filter(owner=request.user.pk)
            case "others":
                return queryset.exclude(owner=request.user.pk).exclude(owner=None)
            case "nobody":
                return queryset.filter(owner=None)
        return queryset


class TimeFilter(RadioFilter):
    title, parameter_name = "time", "time"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Running now"), ("later", "Begins later"), ("over", "Past its end")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        today = timezone.localdate()
        match self.value():
            case "now":
                return queryset.running_on(today)
            case "later":
                return queryset.filter(starts_on__gt=today)
            case "over":
                return queryset.filter(ends_on__lt=today)
        return queryset


class PlatformsFilter(PlatformFilter):
    def narrowed(self, queryset: Any, platform: str) -> QuerySet[Any]:
        return queryset.filter(platforms__contains=[platform])


class BrandFilter(ExactFilter):
    title, parameter_name, lookup = "brand", "brand", "icontains"
