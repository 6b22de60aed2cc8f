"""What people do on the page of a creator's part in a campaign: change its state and terms, remove it."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from campaigns.admin.deal_page import CHANGE, PAGE, deal_page, name_of, terms_form
from campaigns.cautions import caution, over_budget
from campaigns.models import Collaboration
from campaigns.refusals import CampaignEnded, Refused, Stale
from famekeeda.pages import View, page, render_page

VIEW = "campaigns.view_collaboration"


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
    is_other_fee = bool({"fee", "currency"} & set(form.changed_data))
    tell_of_saving(request, is_changed, over_budget([collaboration], request.user) if is_other_fee else "")
    return redirect(PAGE, pk)


@page(CHANGE)
@require_POST
@still_there
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the creator to another state."""
    collaboration = get_object_or_404(collaborations(), pk=pk)
    state, revision = request.POST.get("state", ""), sent_revision(request)
    if state not in Collaboration.State.values or not revision:
        messages.error(request, "That is no state a creator can be in. Choose one of the buttons.")
        return redirect(PAGE, pk)
    try:
        collaboration.change(by=request.user, revision=revision, state=state)
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
        try:
            collaboration.remove(by=request.user, revision=sent_revision(request))
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


def sent_revision(request: HttpRequest) -> int:
    """The revision of the row that the page showed; 0, at which no row stands, for what is no number."""
    text = request.POST.get("revision", "")
    return int(text[:10]) if text.isdecimal() else 0


def tell_of_saving(request: HttpRequest, is_changed: bool, doubt: str = "") -> None:
    if is_changed:
        tell_of = messages.warning if doubt else messages.success
        tell_of(request, f"Saved. {doubt}".strip())
    else:
        messages.info(request, "Nothing was changed.")


urlpatterns = [
    path("<int:pk>/change/", show, name="campaigns_collaboration_change"),
    path("<int:pk>/terms/", terms, name="campaigns_collaboration_terms"),
    path("<int:pk>/move/", move, name="campaigns_collaboration_move"),
    path("<int:pk>/remove/", remove, name="campaigns_collaboration_remove"),
]
