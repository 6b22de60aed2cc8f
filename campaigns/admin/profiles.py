"""The pages on which a creator's profile is added and edited."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from campaigns.admin.profile_form import NewProfileForm, ProfileForm
from campaigns.countries_and_languages import country_names
from campaigns.currencies import CURRENCIES
from campaigns.event_types import FEE
from campaigns.free_ids import free_ids
from campaigns.models import Creator
from campaigns.refusals import HasProfile, IdUnfit, Stale
from famekeeda import shared
from famekeeda.pages import page, render_page

ADD, CHANGE = "campaigns.add_creator", "campaigns.change_creator"
TEMPLATE = "admin/campaigns/profile_form.html"


@page(ADD)
@transaction.atomic
def add(request: HttpRequest) -> HttpResponse:
    """Shows an empty form, or stores what was typed as the profile of a new creator."""
    form = NewProfileForm(request.POST or None, Creator(), sees_fees=request.user.has_perm(FEE))
    if form.is_valid():
        try:
            creator = added(form, by=request.user)
        except (HasProfile, IdUnfit) as refusal:
            form.add_error("influencer_id", str(refusal))
        else:
            messages.success(request, f"{creator} is there, with the id {creator.pk}.")
            return redirect("pages:creator", creator.pk)
    context: dict[str, Any] = {"title": "Add a creator", "form": form, **proposed()}
    return render_page(request, TEMPLATE, context, status=400 if form.errors else 200)


def added(form: NewProfileForm, *, by: Any) -> Creator:
    """The new profile. An id that is made from the name and that somebody else took meanwhile is no reason to refuse.

    Raises HasProfile and IdUnfit for an id or handle that was typed."""
    if typed := form.cleaned_data["influencer_id"]:
        return Creator.objects.add(typed, by=by, **form.given)
    for candidate in free_ids(form.cleaned_data["name"]):
        with suppress(HasProfile):
            return Creator.objects.add(candidate, by=by, **form.given)
    raise HasProfile(form.cleaned_data["name"])


@page()
def edit(request: HttpRequest, influencer_id: str) -> HttpResponse:
    """Shows the form, or stores what was typed. The later of two people is told, and keeps what was typed.

    Users who may add creators make a profile here for a creator who has none."""
    creator = Creator.objects.filter(pk=influencer_id).first()
    if not request.user.has_perm(CHANGE if creator else ADD):
        raise PermissionDenied
    form = ProfileForm(request.POST or None, creator or Creator(pk=influencer_id), sees_fees=request.user.has_perm(FEE))
    is_stale = False
    if form.is_valid():
        try:
            save(form, by=request.user)
        except Stale as stale:
            is_stale = True
            form.take_revision(stale.revision)
        except IdUnfit as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("pages:creator", influencer_id)
    names = shared.creator_names([influencer_id])
    context: dict[str, Any] = {
        "title": f"Profile of {shared.called(influencer_id, names)}",
        "influencer_id": influencer_id,
        "names": names,
        "form": form,
        "is_stale": is_stale,
        **proposed(),
    }
    status = 409 if is_stale else 400 if form.errors else 200
    return render_page(request, TEMPLATE, context, status=status)


def proposed() -> dict[str, Any]:
    return {"countries": country_names(), "currencies": CURRENCIES}


def save(form: ProfileForm, *, by: Any) -> None:
    """Makes the profile or changes it. Raises Stale where somebody was quicker."""
    creator = form.creator
    if not form.is_known:
        Creator.objects.put(creator.pk, by=by, **form.given)
    elif form.given:
        creator.change(by=by, revision=form.cleaned_data["revision"], **form.given)


urlpatterns = [path("profile/<id:influencer_id>/", edit, name="campaigns_creator_profile")]
