"""Background work that loses nothing: a job row is the record, the broker only wakes.

The row is written in the transaction of the change it belongs to. A worker claims it by one conditional UPDATE, works
outside any transaction while its lease is renewed, and commits result and "done" together, fenced by the number of the
attempt. A worker that dies loses its lease; the sweep then wakes the next one.
"""

import logging
import threading
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from feedback.kept import kept_once
from feedback.models import Job, User
from feedback.models.jobs import JobState

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
AWAY = (OperationalError, InterfaceError)  # the database is busy, gone, or ended our connection
log = logging.getLogger(__name__)
_kinds = {}
_daily = set()
_whenever = {}


class LostLease(RuntimeError):
    """Another worker has taken the job over; whatever this one did is dropped."""


class JobRefused(Exception):
    """The job cannot be done and trying again will not help; its message is shown to the person who asked for it."""


def runs(kind: str, *, daily: bool = False, whenever: Callable[[], bool] | None = None):
    """Registers a function as the work of one kind of job. It gets a `Run`.

    The sweep queues a daily one by itself, and every ten minutes one for which `whenever()` says that there is work.
    """

    def register(function):
        _kinds[kind] = function
        if daily:
            _daily.add(kind)
        if whenever:
            _whenever[kind] = whenever
        return function

    return register


def queue_job(
    *, kind: str, payload: dict | None = None, by: User | None = None, not_before: datetime | None = None
) -> Job:
    """Writes the job row; the worker hears of it once the surrounding transaction has committed.

    One that is for later is found by the sweep when its time has come.
    A broker that is away fails nobody, for what was asked is written down by then: the sweep wakes the worker instead.
    """
    from feedback.tasks import run_job

    if kind not in _kinds:
        raise KeyError(kind)
    job = Job.objects.create(kind=kind, payload=payload or {}, by=by, not_before=not_before)
    if not_before is None and not settings.EMBEDDED_WORKER:

        def wake():  # Django asks it for its name when it fails, which a partial has not
            run_job.apply_async((job.pk,), retry=False)

        transaction.on_commit(wake, robust=True)
    return job


def queue_daily_jobs() -> None:
    """Queues each daily kind that was not queued today, and what has work to do just now.

    That two sweeps at once may queue one twice is harmless.
    """
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    queued = set(Job.objects.filter(kind__in=_daily, queued_at__gte=today).values_list("kind", flat=True))
    for kind in sorted(_daily - queued):
        queue_job(kind=kind)
    waiting = set(Job.objects.unfinished().filter(kind__in=_whenever).values_list("kind", flat=True))
    for kind in sorted(_whenever.keys() - waiting):
        if _whenever[kind]():
            queue_job(kind=kind)


def due_jobs() -> list[tuple[int, int]]:
    """(job id, attempts so far) of everything waiting or abandoned; jobs that killed too many workers are failed."""
    due = list(Job.objects.due().order_by("id").values_list("pk", "attempt"))
    worn_out = [pk for pk, attempt in due if attempt >= MOST_ATTEMPTS]
    if worn_out:
        given_up = {"state": JobState.FAILED, "ended_at": timezone.now(), "error": "It stopped the worker too often."}
        Job.objects.due().filter(pk__in=worn_out).update(**given_up)
    return [(pk, attempt) for pk, attempt in due if attempt < MOST_ATTEMPTS]


class Run:
    """One attempt at a job, held by a lease."""

    def __init__(self, job: Job):
        self.job = job
        self.payload = job.payload
        self.result = {}
        self._held = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)

    def renew(self, **changes) -> None:
        """Keeps the lease. Raises LostLease when another worker has it."""
        if not self._held.update(lease_until=timezone.now() + LEASE, **changes):
            raise LostLease(self.job.pk)

    def progress(self, done: int, all_: int, note: str = "") -> None:
        """Says how far the work is: steps done, steps in all, and a few words without customer text."""
        self.renew(done_steps=done, all_steps=all_, note=note)

    @contextmanager
    def finish(self):
        """A transaction for the outcome: what it writes and "done" become visible together, once, or not at all."""
        with transaction.atomic():
            if not self._held.update(state=JobState.DONE, ended_at=timezone.now(), lease_until=None):
                raise LostLease(self.job.pk)
            yield
            Job.objects.filter(pk=self.job.pk).update(result=self.result, done_steps=F("all_steps"), note="")


def run_job(job_id: int) -> None:
    """Claims the job and does it; returns quietly when it is done, claimed by another, or gone.

    Raises OperationalError when the database cannot be asked; the job is then still due and the sweep sends it again.
    """
    claimed = (
        Job.objects.due()
        .filter(pk=job_id)
        .update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            lease_until=timezone.now() + LEASE,
            started_at=timezone.now(),
            done_steps=0,
        )
    )
    if not claimed:
        return
    run = Run(Job.objects.get(pk=job_id))
    with _renewed(run), kept_once():
        _attempt(run)


def run_due_jobs() -> int:
    """Does everything due, here and now; returns how many. For tests, and commands that wait for no worker."""
    due = due_jobs()
    for job_id, _ in due:
        run_job(job_id)
    return len(due)


def _attempt(run: Run) -> None:
    job = run.job
    fields = {"job": job.pk, "kind": job.kind, "attempt": job.attempt}
    try:
        _kinds[job.kind](run)
        log.info("job done", extra=fields)
    except LostLease:
        log.warning("job lost to another worker", extra=fields)
    except JobRefused as refusal:
        run._held.update(state=JobState.FAILED, ended_at=timezone.now(), error=str(refusal)[:300])
        log.info("job refused", extra=fields)
    except AWAY:
        # The row goes back and the sweep tries again; if it cannot even be written, its lease runs out.
        _drop_dead_connection()
        run._held.update(state=JobState.WAITING, lease_until=None)
        log.warning("job put back", extra=fields)
    except Exception as error:  # noqa: BLE001  the one place: the failure is recorded on the row
        run._held.update(
            state=JobState.FAILED, ended_at=timezone.now(), error="Something went wrong. Nothing was changed."
        )
        # Frames without messages: a message may hold customer text.
        where = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("job failed", extra={**fields, "error": type(error).__name__, "where": where})


def _drop_dead_connection() -> None:
    """So that the next query opens another; inside a transaction there is none to be had."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


@contextmanager
def _renewed(run: Run):
    """Renews the lease in a thread while the block runs, so that a long step without progress keeps it."""
    over = threading.Event()

    def renew():
        try:
            while not over.wait(LEASE.total_seconds() / 3):
                try:
                    run.renew()
                except AWAY:
                    _drop_dead_connection()  # the lease outlives two more tries
        except LostLease:
            pass  # the work itself finds out when it commits
        finally:
            connection.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
