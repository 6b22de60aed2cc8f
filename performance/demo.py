"""What of performance is demo: the sample that a bare checkout shows, which the first real load removes too."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import QuerySet

from famekeeda.events.models import Event
from famekeeda.keeping.demo import Busy, Demo
from loads.event_types import EVENT_TYPES
from loads.models import Load, Reject
from loads.run import table_lock
from performance import stats
from performance.models import Engagement

KIND = "performance"


def samples() -> QuerySet[Load]:
    return Load.objects.filter(kind=KIND, is_sample=True)


def results() -> QuerySet[Engagement]:
    """The sample's results. The list of its loads is read first: without one, a million results are not searched."""
    return Engagement.objects.filter(load_id__in=list(samples().values_list("pk", flat=True)))


def remove_results(rows: QuerySet[Engagement]) -> None:
    hold_table()
    rows.delete()
    transaction.on_commit(stats.forget)


def remove_loads(rows: QuerySet[Load]) -> None:
    """With their rejects and what else belongs to them."""
    hold_table()
    rows.delete()


def hold_table() -> None:
    """Until the transaction ends no load of results runs. Raises Busy while one does: it removes the sample itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", table_lock(KIND))
        if not cursor.fetchone()[0]:
            raise Busy("A load of results is running, which removes the sample itself once it is done. Try again then.")


def events() -> QuerySet[Event]:
    names = [event_type.name for event_type in EVENT_TYPES]
    return Event.objects.filter(type__in=names, data__loadId__in=list(samples().values_list("pk", flat=True)))


REMOVED = (
    Demo(
        "creator results of the sample",
        results,
        remove_results,
        lambda rows: rows.order_by().values_list("campaign_id", flat=True).distinct(),
    ),
    Demo("rejected rows of the sample", lambda: Reject.objects.filter(load__in=samples())),
    Demo("events of the sample's load", events),
    Demo("loads of the sample", samples, remove_loads, leaves_by_itself=True),
)
