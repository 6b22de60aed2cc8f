"""The Celery tasks that belong to no single app: delete what nobody keeps any longer."""

import structlog
from celery import shared_task
from django.core.cache import cache

from famekeeda.keeping import retention

HOURS_BETWEEN_PRUNINGS = 23  # the task comes every hour: a beat that restarts every day would never reach a whole day

log = structlog.get_logger(__name__)


@shared_task
def prune_daily() -> None:
    """Deletes what is older than the settings KEEP_…_DAYS allow, once a day."""
    if not cache.add("famekeeda:pruned", True, HOURS_BETWEEN_PRUNINGS * 3600):
        return
    for entry, number in retention.prune():
        if number:
            log.info("pruned", what=entry.what, rows=number, older_than_days=entry.days)
