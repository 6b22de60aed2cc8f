"""The pages of a deliverable: add, edit, remove, and take it a step further."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from campaigns.admin import deals
from campaigns.admin.deal_forms import FORMATS, DeliverableForm, StepForm
from campaigns.admin.deal_page import PAGE, deal_page, name_of
from campaigns.admin.steps import BY_NAME
from campaigns.models import Collaboration, Deliverable
from campaigns.own_platform import platform_of
from campaigns.refusals import CampaignEnded, DraftIsDecided, NotAllowed, Stale
from famekeeda.links import address
from famekeeda.pages import page, render_page

FORM = "admin/campaigns/deliverable.html"


def deliverables() -> Any:
    return Deliverable.objects.select_related("collaboration__campaign")


def at(deliverable: Deliverable) -> str:
    """The deliverable's line on the page of the creator's part in the campaign."""
    return f"{address(PAGE, deliverable.collaboration_id)}#deliverable-{deliverable.pk}"


def platforms_of(collaboration: Collaboration, *more: str) -> list[str]:
    return [*collaboration.campaign.platforms, *more]


@page("campaigns.add_deliverable")
@deals.still_there
def owe(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for another deliverable of the creator in the campaign; a campaign that has ended takes none."""
    collaboration = get_object_or_404(deals.collaborations(), pk=pk)
    try:
        collaboration.campaign.require_running("new deliverables")
        return owing(request, collaboration)
    except CampaignEnded as refusal:
        messages.warning(request, str(refusal))
        return redirect(PAGE, pk)


def owing(request: HttpRequest, collaboration: Collaboration) -> HttpResponse:
    own = platform_of(collaboration.influencer_id, collaboration.campaign.platforms)
    platforms = platforms_of(collaboration, own)
    form = DeliverableForm(request.POST or None, platforms=platforms, is_new=True, initial={"platform": own})
    if form.is_valid():
        deliverable = Deliverable.objects.add(collaboration, by=request.user, **form.given)
        messages.success(request, f"{name_of(collaboration)} owes a {deliverable}.")
        return redirect(at(deliverable))
    context = about(collaboration) | {"title": "Add a deliverable", "form": form, "formats": FORMATS}
    return render_page(request, FORM, context, status=400 if form.errors else 200)


@page("campaigns.change_deliverable")
@deals.still_there
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a deliverable. The second of two people who edit it is told, and keeps what they typed."""
    deliverable = get_object_or_404(deliverables(), pk=pk)
    collaboration = deliverable.collaboration
    form = DeliverableForm(
        request.POST or None,
        platforms=platforms_of(collaboration, deliverable.platform),
        initial=DeliverableForm.fields_of(deliverable),
    )
    context = about(collaboration) | {"title": f"Edit {deliverable}", "deliverable": deliverable, "form": form}
    context |= {"formats": FORMATS}
    if not form.is_valid():
        return render_page(request, FORM, context, status=400 if form.errors else 200)
    try:
        is_changed = deliverable.change(by=request.user, revision=form.cleaned_data["revision"], **form.given)
    except Stale:
        deliverable.refresh_from_db()
        context["contested"] = form.yield_to(deliverable)
        return render_page(request, FORM, context, status=409)
    except DraftIsDecided as refusal:
        form.add_error("draft_url", str(refusal))
        return render_page(request, FORM, context, status=409)
    deals.tell_of_saving(request, is_changed)
    return redirect(at(deliverable))


@page()
@require_POST
@deals.still_there
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the deliverable a step further, or back, with what the step asks for. Each step needs its right.

    A step is taken from the state that the page showed: a step from another state may need another right."""
    step = BY_NAME.get(request.POST.get("step", ""))
    if not request.user.has_perm(deals.VIEW) or (step and not request.user.has_perm(step.right)):
        raise PermissionDenied
    deliverable = get_object_or_404(deliverables(), pk=pk)
    if step is None:
        messages.error(request, "That is no step of a deliverable. Choose one of the buttons.")
        return redirect(at(deliverable))
    form = StepForm(request.POST, step=step, deliverable=deliverable)
    if not form.is_valid():
        return deal_page(request, deliverable.collaboration, step=form, status=400)
    try:
        if form.cleaned_data["revision"] != deliverable.revision:
            raise Stale(str(deliverable), deliverable.revision)
        if deliverable.state != step.before:
            raise NotAllowed(str(deliverable), deliverable.state, step.after, deliverable.states_after)
        deliverable.change(by=request.user, revision=deliverable.revision, state=step.after, **form.given)
    except (Stale, NotAllowed):
        deliverable.refresh_from_db()
        contested = form.yield_to(deliverable)
        return deal_page(request, deliverable.collaboration, step=form, contested=contested, status=409)
    messages.success(request, f"The {deliverable} is {deliverable.state_words.lower()} now.")
    return redirect(at(deliverable))


@page("campaigns.delete_deliverable")
@deals.still_there
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first; then the creator owes the deliverable no longer."""
    deliverable = get_object_or_404(deliverables(), pk=pk)
    collaboration = deliverable.collaboration
    if request.method == "POST":
        try:
            deliverable.remove(by=request.user, revision=deals.sent_revision(request))
        except Stale as refusal:
            messages.warning(request, str(refusal))
            return redirect(at(deliverable))
        messages.success(request, f"{name_of(collaboration)} owes no {deliverable} any longer.")
        return redirect(PAGE, collaboration.pk)
    context = about(collaboration) | {"title": f"Remove {deliverable}", "deliverable": deliverable}
    return render_page(request, "admin/campaigns/remove_deliverable.html", context)


def about(collaboration: Collaboration) -> dict[str, Any]:
    """Whose deliverable it is, for the page's heading."""
    return {
        "collaboration": collaboration,
        "campaign": collaboration.campaign,
        "name": name_of(collaboration),
    }


urlpatterns = [
    path("owed-in/<int:pk>/", owe, name="campaigns_deliverable_owe"),
    path("<int:pk>/change/", edit, name="campaigns_deliverable_change"),
    path("<int:pk>/step/", step, name="campaigns_deliverable_step"),
    path("<int:pk>/remove/", remove, name="campaigns_deliverable_remove"),
]
