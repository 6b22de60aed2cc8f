"""The page on which a creator's profile is edited, and the profile as the creator's page shows it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from campaigns.admin.profile_form import ProfileForm
from campaigns.event_types import FEE
from campaigns.models import Creator
from campaigns.refusals import IdUnfit, Stale
from famekeeda import shared
from famekeeda.pages import page, render_page

CHANGE = "campaigns.change_creator"


@page(CHANGE)
def edit(request: HttpRequest, influencer_id: str) -> HttpResponse:
    """Shows the form, or stores what was typed. The later of two people is told, and keeps what was typed."""
    creator = Creator.objects.filter(pk=influencer_id).first() or Creator(pk=influencer_id)
    form = ProfileForm(request.POST or None, creator, sees_fees=request.user.has_perm(FEE))
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
    }
    status = 409 if is_stale else 400 if form.errors else 200
    return render_page(request, "admin/campaigns/profile_form.html", context, status=status)


def save(form: ProfileForm, *, by: Any) -> None:
    """Makes the profile or changes it. Raises Stale where somebody was quicker."""
    creator = form.creator
    if not form.is_known:
        Creator.objects.put(creator.pk, by=by, **form.given)
    elif form.given:
        creator.change(by=by, revision=form.cleaned_data["revision"], **form.given)


urlpatterns = [path("profile/<id:influencer_id>/", edit, name="campaigns_creator_profile")]
