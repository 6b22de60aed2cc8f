"""Briefs are written, and those that were left behind are found again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from celery import shared_task
from django.conf import settings

from briefs import lease
from briefs.models import Brief
from briefs.waiting import announce
from famekeeda.celery import queued, send


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
    Brief.objects.give_up(timedelta(seconds=settings.LLM_DEADLINE))
    left_behind = list(Brief.objects.abandoned().values_list("pk", flat=True))
    if queued("briefs") == 0:  # else those that are queued wait for their turn there
        left_behind += Brief.objects.forgotten().values_list("pk", flat=True)
    for pk in left_behind:
        send(write, pk)
