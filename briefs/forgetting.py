"""What briefs hold of a creator: briefs for the creator, and mentions in requests, briefs, decisions and steps."""

from __future__ import annotations

from uuid import uuid4

from django.db.models import QuerySet

from briefs.models import IN_FLIGHT, Brief, Decision, Step
from famekeeda.keeping.forgetting import Held
from famekeeda.keeping.mention import Mention

IN_BRIEF = (
    "brand", "product", "goal", "persona", "creative_angle", "instructions", "hashtags", "generated", "edited",
    "failure_detail",
)  # fmt: skip
IN_DECISION = ("note", "content")
IN_STEP = ("sent", "received", "error", "attempts")


def briefs(mention: Mention) -> QuerySet[Brief]:
    of_the_creator = Brief.objects.filter(influencer_id=mention.influencer_id)
    return of_the_creator | mention.find(Brief.objects.all(), IN_BRIEF)


def redact_briefs(rows: QuerySet[Brief], mention: Mention) -> None:
    """Leaves briefs alone that are being written: their worker would store the creator anew."""
    written = Brief.objects.filter(pk__in=list(rows.exclude(state__in=IN_FLIGHT).values_list("pk", flat=True)))
    Brief.objects.filter(pk__in=written, influencer_id=mention.influencer_id).update(influencer_id="")
    for pk in written.values_list("pk", flat=True):
        # The key was made from the request with the creator: under a new one the brief answers no such request.
        mention.redact(written.filter(pk=pk), IN_BRIEF, cache_key=uuid4().hex)


HELD = (
    Held("briefs", Brief, "redacted", briefs, redact_briefs),
    Held(
        "decisions about briefs",
        Decision,
        "redacted",
        lambda mention: mention.find(Decision.objects.all(), IN_DECISION),
        lambda rows, mention: mention.redact(rows, IN_DECISION),
    ),
    Held(
        "steps of briefs, with prompts and evidence",
        Step,
        "redacted",
        lambda mention: mention.find(Step.objects.all(), IN_STEP),
        lambda rows, mention: mention.redact(rows, IN_STEP),
    ),
)
