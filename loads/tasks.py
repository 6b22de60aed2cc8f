"""The Celery tasks of loads: run an upload, and send unfinished uploads again."""

from celery import shared_task

from famekeeda.broker import enqueue_on_commit
from loads.files.sources import Source
from loads.models import Load
from loads.run import run


@shared_task
def run_upload(load_id: int) -> None:
    """Checks or loads an upload. Leaves a load alone that is finished or that another process runs."""
    load = Load.objects.get(pk=load_id)
    run(load, Source.from_upload(load))


@shared_task
def resume_uploads() -> None:
    """Sends the uploads again that a lost queue or a killed worker left unfinished, as found in PostgreSQL."""
    for load in Load.objects.unfinished_uploads():
        enqueue_on_commit("loads.tasks.run_upload", load.pk)
