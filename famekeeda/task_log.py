"""A worker's lines about its tasks: each names its task, and a periodic task that succeeds is not worth a line."""

from __future__ import annotations

import logging
from typing import Any

import structlog
from celery import bootsteps
from django_structlog.celery.receivers import CeleryReceiver

log = structlog.get_logger(__name__)


class TaskLog(CeleryReceiver):
    """django-structlog's lines: a task's lines carry the id of the request that sent the task."""

    def receiver_task_prerun(self, task_id: str, task: Any, *args: Any, **kwargs: Any) -> None:
        super().receiver_task_prerun(task_id, task, *args, **kwargs)
        structlog.contextvars.bind_contextvars(task=task.name)

    def receiver_task_success(self, result: str | None = None, sender: Any = None, **kwargs: Any) -> None:
        """One line every three seconds would push everything else off the screen."""
        is_periodic = sender.name in sender.app.conf.beat_schedule
        measured: dict[str, Any] = {}
        self.add_duration_ms(sender, measured)
        log.log(logging.DEBUG if is_periodic else logging.INFO, "task_succeeded", **measured)


class TaskLogStep(bootsteps.Step):
    """Connects the lines when a worker starts. Signals hold receivers weakly, and the worker holds its steps."""

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self.receiver = TaskLog()
        self.receiver.connect_worker_signals()
