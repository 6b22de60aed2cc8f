"""The page of campaign ids that other apps have seen and that are no campaign yet: people adopt them there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from campaigns.models import Campaign
from campaigns.refusals import IdTaken, IdUnfit
from campaigns.unadopted import unadopted
from famekeeda import history
from famekeeda.events.recording import recording
from famekeeda.ids import MAX_ID_CHARACTERS, checked_id
from famekeeda.pages import page, render_page
from famekeeda.words import counted, listed

ADD = "campaigns.add_campaign"
PAGE_SIZE = 50
MAX_COUNTED = 99  # ids that wait
MAX_NAMED = 5  # campaigns in a message


def count() -> str:
    """How many ids wait, as the link to the page says it: 12, or 99+. Empty where none was found."""
    waiting, next_page = unadopted(limit=MAX_COUNTED)
    return f"{len(waiting)}{'+' if next_page else ''}" if waiting else ""


@page(ADD)
def seen(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return adopt(request)
    text, after = (request.GET.get(name, "").replace("\0", "")[:MAX_ID_CHARACTERS] for name in ("q", "after"))
    waiting, next_page = unadopted(after, PAGE_SIZE, text)
    rows = [(campaign_id, ", ".join(each.where for each in where)) for campaign_id, where in waiting.items()]
    context = {"title": "Seen elsewhere", "rows": rows, "next_page": next_page, "after": after, "text": text}
    return render_page(request, "admin/campaigns/seen.html", context)


def adopt(request: HttpRequest) -> HttpResponse:
    """Makes a draft of each ticked id, in one transaction, and says so once."""
    ids = list(dict.fromkeys(request.POST.getlist("campaign")))[:PAGE_SIZE]
    adopted: list[Campaign] = []
    there: list[str] = []
    with recording(by=request.user):
        for campaign_id in ids:
            try:
                adopted.append(Campaign.objects.adopt(checked_id(campaign_id), by=request.user))
                history.added(adopted[-1], request.user, "Adopted.")
            except IdTaken:
                there.append(campaign_id)
            except IdUnfit as refusal:
                messages.error(request, str(refusal))
            except ValueError as refusal:
                messages.error(request, f"That is no id of a campaign: {refusal}")
    if adopted:
        named = listed([str(campaign) for campaign in adopted], MAX_NAMED)
        messages.success(request, f"{counted(len(adopted), 'campaign')} adopted as drafts: {named}.")
    if there:
        messages.info(request, f"There already: {', '.join(there)}.")
    if not ids:
        messages.info(request, "Tick a campaign to adopt it.")
    if len(adopted) == 1:
        return HttpResponseRedirect(adopted[0].get_absolute_url())
    return HttpResponseRedirect(reverse("admin:campaigns_campaign_seen"))


urlpatterns = [path("seen/", seen, name="campaigns_campaign_seen")]
