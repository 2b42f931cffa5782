"""/readyz: what the portal stands on, each part by its name; 503 when one is wrong."""

import logging
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.models import Heartbeat
from config.monitoring import readiness


@pytest.fixture
def embedded(settings):
    settings.EMBEDDED_WORKER = True


@pytest.fixture
def alive(db, embedded):
    Heartbeat.objects.beat("celery@here")


def states(answer):
    return {name: check["state"] for name, check in answer.json()["checks"].items()}


def test_it_is_ready_when_all_is_well(alive, client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert states(answer) == {
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
        "broker": "not used",
        "restore": "ok",
    }
    assert 0 <= answer.json()["checks"]["worker"]["age_seconds"] < 60


def test_it_is_not_ready_without_a_worker(db, embedded, client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == {"state": "wrong", "says": "no worker is running"}


def test_it_is_not_ready_when_the_worker_has_fallen_silent(alive, client):
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"]["age_seconds"] >= 90


def test_it_is_not_ready_before_the_migrations(alive, client):
    MigrationRecorder(connection).record_unapplied("feedback", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"]["says"] == "1 to apply: manage.py migrate"


def test_it_says_when_the_database_is_away_and_no_more(alive, client, monkeypatch, caplog):
    def away(*args):
        raise OperationalError("password of portal@db.internal refused")

    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(connection, "cursor", away)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    away = dict.fromkeys(("database", "migrations", "worker"), "wrong")
    assert states(answer) == {**away, "broker": "not used", "restore": "ok"}
    assert b"internal" not in answer.content
    assert caplog.records == []


def test_it_says_when_the_broker_is_away(alive, settings, client, monkeypatch):
    settings.EMBEDDED_WORKER = False
    monkeypatch.setattr(readiness.app.conf, "broker_url", "redis://:secret@127.0.0.1:1/0")
    monkeypatch.setattr(readiness.app.conf, "broker_write_url", "redis://:secret@127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == {"state": "wrong", "says": "the broker cannot be reached"}


def test_asking_often_costs_the_database_nothing(alive, client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")


def test_asking_once_costs_four_queries(alive, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get("/readyz")
