"""What watches over the service: /healthz (it lives), /readyz (what it leans on answers), /metrics (Prometheus)."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from django.db import connection
from django_redis import get_redis_connection
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from famekeeda.broker import live_workers, oldest_queued_seconds
from famekeeda.celery import app
from famekeeda.problems import Unavailable

PATIENCE = 2  # seconds for all of them together: who asks has not much more

log = structlog.get_logger(__name__)


def database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()  # it belongs to the probe's thread, and the next probe should see whether connecting works


def cache() -> None:
    get_redis_connection("default").ping()


def broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE)


# A thread each: one that hangs keeps neither the others nor the answer, and is not asked again before it is back.
PROBES: dict[str, tuple[Callable[[], None], ThreadPoolExecutor]] = {
    probe.__name__: (probe, ThreadPoolExecutor(1, thread_name_prefix=f"probe-{probe.__name__}"))
    for probe in (database, cache, broker)
}


def unanswered() -> list[str]:
    """The names of what does not answer within PATIENCE seconds."""
    asked = {executor.submit(probe): name for name, (probe, executor) in PROBES.items()}
    wait(asked, PATIENCE)
    return [name for future, name in asked.items() if not _answered(future, name)]


def _answered(future: Future[None], name: str) -> bool:
    if not future.done():
        future.cancel()
        return False
    if error := future.exception():
        log.warning("not_ready", what=name, error=str(error))
    return error is None


class Status(serializers.Serializer):
    status = serializers.ChoiceField(["ok"])


class Open(APIView):
    """For machines that know no token."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes: list[Any] = []


class Healthz(Open):
    """The process lives; nothing else is asked."""

    @extend_schema(responses=Status)
    def get(self, request: Request) -> Response:
        return Response({"status": "ok"})


class Readyz(Open):
    """Database, cache and broker answer; 503 names those that do not."""

    @extend_schema(responses=Status)
    def get(self, request: Request) -> Response:
        if silent := unanswered():
            raise Unavailable(f"No answer from: {', '.join(silent)}.")
        return Response({"status": "ok"})


class PrometheusRenderer(BaseRenderer):
    media_type = "text/plain"
    format = "prometheus"

    def render(self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data


QUEUE = CollectorRegistry()
WORKERS = Gauge("famekeeda_live_workers", "Celery workers heard of in the last ten seconds", registry=QUEUE)
OLDEST = Gauge(
    "famekeeda_oldest_queued_task_seconds",
    "How long the oldest queued task has waited; 0 where none waits or the broker is away",
    registry=QUEUE,
)
WORKERS.set_function(live_workers)
OLDEST.set_function(lambda: oldest_queued_seconds() or 0.0)


class Metrics(APIView):
    """Requests by route and status, the process, live workers and the queue, for Prometheus."""

    renderer_classes = [PrometheusRenderer]
    throttle_classes: list[Any] = []

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request) -> Response:
        registry = REGISTRY
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several server processes add up what each of them counted
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return Response(generate_latest(registry) + generate_latest(QUEUE), content_type=CONTENT_TYPE_LATEST)
