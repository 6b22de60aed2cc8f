"""The table of campaigns in the admin, and the forms behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from campaigns.admin import seen
from campaigns.admin.fields import Line
from campaigns.admin.filters import BrandFilter, OwnerFilter, PlatformsFilter, StatusFilter, TimeFilter
from campaigns.admin.forms import ADD_CREATORS, CampaignForm, NewCampaignForm
from campaigns.admin.listing import SORTED_BY, add_up, as_csv
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.currencies import CURRENCIES
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration
from campaigns.models.money import in_words
from campaigns.refusals import IdTaken
from famekeeda.admin.tables import BoundedChangeList, BoundedPaginator, DeclaredLookups, badge, link
from famekeeda.csv_safety import csv_response
from famekeeda.events.recording import recording


class CampaignChangeList(BoundedChangeList):
    """The rows of the page with their creators, due days and fees, which a query each gets for all of them."""

    root_queryset: QuerySet[Any]
    result_list: Any

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Sums up all campaigns where the list is sorted by it, and only there."""
        asked = [self.list_display[at] for at in self.get_ordering_field_columns() if at < len(self.list_display)]
        sums = {f"sorted_{name}": sum_ for name, sum_ in SORTED_BY.items() if name in asked}
        self.root_queryset = self.root_queryset.alias(**sums)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        add_up(self.result_list, with_fees=request.user.has_perm(FEE))


