"""Paths for monitoring: /healthz (the process lives), /readyz (its services answer), /metrics (for Prometheus)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from django.db import connection
from django_redis import get_redis_connection
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from famekeeda.broker import live_workers, oldest_queued_seconds
from famekeeda.celery import app
from famekeeda.circuit import open_circuits
from famekeeda.problems import Unavailable

PROBE_TIMEOUT_SECONDS = 2  # for all probes together, which run at the same time

log = structlog.get_logger(__name__)


def database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()  # so that the next probe finds out whether connecting works


def cache() -> None:
    get_redis_connection("default").ping()


def broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=PROBE_TIMEOUT_SECONDS)


# One thread per probe: a probe that hangs delays neither the others nor the response, and does not start twice.
PROBES: dict[str, tuple[Callable[[], None], ThreadPoolExecutor]] = {
    probe.__name__: (probe, ThreadPoolExecutor(1, thread_name_prefix=f"probe-{probe.__name__}"))
    for probe in (database, cache, broker)
}


def failed_probes() -> list[str]:
    """The names of the probes that raise an error, or do not end within PROBE_TIMEOUT_SECONDS."""
    running = {executor.submit(probe): name for name, (probe, executor) in PROBES.items()}
    wait(running, PROBE_TIMEOUT_SECONDS)
    return [name for future, name in running.items() if not _succeeded(future, name)]


def _succeeded(future: Future[None], name: str) -> bool:
    if not future.done():
        future.cancel()
        return False
    if error := future.exception():
        log.warning("not_ready", what=name, error=str(error))
    return error is None


class Status(serializers.Serializer):
    status = serializers.ChoiceField(["ok"])


class PublicView(APIView):
    """A view for load balancers and orchestrators, which have no token."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes: list[Any] = []


class Healthz(PublicView):
    """Says that the process lives, and checks nothing else."""

    summaries = {"GET": "Ask whether the process lives"}

    @extend_schema(responses=Status)
    def get(self, request: Request) -> Response:
        return Response({"status": "ok"})


class Readyz(PublicView):
    """Checks that database, cache and broker answer; 503 names those that do not."""

    summaries = {"GET": "Ask whether the service is ready"}

    @extend_schema(responses=Status)
    def get(self, request: Request) -> Response:
        if failed := failed_probes():
            raise Unavailable(f"No answer from: {', '.join(failed)}.")
        return Response({"status": "ok"})


class PrometheusRenderer(BaseRenderer):
    media_type = "text/plain"
    format = "prometheus"

    def render(self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data


QUEUE_METRICS = CollectorRegistry()
LIVE_WORKERS = Gauge(
    "famekeeda_live_workers", "Celery workers that sent a heartbeat within ten seconds", registry=QUEUE_METRICS
)
OLDEST_QUEUED_TASK = Gauge(
    "famekeeda_oldest_queued_task_seconds",
    "How long the oldest queued task has waited; 0 if no task waits or the broker is away",
    registry=QUEUE_METRICS,
)
LIVE_WORKERS.set_function(live_workers)
OLDEST_QUEUED_TASK.set_function(lambda: oldest_queued_seconds() or 0.0)


class OpenCircuits(Collector):
    """A gauge per host, which hosts come and go without."""

    def collect(self) -> Iterator[Metric]:
        failures = GaugeMetricFamily(
            "famekeeda_open_circuit_failures",
            "Calls that failed in a row at a host whose circuit is open; no line for other hosts",
            labels=["host"],
        )
        for circuit in open_circuits():
            failures.add_metric([circuit.host], circuit.failures)
        yield failures


QUEUE_METRICS.register(OpenCircuits())


class Metrics(APIView):
    """Metrics in the format of Prometheus: requests by route and status, the process, live workers, the queue."""

    summaries = {"GET": "Get metrics for Prometheus"}
    renderer_classes = [PrometheusRenderer]
    throttle_classes: list[Any] = []

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request) -> Response:
        registry = REGISTRY
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several web processes: adds up their counts
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return Response(generate_latest(registry) + generate_latest(QUEUE_METRICS), content_type=CONTENT_TYPE_LATEST)
