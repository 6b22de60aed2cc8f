"""What briefs hold of a creator: briefs for the creator, and mentions in requests, briefs, decisions and steps."""

from __future__ import annotations

from uuid import uuid4

from django.db.models import QuerySet

from briefs.models import IN_FLIGHT, Brief, Decision, Step
from famekeeda.keeping.forgetting import Held, mentions
from famekeeda.keeping.mention import Mention

IN_BRIEF = (
    "brand", "product", "goal", "persona", "creative_angle", "instructions", "hashtags", "generated", "edited",
    "failure_detail",
)  # fmt: skip


def briefs(mention: Mention) -> QuerySet[Brief]:
    of_the_creator = Brief.objects.filter(influencer_id=mention.influencer_id)
    return of_the_creator | mention.find(Brief.objects.all(), IN_BRIEF)


def lock(mention: Mention) -> None:
    """The briefs, as a person's decision locks a brief before it adds a row and changes the creator's part."""
    finished = Brief.objects.exclude(state__in=IN_FLIGHT).filter(pk__in=briefs(mention).values("pk"))
    list(finished.order_by("pk").select_for_update().values_list("pk", flat=True))


def redact_briefs(rows: QuerySet[Brief], mention: Mention) -> None:
    """Leaves briefs alone that are being written: their worker would store the creator anew."""
    written = Brief.objects.filter(pk__in=list(rows.exclude(state__in=IN_FLIGHT).values_list("pk", flat=True)))
    Brief.objects.filter(pk__in=written, influencer_id=mention.influencer_id).update(influencer_id="")
    for pk in written.values_list("pk", flat=True):
        # The key was made from the request with the creator: under a new one the brief answers no such request.
        mention.redact(written.filter(pk=pk), IN_BRIEF, cache_key=uuid4().hex)


HELD = (
    Held("briefs", Brief, "redacted", briefs, redact_briefs, lock=lock),
    mentions("decisions about briefs", Decision, ("note", "content")),
    mentions("steps of briefs, with prompts and evidence", Step, ("sent", "received", "error", "attempts")),
)
