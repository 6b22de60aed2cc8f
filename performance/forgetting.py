"""What performance holds of a creator: results, and what the team decided."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from famekeeda.keeping.forgetting import Held
from famekeeda.keeping.mention import FORGOTTEN, Mention
from performance import stats
from performance.models import Engagement, Verdict


def delete_results(rows: QuerySet[Engagement], mention: Mention) -> None:
    rows.delete()
    stats.forget()


def history(mention: Mention) -> QuerySet[LogEntry]:
    """Lines of the admin's history about the creator's verdict, which begin with the creator's id."""
    about = LogEntry.objects.filter(content_type__app_label="performance", content_type__model="verdict")
    return about.filter(object_repr__startswith=f"{mention.influencer_id}: ")


HELD = (
    Held(
        "creator results",
        Engagement,
        "deleted",
        lambda mention: Engagement.objects.filter(influencer_id=mention.influencer_id),
        delete_results,
    ),
    Held(
        "verdicts with their notes",
        Verdict,
        "deleted",
        lambda mention: Verdict.objects.filter(influencer_id=mention.influencer_id),
    ),
    Held(
        "history of the verdict",
        LogEntry,
        "redacted",
        history,
        lambda rows, mention: rows.update(object_repr=FORGOTTEN),
    ),
    Held(
        "notes about other creators",
        Verdict,
        "redacted",
        lambda mention: mention.find(Verdict.objects.exclude(influencer_id=mention.influencer_id), ("note",)),
        lambda rows, mention: mention.redact(rows, ("note",)),
    ),
)
