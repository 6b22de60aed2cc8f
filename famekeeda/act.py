"""The page that does something with several creators: it lists them, asks what the action has to know, and runs it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from famekeeda import shared
from famekeeda.actions import MAX_CREATORS_AT_ONCE, CreatorAction, Refused, creator_actions
from famekeeda.ids import checked_id
from famekeeda.pages import page, render_page


@page()
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """The form of the action; with `confirmed`, the action itself, and back to where the creators were ticked.

    404 for an action or an id that cannot be, 403 without the action's permission, 400 for a way back to another site.
    """
    back = way_back(request)
    campaign_id, influencer_ids = known_id(request.POST.get("of_campaign", "")), ticked(request)
    action = asked_action(request, campaign_id)
    if problem := too_few_or_many(influencer_ids):
        messages.warning(request, problem)
        return HttpResponseRedirect(back)
    is_confirmed = "confirmed" in request.POST
    form = action.form(request, campaign_id, influencer_ids, request.POST if is_confirmed else None)
    if is_confirmed and (form is None or form.is_valid()):
        try:
            done = action.run(request, campaign_id, influencer_ids, form.cleaned_data if form else {})
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(back)
    context = {"title": action.title, "action": action, "form": styled(form), "back": back} | named(
        campaign_id, influencer_ids
    )
    return render_page(request, "admin/act.html", context, status=400 if form and form.errors else 200)


def way_back(request: HttpRequest) -> str:
    """Where the creators were ticked. Raises BadRequest for an address that is not on this site."""
    back = request.POST.get("next") or reverse("admin:index")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        raise BadRequest("The way back leads off this site.")
    return back


def asked_action(request: HttpRequest, campaign_id: str) -> CreatorAction:
    action = creator_actions().get(request.POST.get("action", ""))
    if action is None:
        raise Http404
    if not action.may(request.user):
        raise PermissionDenied
    if not action.is_for(request, campaign_id):
        raise Http404
    return action


def ticked(request: HttpRequest) -> list[str]:
    """The creators, each once; with the box “all on this page” ticked, those that the page had."""
    names = ["influencer", "on_page"] if "all" in request.POST else ["influencer"]
    texts = dict.fromkeys(text for name in names for text in request.POST.getlist(name))
    return [known_id(text) for text in texts if text]


def known_id(text: str) -> str:
    """The id, or an empty text. Raises Http404 for what cannot be an id: no page of ours has sent it."""
    try:
        return checked_id(text) if text else ""
    except ValueError:
        raise Http404 from None


def too_few_or_many(influencer_ids: list[str]) -> str:
    if not influencer_ids:
        return "Tick at least one creator first."
    if len(influencer_ids) > MAX_CREATORS_AT_ONCE:
        return f"{len(influencer_ids):,} creators are too many at once: {MAX_CREATORS_AT_ONCE} are the most."
    return ""


def named(campaign_id: str, influencer_ids: list[str]) -> dict[str, Any]:
    """The creators and the campaign for the template, with their names."""
    return {
        "campaign_id": campaign_id,
        "campaign": shared.campaign_names([campaign_id]).get(campaign_id, campaign_id),
        "influencer_ids": influencer_ids,
        "names": shared.creator_names(influencer_ids),
    }


def styled(form: forms.Form | None) -> forms.Form | None:
    """The form with the look of our fields, where a field has none of its own."""
    for field in form.fields.values() if form else ():
        if not isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs.setdefault("class", "fk-field")
    return form


urlpatterns = [path("act/", act, name="act")]
