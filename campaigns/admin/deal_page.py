"""What the page of a creator's part in a campaign shows: terms, what the creator owes, results, briefs, events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from campaigns.admin.deal_forms import StepForm, TermsForm
from campaigns.admin.links import outward
from campaigns.admin.steps import Step, steps_of
from campaigns.costs import costs
from campaigns.currencies import CURRENCIES
from campaigns.event_types import FEE
from campaigns.models import Campaign, Collaboration, Creator, Deliverable
from campaigns.models.money import in_words
from campaigns.own_platform import platform_of
from famekeeda import shared
from famekeeda.events.models import Event
from famekeeda.events.telling import tell
from famekeeda.pages import render_page

PAGE = "admin:campaigns_collaboration_change"
CHANGE = "campaigns.change_collaboration"
MAX_EVENTS = 30


@dataclass(frozen=True)
class Owed:
    """A deliverable as a line of the page. `due` is "overdue", "today" or empty."""

    deliverable: Deliverable
    due: str
    draft: SafeString | str
    post: SafeString | str
    steps: list[StepForm]


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
        "states": steps_onward(collaboration) if request.user.has_perm(CHANGE) else [],
        "currencies": CURRENCIES,
        "terms": terms or terms_form(request, collaboration),
        "usual": in_words(profile.usual_fee, profile.currency) if profile and sees_fees else "",
        "fee": in_words(collaboration.fee, collaboration.currency) if sees_fees else "",
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


def steps_onward(collaboration: Collaboration) -> list[tuple[str, str]]:
    """The states that follow, each with the words of its button."""
    status = collaboration.campaign.status
    return [(state.value, Collaboration.words_for(state, status)) for state in collaboration.states_after]


def owed(request: HttpRequest, collaboration: Collaboration, sent: StepForm | None) -> list[Owed]:
    """What the creator owes, the earliest first, with the steps that the user may take."""
    if not request.user.has_perm("campaigns.view_deliverable"):
        return []
    found, today = [], timezone.localdate()
    for deliverable in collaboration.deliverables.all():
        deliverable.collaboration = collaboration
        steps = [form_of(step, deliverable, sent) for step in steps_of(deliverable, request.user)]
        draft, post = outward(deliverable.draft_url), outward(deliverable.post_url)
        found.append(Owed(deliverable, due_mark(deliverable, today), draft, post, steps))
    return found


def form_of(step: Step, deliverable: Deliverable, sent: StepForm | None) -> StepForm:
    """The form of the step, or the one that was sent for it."""
    if sent and (sent.step, sent.deliverable.pk) == (step, deliverable.pk):
        return sent
    return StepForm(step=step, deliverable=deliverable)


def due_mark(deliverable: Deliverable, today: date) -> str:
    if not deliverable.is_open or deliverable.due_on is None or deliverable.due_on > today:
        return ""
    return "today" if deliverable.due_on == today else "overdue"


def events_of(collaboration: Collaboration) -> QuerySet[Event]:
    """What happened to the creator in the campaign, the newest first."""
    events = Event.objects.of(collaboration.campaign_id).filter(data__influencerId=collaboration.influencer_id)
    return events.select_related("by")[:MAX_EVENTS]


def brief_query(collaboration: Collaboration) -> str:
    """What the form for a brief is filled in with. The platform is that of the first deliverable that names one, or
    else the creator's own."""
    campaign, creator = collaboration.campaign, collaboration.influencer_id
    owed_on = [deliverable.platform for deliverable in collaboration.deliverables.all()]
    platforms = [*owed_on, platform_of(creator, campaign.platforms)]
    known = {
        "campaign_id": campaign.pk,
        "influencer_id": creator,
        "brand": campaign.brand,
        "product": campaign.product,
        "goal": campaign.goal,
        "platform": shared.first(platforms) or "",
    }
    return urlencode({name: value for name, value in known.items() if value})
