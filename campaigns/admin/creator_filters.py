"""What the table of creators is narrowed by: platform, followers, country, language, topic."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter, TextFilter
from unfold.contrib.filters.forms import SearchForm
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.countries_and_languages import language_name
from campaigns.models import Creator
from famekeeda.admin.tables import PlatformFilter

MAX_OFFERED_TOPICS = 100
Choices = list[tuple[str, str]]

# The steps of followers: what an address calls each, people's words, from how many, and below how many.
FOLLOWERS: dict[str, tuple[str, int, int | None]] = {
    "under-10k": ("Under 10,000", 0, 10_000),
    "10k-100k": ("10,000 to 100,000", 10_000, 100_000),
    "100k-1m": ("100,000 to 1 million", 100_000, 1_000_000),
    "over-1m": ("1 million and more", 1_000_000, None),
}


class AccountFilter(PlatformFilter):
    def narrowed(self, queryset: Any, platform: str) -> QuerySet[Any]:
        return queryset.on_platform(platform)


class FollowersFilter(RadioFilter):
    """By the account with most followers, or by the one on the platform that the table is narrowed to."""

    title, parameter_name = "followers", "followers"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(step, words) for step, (words, _, _) in FOLLOWERS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() not in FOLLOWERS:
            return queryset
        _, least, below = FOLLOWERS[self.value() or ""]
        return queryset.followed_by(least, below, platform_in(request))


class CountryFilter(DropdownFilter):
    title, parameter_name = "country", "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(country, country) for country in Creator.objects.values_of("country")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        country = stripped(self.value())
        return queryset.filter(country=country.upper()) if country else queryset


class LanguageFilter(DropdownFilter):
    title, parameter_name = "language", "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(language, language_in_words(language)) for language in Creator.objects.values_of("language")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        language = stripped(self.value())
        return queryset.filter(language=language) if language else queryset


class TopicForm(SearchForm):
    """A field that offers the topics that most creators have."""

    def __init__(self, name: str, label: str, *args: Any, **kwargs: Any):
        super().__init__(name, label, *args, **kwargs)
        topics = [topic for topic, _ in Creator.objects.topics()[:MAX_OFFERED_TOPICS]]
        self.fields[name].widget = OffersTexts(topics, attrs={"list": f"{name}-offered"})


class OffersTexts(UnfoldAdminTextInputWidget):
    def __init__(self, texts: list[str], attrs: dict[str, Any]):
        super().__init__(attrs)
        self.texts = texts

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html_join("", "<option>{}</option>", ((text,) for text in self.texts))
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, self.attrs["list"], options)


class TopicFilter(TextFilter):
    title, parameter_name = "topic", "topic"
    form_class = TopicForm

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        topic = stripped(self.value())
        return queryset.on_topic(topic) if topic else queryset


def stripped(value: str | None) -> str:
    return (value or "").strip().replace("\0", "")


def platform_in(request: HttpRequest) -> str:
    return stripped(request.GET.get(PlatformFilter.parameter_name)).lower()


def language_in_words(language: str) -> str:
    """pt: Portuguese; pt-BR: Portuguese (BR); a language that has no name here stays as it is."""
    code, _, region = language.partition("-")
    name = language_name(code.lower())
    if name == code.lower():
        return language
    return f"{name} ({region})" if region else name
