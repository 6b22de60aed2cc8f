"""Saves and takes back the team's verdict on a creator; the form on the creator's page posts here."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from famekeeda.pages import page
from performance.models import Verdict


class VerdictForm(forms.ModelForm):
    class Meta:
        model = Verdict
        fields = ("verdict", "note")


@page("performance.view_engagement")
@require_POST
def decide(request: HttpRequest, influencer_id: str) -> HttpResponse:
    """Saves the posted verdict; an empty verdict takes the creator's verdict back."""
    if request.POST.get("verdict"):
        save(request, influencer_id)
    else:
        take_back(request, influencer_id)
    return redirect("pages:creator", influencer_id)


def save(request: HttpRequest, influencer_id: str) -> None:
    verdicts = Verdict.objects.filter(influencer_id=influencer_id)
    require(request, "change" if verdicts.exists() else "add")
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose shortlist or avoid.")
        return
    Verdict.objects.update_or_create(influencer_id=influencer_id, defaults=form.cleaned_data | {"by": request.user})
    done = "shortlisted" if form.cleaned_data["verdict"] == Verdict.Choice.SHORTLIST else "to be avoided"
    messages.success(request, f"{influencer_id} is {done}.")


def take_back(request: HttpRequest, influencer_id: str) -> None:
    require(request, "delete")
    Verdict.objects.filter(influencer_id=influencer_id).delete()
    messages.success(request, f"{influencer_id} is open again.")


def require(request: HttpRequest, action: str) -> None:
    """Raises PermissionDenied unless the user may add, change or delete (`action`) verdicts."""
    if not request.user.has_perm(f"performance.{action}_verdict"):
        raise PermissionDenied


urlpatterns = [path("decide/<path:influencer_id>/", decide, name="performance_verdict_decide")]
