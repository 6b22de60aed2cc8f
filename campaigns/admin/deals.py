"""The page of a creator's part in a campaign: state, terms, what the creator owes, results, briefs, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from campaigns.admin.deal_forms import StepForm, TermsForm
from campaigns.admin.links import outward
from campaigns.admin.own_page import PageOfItsOwn
from campaigns.admin.steps import Step, steps_of
from campaigns.cautions import caution
from campaigns.costs import costs
from campaigns.currencies import CURRENCIES
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration, Creator, Deliverable, money
from campaigns.refusals import CampaignEnded, Refused, Stale
from campaigns.story import views as story
from famekeeda import shared
from famekeeda.admin import CreatorFilter, LargeTableAdmin, badge, link
from famekeeda.events.models import Event
from famekeeda.events.telling import tell
from famekeeda.pages import View, page, render_page

PAGE = "admin:campaigns_collaboration_change"
VIEW, CHANGE = "campaigns.view_collaboration", "campaigns.change_collaboration"
MAX_EVENTS = 30


@dataclass(frozen=True)
class Owed:
    """A deliverable as a line of the page. `due` is "overdue", "today" or empty."""

    deliverable: Deliverable
    due: str
    draft: SafeString | str
    post: SafeString | str
    steps: list[StepForm]


def still_there(view: View) -> View:
    """A decorator: 404 where somebody removes the row between the view's look at it and the change."""

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error

    return found


def collaborations() -> QuerySet[Collaboration]:
    return Collaboration.objects.select_related("campaign")


@page(VIEW)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return deal_page(request, get_object_or_404(collaborations(), pk=pk))


@page(CHANGE)
@require_POST
@still_there
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves fee, promo code and note. The second of two people who change them is told, and keeps what they typed."""
    collaboration = get_object_or_404(collaborations(), pk=pk)
    form = terms_form(request, collaboration, request.POST)
    if not form.is_valid():
        return deal_page(request, collaboration, terms=form, status=400)
    try:
        is_changed = collaboration.change(by=request.user, revision=form.cleaned_data["revision"], **form.given)
    except Stale:
        collaboration.refresh_from_db()
        return deal_page(request, collaboration, terms=form, contested=form.yield_to(collaboration), status=409)
    except CampaignEnded as refusal:
        form.add_error("fee", str(refusal))
        return deal_page(request, collaboration, terms=form, status=409)
    if is_changed:
        messages.success(request, "Saved.")
    else:
        messages.info(request, "Nothing was changed.")
    return redirect(PAGE, pk)


@page(CHANGE)
@require_POST
@still_there
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the creator to another state."""
    collaboration = get_object_or_404(collaborations(), pk=pk)
    state, revision = request.POST.get("state", ""), request.POST.get("revision", "")
    if state not in Collaboration.State.values or not revision.isdecimal():
        messages.error(request, "That is no state a creator can be in. Choose one of the buttons.")
        return redirect(PAGE, pk)
    try:
        collaboration.change(by=request.user, revision=int(revision[:10]), state=state)
    except Refused as refusal:
        messages.warning(request, refusal.about(name_of(collaboration)))
    else:
        doubt = caution(collaboration, request.user)
        tell_of = messages.warning if doubt else messages.success
        tell_of(request, f"{name_of(collaboration)} is {state} now. {doubt}".strip())
    return redirect(PAGE, pk)


@page("campaigns.delete_collaboration")
@still_there
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first, and says what goes along; then takes the creator out of the campaign."""
    collaboration = get_object_or_404(collaborations(), pk=pk)
    name = name_of(collaboration)
    if request.method == "POST":
        revision = request.POST.get("revision", "")
        try:
            collaboration.remove(by=request.user, revision=int(revision[:10]) if revision.isdecimal() else 0)
        except Refused as refusal:
            messages.warning(request, refusal.about(name))
            return redirect(PAGE, pk)
        messages.success(request, f"{name} is no longer in {collaboration.campaign}.")
        return redirect("pages:campaign", collaboration.campaign_id)
    context = {
        "title": f"Remove {name}",
        "collaboration": collaboration,
        "name": name,
        "owed": collaboration.deliverables.all(),
        "is_paid": collaboration.state in Collaboration.ON_RECORD,
    }
    return render_page(request, "admin/campaigns/remove_creator.html", context)


def name_of(collaboration: Collaboration) -> str:
    return shared.called(collaboration.influencer_id, shared.creator_names([collaboration.influencer_id]))


def terms_form(request: HttpRequest, collaboration: Collaboration, data: Any = None) -> TermsForm:
    return TermsForm(
        data,
        initial=TermsForm.fields_of(collaboration),
        campaign=collaboration.campaign,
        profile=Creator.objects.filter(pk=collaboration.influencer_id).first(),
        sees_fees=request.user.has_perm(FEE),
    )


def deal_page(
    request: HttpRequest,
    collaboration: Collaboration,
    *,
    terms: TermsForm | None = None,
    step: StepForm | None = None,
    contested: list[tuple[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page. `terms` or `step` is a form that was sent and not taken. `contested` is there, and may be empty,
    if somebody else was faster: the fields in which both have typed, with what stands there now."""
    campaign, creator = collaboration.campaign, collaboration.influencer_id
    names = shared.creator_names([creator])
    name = shared.called(creator, names)
    sees_fees = request.user.has_perm(FEE)
    profile = Creator.objects.filter(pk=creator).first()
    figures = shared.creator_figures(campaign.pk, [creator]).get(creator)
    lines = owed(request, collaboration, step)
    context = {
        "title": f"{name} in {campaign}",
        "collaboration": collaboration,
        "campaign": campaign,
        "has_ended": campaign.status in Campaign.ENDED,
        "creator": creator,
        "name": name,
        "names": names,
        "states": collaboration.states_after if request.user.has_perm(CHANGE) else (),
        "currencies": CURRENCIES,
        "terms": terms or terms_form(request, collaboration),
        "usual": fee(profile.usual_fee, profile.currency) if profile and sees_fees else "",
        "fee": fee(collaboration.fee, collaboration.currency) if sees_fees else "",
        "sees_fees": sees_fees,
        "contested": contested,
        "step": step,
        "events": tell(events_of(collaboration), request.user),
        "is_step_open": any(step is form for line in lines for form in line.steps),
        "owed": lines,
        "figures": figures,
        "costs": costs(collaboration.fee, figures) if sees_fees else None,
        "max_events": MAX_EVENTS,
        "columns": [
            (column.title, column.cells.get(creator, ""))
            for column in shared.creator_columns(request, campaign.pk, [creator])
        ],
        "brief_query": brief_query(collaboration),
        "briefs_query": urlencode({"campaign_id": campaign.pk, "influencer_id": creator}),
    }
    return render_page(request, "admin/campaigns/deal.html", context, status=status)


