"""What of briefs is demo: those that the built-in demo model wrote, whoever asked for them."""

from __future__ import annotations

from django.db.models import QuerySet

from briefs.event_types import EVENT_TYPES
from briefs.models import IN_FLIGHT, Brief, Decision, Step
from famekeeda.events.models import Event
from famekeeda.keeping.demo import Demo


def briefs() -> QuerySet[Brief]:
    """Without those that are being written, whose worker would not find them again."""
    return Brief.objects.filter(model="demo").exclude(state__in=IN_FLIGHT)


def events() -> QuerySet[Event]:
    """Of briefs without a campaign. Events of a campaign are numbered without gaps, and go with the campaign."""
    names = [event_type.name for event_type in EVENT_TYPES]
    of_briefs = Event.objects.filter(type__in=names, campaign_id="")
    return of_briefs.filter(data__briefId__in=list(briefs().filter(campaign_id="").values_list("pk", flat=True)))


REMOVED = (
    Demo("steps of briefs by the demo model", lambda: Step.objects.filter(brief__in=briefs())),
    Demo("decisions about briefs by the demo model", lambda: Decision.objects.filter(brief__in=briefs())),
    Demo("events of briefs by the demo model", events),
    Demo(
        "briefs by the demo model",
        briefs,
        campaigns=lambda rows: rows.order_by().values_list("campaign_id", flat=True).distinct(),
    ),
)
