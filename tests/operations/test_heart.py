"""Every worker process says that it is alive, and falls silent when it ends."""

import signal
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone

from config import heart
from config.models import Heartbeat
from tests.worker import wait_until, worker


class Timer:
    def call_repeatedly(self, seconds, function):
        self.seconds, self.function = seconds, function
        return SimpleNamespace(cancel=lambda: None)


@pytest.fixture
def consumer(monkeypatch, settings):
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)  # the test's own connection stays open
    settings.EMBEDDED_WORKER = True
    return SimpleNamespace(hostname="celery@here", timer=Timer())


def test_it_beats_from_the_start_and_on(db, consumer):
    step = heart.Heart(consumer)
    step.start(consumer)
    assert Heartbeat.objects.fresh().count() == 1
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=90))
    consumer.timer.function()
    assert Heartbeat.objects.fresh().count() == 1
    assert Heartbeat.objects.count() == 1


def test_it_leaves_no_heartbeat_behind_when_it_stops(db, consumer):
    step = heart.Heart(consumer)
    step.start(consumer)
    step.stop(consumer)
    assert Heartbeat.objects.count() == 0


def test_it_forgets_workers_long_gone(db, consumer):
    Heartbeat.objects.create(worker="celery@gone", at=timezone.now() - timedelta(days=2))
    heart.Heart(consumer).start(consumer)
    assert list(Heartbeat.objects.values_list("worker", flat=True)) == ["celery@here"]


def test_it_outlives_a_busy_database(db, consumer, monkeypatch):
    def busy(*args):
        raise OperationalError("database is locked")

    step = heart.Heart(consumer)
    step.start(consumer)
    monkeypatch.setattr("config.models.HeartbeatQuerySet.beat", busy)
    consumer.timer.function()
    assert Heartbeat.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_beats_and_stops():
    with worker(f"test-{uuid.uuid4()}") as process:
        wait_until(lambda: Heartbeat.objects.fresh().exists())
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert Heartbeat.objects.count() == 0
