"""The figures at /metrics. What comes from the database is read at most every 15 seconds, however often it is asked."""

import time
from collections.abc import Iterator

from django.db import Error, connection
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from prometheus_client import CollectorRegistry, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.models import Heartbeat
from config.monitoring.remembered import Remembered
from config.release import VERSION
from feedback.models import Job, Opportunity
from feedback.models.jobs import JobState
from objections.models import Objection, Placement

registry = CollectorRegistry(auto_describe=False)
ProcessCollector(registry=registry)
Info("closed_loop", "The release that runs", registry=registry).info({"version": VERSION})
REQUESTS = Histogram(
    "closed_loop_request_seconds",
    "Time to the answer, or to its first byte where it streams; view `none` is static files and unknown addresses",
    ["view", "method", "status"],
    buckets=(0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)


def _rows() -> list[tuple[str, str, dict[str, str], float]]:
    """(name, help, labels, value) of everything read from the database; only "up 0" when it cannot be asked."""
    up = ("database_up", "1 when the database answers", {})
    try:
        return [*_database(), *_work(), *_loop(), (*up, 1)]
    except Error:
        return [(*up, 0)]


rows = Remembered(_rows, seconds=15)


class FromDatabase(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = {}
        for name, help_, labels, value in rows():
            if name not in families:
                families[name] = GaugeMetricFamily(f"closed_loop_{name}", help_, labels=list(labels))
            families[name].add_metric(list(labels.values()), value)
        yield from families.values()


registry.register(FromDatabase())


def _database():
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        took = time.perf_counter() - began
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        yield "database_bytes", "Size of the database", {}, cursor.fetchone()[0]
    yield "database_round_trip_seconds", "Time of one empty query, connecting included", {}, took


def _work():
    states = dict.fromkeys(JobState.values, 0) | dict(
        Job.objects.order_by().values_list("state").annotate(n=Count("pk"))
    )
    for state, n in states.items():
        yield "jobs", "Background jobs by state", {"state": state}, n
    oldest = Job.objects.due().aggregate(at=Min(Coalesce("not_before", "queued_at")))["at"]
    yield "jobs_oldest_due_seconds", "Age of the oldest job that waits or was abandoned", {}, _age(oldest)
    yield "workers", "Workers heard of within the last minute", {}, Heartbeat.objects.fresh().count()
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last:
        yield "worker_heartbeat_age_seconds", "Time since the last worker was heard of", {}, _age(last)


def _loop():
    yield "reviews_owed", "Lost deals that owe a review", {}, Opportunity.objects.owing_review().count()
    yield "objections", "Objections not withdrawn", {}, Objection.objects.live().count()
    by = Placement.objects.filter(undone_at=None).aggregate(
        model=Count("pk", filter=Q(by=None)), person=Count("pk", filter=Q(by__isnull=False))
    )
    for who, n in by.items():
        yield "placements", "Objections in a theme, by who placed them", {"by": who}, n


def _age(at) -> float:
    return max(0.0, (timezone.now() - at).total_seconds()) if at else 0.0
