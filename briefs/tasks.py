"""Writes briefs, and sends again the briefs that killed workers and lost queues left behind."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from celery import shared_task
from django.conf import settings

from briefs.models import IN_FLIGHT, Brief
from briefs.waiting import announce_finished
from famekeeda import leases
from famekeeda.broker import queue_length, send_now

USUAL_SENDING_TIME = timedelta(seconds=2)  # from a brief's creation until its task is in the queue
MAX_SENT_AT_ONCE = 100


@shared_task
def write(brief_id: int) -> None:
    """Writes a brief. Safe to call twice: a brief that is finished or leased to another worker is left alone."""
    from briefs.generation import chain  # imports openai, 40 MB that other processes spare

    owner = uuid4()
    with leases.renewing(Brief, owner):
        if brief := Brief.objects.claim(brief_id, owner):
            chain.write(brief)
            announce_finished(brief)


@shared_task
def resume() -> None:
    """Sends the tasks of abandoned briefs, and of queued briefs whose task is lost, to the rescue queue."""
    if not Brief.objects.filter(state__in=IN_FLIGHT).exists():  # an idle machine asks one query here, not four
        return
    deadline = timedelta(seconds=settings.LLM_DEADLINE)
    Brief.objects.give_up(deadline)
    if queue_length("rescue") != 0:  # the tasks sent last time still wait there, or the broker is away
        return
    # While tasks wait in the queue, a brief's task may be among them; it is taken for lost only after the deadline.
    lost_after = deadline if queue_length("briefs") else USUAL_SENDING_TIME
    for left_behind in (Brief.objects.abandoned(), Brief.objects.queued_for(lost_after)):
        for pk in left_behind.order_by("id").values_list("pk", flat=True)[:MAX_SENT_AT_ONCE]:
            send_now("briefs.tasks.write", pk, queue="rescue")