def owed(request: HttpRequest, collaboration: Collaboration, sent: StepForm | None) -> list[Owed]:
    """What the creator owes, the earliest first, with the steps that the user may take."""
    if not request.user.has_perm("campaigns.view_deliverable"):
        return []
    found, today = [], timezone.localdate()
    for deliverable in collaboration.deliverables.all():
        deliverable.collaboration = collaboration
        steps = [form_of(step, deliverable, sent) for step in steps_of(deliverable, request.user)]
        draft, post = outward(deliverable.draft_url), outward(deliverable.post_url)
        found.append(Owed(deliverable, due(deliverable, today), draft, post, steps))
    return found


def form_of(step: Step, deliverable: Deliverable, sent: StepForm | None) -> StepForm:
    """The form of the step, or the one that was sent for it."""
    if sent and (sent.step, sent.deliverable.pk) == (step, deliverable.pk):
        return sent
    return StepForm(step=step, deliverable=deliverable)


def due(deliverable: Deliverable, today: date) -> str:
    if not deliverable.is_open or deliverable.due_on is None or deliverable.due_on > today:
        return ""
    return "today" if deliverable.due_on == today else "overdue"


def events_of(collaboration: Collaboration) -> QuerySet[Event]:
    """What happened to the creator in the campaign, the newest first."""
    events = Event.objects.of(collaboration.campaign_id).filter(data__influencerId=collaboration.influencer_id)
    return events.select_related("by")[:MAX_EVENTS]


def fee(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else money.in_words(amount, currency)


def brief_query(collaboration: Collaboration) -> str:
    """What the form for a brief is filled in with. The platform is that of the first deliverable that names one, or the
    first of the creator or of the campaign."""
    campaign, creator = collaboration.campaign, collaboration.influencer_id
    owed_on = [deliverable.platform for deliverable in collaboration.deliverables.all()]
    account = shared.creator_names([creator]).get(creator)
    platforms = [*owed_on, *(account.platforms if account else ()), *campaign.platforms]
    known = {
        "campaign_id": campaign.pk,
        "influencer_id": creator,
        "brand": campaign.brand,
        "product": campaign.product,
        "goal": campaign.goal,
        "platform": shared.first(platforms) or "",
    }
    return urlencode({name: value for name, value in known.items() if value})


@admin.register(Collaboration)
class CollaborationAdmin(PageOfItsOwn, LargeTableAdmin):
    """Creators of all campaigns."""

    list_display = ("creator", "in_campaign", "state_", "promo_code")
    list_filter = ("state", CreatorFilter)
    search_fields = ("influencer_id", "campaign__name", "campaign__id")
    search_help_text = "Creator's id, or a campaign"
    list_select_related = ("campaign",)

    def get_urls(self) -> list[URLPattern]:
        return [*urlpatterns, *story.urlpatterns, *super().get_urls()]

    def address_of(self, row: Collaboration) -> str:
        return reverse(PAGE, args=[row.pk])

    @admin.display(description="creator", ordering="influencer_id")
    def creator(self, collaboration: Collaboration) -> SafeString:
        return link(collaboration.influencer_id, PAGE, collaboration.pk)

    @admin.display(description="campaign", ordering="campaign__name")
    def in_campaign(self, collaboration: Collaboration) -> SafeString:
        return link(collaboration.campaign, "pages:campaign", collaboration.campaign_id)

    @admin.display(description="state", ordering="state")
    def state_(self, collaboration: Collaboration) -> SafeString:
        return badge(collaboration.get_state_display().capitalize(), collaboration.state)


urlpatterns = [
    path("<int:pk>/change/", show, name="campaigns_collaboration_change"),
    path("<int:pk>/terms/", terms, name="campaigns_collaboration_terms"),
    path("<int:pk>/move/", move, name="campaigns_collaboration_move"),
    path("<int:pk>/remove/", remove, name="campaigns_collaboration_remove"),
]