@admin.register(Campaign)
class CampaignAdmin(PageOfItsOwn, DeclaredLookups, ModelAdmin):
    """All campaigns. A campaign's name leads to its story; the page behind "Edit" is its form."""

    list_display: Any = (
        "name_", "status_", "brand", "owner", "runs", "budget_", "agreed", "paid", "creators_", "next_due", "edit",
    )  # fmt: skip
    list_display_links: Any = None
    list_filter = (StatusFilter, OwnerFilter, TimeFilter, PlatformsFilter, BrandFilter)
    list_filter_submit = True
    list_select_related = ("owner",)
    list_per_page = 50
    list_before_template = "admin/campaigns/list_top.html"
    change_form_outer_after_template = "admin/campaigns/currencies.html"
    search_fields = ("name", "brand", "id")
    search_help_text = "Any part of a campaign's name, brand or id"
    search_ignores_case = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CampaignChangeList]:
        return CampaignChangeList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        """Each word has to be somewhere in the name, the brand or the id, in any case."""
        for word in search_term.replace("\0", "").split():
            queryset = queryset.matching(word)
        return queryset, False

    def get_list_display(self, request: HttpRequest) -> list[str]:
        hidden = set() if request.user.has_perm(FEE) else {"budget_", "agreed", "paid"}
        if not self.has_change_permission(request):
            hidden.add("edit")
        return [column for column in self.list_display if column not in hidden]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        mine = path("campaigns.csv", self.admin_site.admin_view(self.csv), name="campaigns_campaign_csv")
        return [mine, *seen.urlpatterns, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"may_adopt": self.has_add_permission(request), "query": request.GET.urlencode()}
        if context["may_adopt"]:
            context["unadopted"] = seen.count()
        return super().changelist_view(request, context | (extra_context or {}))

    def csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """All campaigns that the list shows, as it is filtered and sorted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        campaigns = self.get_changelist_instance(request).get_queryset(request)
        return csv_response(as_csv(campaigns, with_fees=request.user.has_perm(FEE)), "campaigns.csv")

    # The forms

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = CampaignForm if obj else NewCampaignForm
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        money_ = [("Money", {"fields": (("budget", "media_budget"), "currency")})]
        creators = [("Creators", {"fields": ("creators",)})]
        return [
            (None, {"fields": ("name", ("brand", "product"), "goal", "platforms", *(["opened"] if obj else []))}),
            ("When and who", {"fields": (("starts_on", "ends_on"), ("owner", "status"))}),
            *(money_ if request.user.has_perm(FEE) else []),
            *(creators if not obj and request.user.has_perm(ADD_CREATORS) else []),
            *([] if obj else [("Advanced", {"fields": ("id",), "classes": ("collapse",)})]),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("name", "brand", "product", "goal"):
            kwargs["form_class"] = Line
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk}

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"show_save_and_add_another": False, "show_save_and_continue": False, "currencies": CURRENCIES}
        context |= extra_context or {}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except IdTaken:  # between the form's look at the id and the new campaign; the form says so now
            return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, campaign: Campaign, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in NewCampaignForm.Meta.fields if name in form.cleaned_data}
        if change:
            typed = {name: value for name, value in fields.items() if name in form.changed_data}
            campaign.change(by=request.user, revision=form.cleaned_data["opened"], **typed)
        else:
            campaign.pk = start(request.user, fields, form.cleaned_data.get("creators", [])).pk
            campaign.refresh_from_db()

    def log_change(self, request: HttpRequest, campaign: Any, message: Any) -> Any:
        return super().log_change(request, campaign, message) if message else None

    def response_add(self, request: HttpRequest, campaign: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, f"{campaign} is there, with the id {campaign.pk}.")
        return HttpResponseRedirect(campaign.get_absolute_url())

    def response_change(self, request: HttpRequest, campaign: Any) -> HttpResponse:
        messages.success(request, f"{campaign} is saved.")
        return HttpResponseRedirect(campaign.get_absolute_url())

    # The columns

    @admin.display(description="name", ordering="name")
    def name_(self, campaign: Campaign) -> SafeString:
        name = link(campaign.name, "pages:campaign", campaign.pk)
        return format_html("{} {}", name, badge("Sample", "small")) if campaign.is_sample else name

    @admin.display(description="status", ordering="status")
    def status_(self, campaign: Campaign) -> SafeString:
        return badge(campaign.get_status_display().capitalize(), campaign.status)

    @admin.display(description="runs", ordering="starts_on")
    def runs(self, campaign: Campaign) -> SafeString | str:
        if not (campaign.starts_on or campaign.ends_on):
            return ""
        return lines([f"{day(campaign.starts_on)} –".strip(), day(campaign.ends_on)])

    @admin.display(description="budget", ordering="budget")
    def budget_(self, campaign: Campaign) -> SafeString:
        return lines([in_words(campaign.budget, campaign.currency)])

    @admin.display(description="agreed")
    def agreed(self, campaign: Any) -> SafeString:
        amounts = lines(in_words(fees.agreed, fees.currency) for fees in campaign.fees)
        spent = {fees.currency: fees.agreed for fees in campaign.fees}.get(campaign.currency, 0)
        is_over = campaign.budget is not None and spent > campaign.budget
        return format_html("{} {}", amounts, badge("over budget", "failed")) if is_over else amounts

    @admin.display(description="paid")
    def paid(self, campaign: Any) -> SafeString:
        return lines(in_words(fees.paid, fees.currency) for fees in campaign.fees)

    @admin.display(description="creators", ordering="sorted_creators_")
    def creators_(self, campaign: Any) -> str:
        return f"{campaign.creators:,}"

    @admin.display(description="next due", ordering="sorted_next_due")
    def next_due(self, campaign: Any) -> SafeString | str:
        if campaign.due is None:
            return ""
        is_overdue = campaign.due < timezone.localdate()
        due = lines([day(campaign.due)])
        return format_html("{} {}", due, badge("overdue", "overdue")) if is_overdue else due

    @admin.display(description="")
    def edit(self, campaign: Campaign) -> SafeString:
        return link("Edit", "admin:campaigns_campaign_change", quote(campaign.pk))


def start(user: Any, fields: dict[str, Any], creators: list[str]) -> Campaign:
    """A new campaign with creators on its shortlist, in one transaction."""
    with recording(by=user):
        campaign = Campaign.objects.start(by=user, **fields)
        Collaboration.objects.engage_all(campaign, creators, by=user)
    return campaign


def day(date: Any) -> str:
    return f"{date:%-d %b %Y}" if date else ""


def lines(texts: Any) -> SafeString:
    """Each text on a line of its own, which does not break."""
    return format_html_join(SafeString("<br>"), '<span class="fk-unbroken">{}</span>', ((text,) for text in texts))
