"""Saves and takes back the team's verdict on a creator; the form on the creator's page posts here."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from famekeeda import history
from famekeeda.pages import page
from performance.models import Engagement, Verdict


def exists(influencer_id: str) -> bool:
    """Whether a loaded file names the creator."""
    return Engagement.objects.filter(influencer_id=influencer_id).exists()


class NewVerdictForm(forms.ModelForm):
    """The admin's form, where the creator's id is typed."""

    def clean_influencer_id(self) -> str:
        influencer_id: str = self.cleaned_data["influencer_id"]
        if not exists(influencer_id):
            raise ValidationError(
                "No file loaded so far names this creator. Ids are compared letter by letter, capitals included."
            )
        return influencer_id


class VerdictForm(forms.ModelForm):
    class Meta:
        model = Verdict
        fields = ("verdict", "note")


@page("performance.view_engagement")
@require_POST
def decide(request: HttpRequest, influencer_id: str) -> HttpResponse:
    """Saves the posted verdict; an empty verdict takes the creator's verdict back. 404 for a creator without results,
    unless there is a verdict already."""
    if not exists(influencer_id) and not Verdict.objects.filter(influencer_id=influencer_id).exists():
        raise Http404
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
    verdict, is_new = Verdict.objects.update_or_create(
        influencer_id=influencer_id, defaults=form.cleaned_data | {"by": request.user}
    )
    if is_new:
        history.added(verdict, request.user)
    else:
        history.changed(verdict, request.user, f"Changed to {verdict.get_verdict_display()}.")
    done = "shortlisted" if form.cleaned_data["verdict"] == Verdict.Choice.SHORTLIST else "to be avoided"
    messages.success(request, f"{influencer_id} is {done}.")


def take_back(request: HttpRequest, influencer_id: str) -> None:
    require(request, "delete")
    for verdict in Verdict.objects.filter(influencer_id=influencer_id):
        history.deleted(verdict, request.user, "Taken back.")
        verdict.delete()
    messages.success(request, f"{influencer_id} is open again.")


def require(request: HttpRequest, action: str) -> None:
    """Raises PermissionDenied unless the user may add, change or delete (`action`) verdicts."""
    if not request.user.has_perm(f"performance.{action}_verdict"):
        raise PermissionDenied


urlpatterns = [path("decide/<path:influencer_id>/", decide, name="performance_verdict_decide")]
