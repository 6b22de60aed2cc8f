"""Loads that outlive a request."""

from celery import shared_task

from famekeeda.broker import enqueue_on_commit
from performance.etl.extract import Source
from performance.etl.load import run
from performance.models import Load


@shared_task
def absorb(load_id: int) -> None:
    """Checks or loads an upload. Safe to call twice: a load that is finished or in other hands is left alone."""
    load = Load.objects.get(pk=load_id)
    run(load, Source.from_upload(load))


@shared_task
def resume_uploads() -> None:
    """Sends again what a lost queue or a killed worker left behind; the rows in PostgreSQL are the truth."""
    for load in Load.objects.unfinished_uploads():
        enqueue_on_commit("performance.tasks.absorb", load.pk)
