"""Figures over many rows, worked out once a minute and not for every page that shows them.

What a closed meeting freezes never comes from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from feedback.counts import EXACT, KEPT
from feedback.jobs import queue_job
from feedback.models import Job, PreparedSection
from feedback.models.jobs import JobState
from feedback.models.preparations import PREPARING

T = TypeVar("T")
GENERATION = "figures-generation"


@dataclass(frozen=True)
class Figure(Generic[T]):
    """A value, and since when it is kept; `at` is None where it was worked out for this page."""

    value: T
    at: datetime | None = None


def kept(what: str, work: Callable[[], T], *, stands_on: Callable[[T], int]) -> Figure[T]:
    """What `work` gives. If it stands on more rows than `EXACT` it is kept for a minute under `what`, which names all
    that it depends on; smaller figures are always worked out, so that people see their own work in them.
    """
    key = f"figure-{cache.get(GENERATION, 0)}-{what}"
    if (found := cache.get(key)) is not None:
        return found
    figure = Figure(work())
    if stands_on(figure.value) > EXACT:
        cache.set(key, Figure(figure.value, timezone.now()), KEPT)
    return figure


def oldest(*figures) -> datetime | None:
    """Since when the oldest of these is kept, by their `at`; None if all were worked out for this page."""
    return min((figure.at for figure in figures if figure.at), default=None)


@transaction.atomic
def forget_figures() -> None:
    """Lets every figure be worked out anew once the transaction is through: for acts that move or clean many rows at
    once, or that take words away, so that whoever did it sees it done. Other processes follow within a minute.

    What a job has prepared goes at once, and another works it out again.
    """
    _prepare_anew()
    transaction.on_commit(lambda: cache.set(GENERATION, cache.get(GENERATION, 0) + 1, None))


def _prepare_anew() -> None:
    """A job that is at work may have read what is gone: it ends here, loses its lease, and a new one takes its place.
    The same one started over would be charged with an attempt each time, and given up after some corrections.

    The jobs are held first. One that waits begins when this is through, and what one just wrote is there to be deleted.
    """
    jobs = list(Job.objects.select_for_update().unfinished().filter(kind=PREPARING).order_by("pk"))
    at_work = [job for job in jobs if job.state == JobState.RUNNING]
    Job.objects.filter(pk__in=[job.pk for job in at_work]).update(
        state=JobState.DONE, ended_at=timezone.now(), lease_until=None
    )
    to_prepare = dict.fromkeys(PreparedSection.objects.order_by("meeting").values_list("meeting", flat=True).distinct())
    to_prepare |= {job.payload["meeting"]: job.by for job in at_work}
    PreparedSection.objects.all().delete()
    for meeting in to_prepare.keys() - {job.payload["meeting"] for job in jobs if job.state == JobState.WAITING}:
        queue_job(kind=PREPARING, payload={"meeting": meeting}, by=to_prepare[meeting])
