"""What of briefs is demo: those that the built-in demo model wrote, unless people work with them.

A brief about which somebody decided, or whose campaign is the team's, is the team's too, and stays."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from briefs.event_types import EVENT_TYPES
from briefs.models import IN_FLIGHT, Brief, Decision, Step
from famekeeda import shared
from famekeeda.events.models import Event
from famekeeda.keeping.demo import Demo


def briefs() -> QuerySet[Brief]:
    """Without those that are being written, whose worker would not find them again, and without the team's."""
    written = Brief.objects.filter(model="demo").exclude(state__in=IN_FLIGHT)
    undecided = written.filter(~Exists(Decision.objects.filter(brief=OuterRef("pk"))))
    campaigns = undecided.order_by().values_list("campaign_id", flat=True).distinct()
    return undecided.exclude(campaign_id__in=shared.real_campaigns(campaigns))


def lock() -> None:
    """The briefs, as a person's decision locks a brief before it changes the creator's part."""
    list(briefs().order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def events() -> QuerySet[Event]:
    """Of briefs without a campaign. Events of a campaign are numbered without gaps, and go with the campaign."""
    names = [event_type.name for event_type in EVENT_TYPES]
    of_briefs = Event.objects.filter(type__in=names, campaign_id="")
    return of_briefs.filter(data__briefId__in=list(briefs().filter(campaign_id="").values_list("pk", flat=True)))


REMOVED = (
    Demo("steps of briefs by the demo model", lambda: Step.objects.filter(brief__in=briefs())),
    Demo("events of briefs by the demo model", events),
    Demo(
        "briefs by the demo model",
        briefs,
        campaigns=lambda rows: rows.order_by().values_list("campaign_id", flat=True).distinct(),
        lock=lock,
    ),
)
