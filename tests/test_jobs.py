"""Background work loses nothing and does nothing twice: the job row, its lease, and a worker killed in the middle."""

import logging
import uuid
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from feedback import jobs, tasks
from feedback.models import Job, Notification
from objections.actions.themes import start_build
from objections.models import Build, Placement, Proposal, Vector
from tests.factories import make_objection
from tests.worker import kill, wait_until, worker


@pytest.fixture
def kind(monkeypatch):
    """Registers a function as the work of a kind of job for one test."""

    def register(function):
        monkeypatch.setitem(jobs._kinds, "test", function)
        return "test"

    return register


def test_it_commits_result_and_done_together(kind, rep):
    def work(run):
        with run.finish():
            Notification.objects.create(to=rep, key="k", title="Done", url="/")
            run.result = {"told": 1}

    job = jobs.queue_job(kind=kind(work))
    jobs.run_due_jobs()

    job.refresh_from_db()
    assert (job.state, job.result, job.attempt) == ("done", {"told": 1}, 1)
    assert Notification.objects.count() == 1


def test_it_keeps_nothing_of_work_that_fails_while_it_commits(kind, rep):
    def work(run):
        with run.finish():
            Notification.objects.create(to=rep, key="k", title="Half", url="/")
            raise ValueError("secret words of a customer")

    job = jobs.queue_job(kind=kind(work))
    jobs.run_due_jobs()

    job.refresh_from_db()
    assert job.state == "failed"
    assert Notification.objects.count() == 0


def test_it_logs_a_failure_without_the_words_of_the_error(kind, db, caplog):
    def work(run):
        raise ValueError("secret words of a customer")

    jobs.queue_job(kind=kind(work))
    with caplog.at_level(logging.INFO):
        jobs.run_due_jobs()

    record = next(r for r in caplog.records if r.getMessage() == "job failed")
    assert record.error == "ValueError"
    assert "secret" not in str(record.__dict__)


def test_it_tells_the_person_why_a_job_was_refused(kind, db):
    def work(run):
        raise jobs.JobRefused("The file is empty.")

    job = jobs.queue_job(kind=kind(work))
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The file is empty.")


def test_it_puts_a_job_back_when_the_database_is_away(kind, db):
    calls = []

    def work(run):
        calls.append(run.job.attempt)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        with run.finish():
            pass

    job = jobs.queue_job(kind=kind(work))
    jobs.run_due_jobs()
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, calls) == ("done", [1, 2])


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_it_puts_a_job_back_when_its_connection_is_cut(kind, db, error):
    def work(run):
        raise error("the connection is closed")

    job = jobs.queue_job(kind=kind(work))
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.lease_until, job.error) == ("waiting", None, "")


def test_a_broker_that_is_away_fails_nobody(kind, db, settings, monkeypatch, django_capture_on_commit_callbacks):
    def away(*args, **options):
        raise ConnectionError

    settings.EMBEDDED_WORKER = False
    monkeypatch.setattr(tasks.run_job, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True) as waking:
        job = jobs.queue_job(kind=kind(lambda run: None))
    assert len(waking) == 1
    assert Job.objects.due().get() == job


def test_a_claimed_job_is_not_claimed_again(kind, db):
    calls = []
    job = jobs.queue_job(kind=kind(lambda run: calls.append(1)))
    Job.objects.filter(pk=job.pk).update(state="running", lease_until=timezone.now() + timedelta(seconds=30))
    jobs.run_job(job.pk)
    assert calls == []


def test_an_abandoned_job_is_done_by_the_next_worker(kind, db):
    def work(run):
        with run.finish():
            pass

    job = jobs.queue_job(kind=kind(work))
    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, lease_until=timezone.now() - timedelta(seconds=1))
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 2)


def test_a_worker_that_lost_its_lease_writes_nothing(kind, rep):
    def work(run):
        Job.objects.filter(pk=run.job.pk).update(attempt=2)  # another worker took it over meanwhile
        with run.finish():
            Notification.objects.create(to=rep, key="k", title="Twice", url="/")

    job = jobs.queue_job(kind=kind(work))
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert job.state == "running"
    assert Notification.objects.count() == 0


def test_a_job_that_stops_every_worker_is_given_up(kind, db):
    job = jobs.queue_job(kind=kind(lambda run: None))
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state="running", attempt=jobs.MOST_ATTEMPTS, lease_until=past)
    assert jobs.due_jobs() == []
    job.refresh_from_db()
    assert job.state == "failed"


def test_an_unknown_kind_is_refused_when_it_is_queued(db):
    with pytest.raises(KeyError):
        jobs.queue_job(kind="no such kind")


def test_a_job_of_a_transaction_that_fails_never_was(kind, db):
    name = kind(lambda run: None)

    def change_that_fails():
        with transaction.atomic():
            jobs.queue_job(kind=name)
            raise ValueError

    with pytest.raises(ValueError):
        change_that_fails()
    assert Job.objects.count() == 0


@pytest.fixture
def queue(settings):
    """A queue of this test's own, so that tests sharing a broker do not take each other's messages."""
    from config.celery import app

    settings.CELERY_TASK_DEFAULT_QUEUE = name = f"test-{uuid.uuid4()}"
    before, app.conf.task_default_queue = app.conf.task_default_queue, name
    app.amqp.queues.clear()
    app.amqp.queues.add(name)
    yield name
    app.conf.task_default_queue = before


def voices(author, many):
    subjects = ["the price", "our SOC 2 report", "the SAP link", "their budget", "the contract", "training"]
    worries = ["is a problem for them", "came up twice", "stopped the call", "has to be solved first", "worries legal"]
    for number in range(many):
        make_objection(f"{subjects[number % 6]} {worries[number % 5]}, note {number}", author=author)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_build_loses_nothing_and_does_nothing_twice(marketer, rep, queue):
    voices(rep, 600)
    build = start_build(by=marketer)
    with worker(queue) as first:
        wait_until(lambda: Job.objects.filter(pk=build.job_id, state="running", done_steps__gt=0).exists())
        kill(first)
    job = Job.objects.get(pk=build.job_id)
    assert (job.state, job.attempt) == ("running", 1)
    assert Proposal.objects.count() == 0

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))  # half a minute passes
    if not jobs.settings.EMBEDDED_WORKER:
        from feedback.tasks import sweep_jobs

        sweep_jobs()
    with worker(queue):
        wait_until(lambda: Job.objects.filter(pk=build.job_id, state="done").exists())

    job.refresh_from_db()
    build.refresh_from_db()
    assert job.attempt == 2
    assert build.objections_read == 600
    assert Build.objects.filter(ended_at__isnull=False).count() == 1
    assert Vector.objects.count() == 600
    assert Placement.objects.count() == 0
    assert Proposal.objects.count() == job.result["proposals"] > 0


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_new_objection_is_placed_or_left_unthemed_within_moments(rep, queue):
    from objections.actions.objections import log_objection
    from objections.models import Objection

    with worker(queue):
        first = Objection(text="their infosec wants a SOC 2 report before they sign", heard_on=timezone.localdate())
        log_objection(objection=first, by=rep)
        wait_until(lambda: Job.objects.filter(state="done").count() == 1)  # the encoder is warm from here on
        second = Objection(text="no SOC 2, security said no", heard_on=timezone.localdate())
        log_objection(objection=second, by=rep)
        wait_until(lambda: Job.objects.filter(state="done").count() == 2, seconds=10)
    assert Vector.objects.count() == 2
