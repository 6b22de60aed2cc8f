"""The task that notices what is overdue."""

from celery import shared_task
from django.utils import timezone

from campaigns.models import Deliverable


@shared_task
def notice_overdue() -> None:
    """Records what has become overdue since the last run; each deliverable is recorded once."""
    Deliverable.objects.notice_overdue(timezone.localdate())
