"""Briefs are written, and those that were left behind are found again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from celery import shared_task
from django.conf import settings

from briefs import lease
from briefs.models import IN_FLIGHT, Brief
from briefs.waiting import announce
from famekeeda.broker import queue_length, send_now

SENT_WITHIN = timedelta(seconds=2)  # a brief's task is
MOST_RESCUED = 100  # at once


@shared_task
def write(brief_id: int) -> None:
    """Writes a brief. Safe to call twice: one that is finished or in other hands is left alone."""
    from briefs import chain  # and with it openai, 40 MB that only who writes needs

    owner = uuid4()
    with lease.kept(owner):
        if brief := Brief.objects.claim(brief_id, owner):
            chain.write(brief)
            announce(brief)


@shared_task
def resume() -> None:
    """Sends again what a killed worker or a lost queue left behind; the rows in PostgreSQL are the truth."""
    if not Brief.objects.filter(state__in=IN_FLIGHT).exists():  # the rule on an idle machine: one query, not four
        return
    deadline = timedelta(seconds=settings.LLM_DEADLINE)
    Brief.objects.give_up(deadline)
    if queue_length("rescue") != 0:  # those that were sent again wait there
        return
    in_the_queue = deadline if queue_length("briefs") else SENT_WITHIN
    for left_behind in (Brief.objects.abandoned(), Brief.objects.queued_for(in_the_queue)):
        for pk in left_behind.order_by("id").values_list("pk", flat=True)[:MOST_RESCUED]:
            send_now("briefs.tasks.write", pk, queue="rescue")
