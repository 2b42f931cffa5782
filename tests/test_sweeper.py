"""The embedded worker's timer: what is due is sent, and sent again when nobody could claim it."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError

from config import sweeper
from feedback import jobs, tasks
from feedback.models import Job


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr(sweeper.time, "monotonic", lambda: now.seconds)
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)  # the test's own connection stays open
    return now


@pytest.fixture
def sent(monkeypatch):
    ids = []
    monkeypatch.setattr(tasks.run_job, "delay", ids.append)
    return ids


@pytest.fixture
def timer():
    return sweeper.Sweeper(SimpleNamespace(app=SimpleNamespace(conf=SimpleNamespace(broker_url="memory://"))))


def test_it_sends_a_waiting_job_once_while_it_waits_for_a_thread(db, clock, sent, timer):
    job = Job.objects.create(kind="place_objection")
    for _ in range(3):
        timer.sweep()
        clock.seconds += 0.5
    assert sent == [job.pk]


def test_it_sends_a_job_again_when_the_claim_failed(db, clock, sent, timer):
    job = Job.objects.create(kind="place_objection")
    timer.sweep()
    clock.seconds += timer.patience + 0.5
    timer.sweep()
    assert sent == [job.pk, job.pk]


def test_it_forgets_what_is_done(db, clock, sent, timer):
    job = Job.objects.create(kind="place_objection")
    timer.sweep()
    Job.objects.filter(pk=job.pk).update(state="done")
    timer.sweep()
    assert timer.sent == {}


def test_it_outlives_a_busy_database(db, clock, sent, timer, monkeypatch):
    def busy():
        raise OperationalError("database is locked")

    monkeypatch.setattr(jobs, "due_jobs", busy)
    timer.sweep()
    assert sent == []
