"""Days at the portal on which its processes are killed: nothing is lost, nothing is done twice.

`FAULT_ROUNDS` days are lived, each with three faults of those in turn, at moments drawn from its seed. A failure names
its seed: `FAULT_SEED=7 FAULT_ROUNDS=1` lives that day again.
"""

import os
import random
import shutil
import sqlite3
import uuid
from datetime import timedelta
from threading import Lock, Timer

import kombu
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from feedback.models import Job
from feedback.tasks import run_job
from tests import ledger
from tests.day import Day
from tests.portal import NAME, Broker, Portal, free_port, pause, running
from tests.worker import wait_until

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "5"))
FIRST_SEED = int(os.environ.get("FAULT_SEED", "1"))
FAULTS_A_DAY = 3
REQUESTS = 80  # a quiet day has a few more
SETTLES_WITHIN = 90  # seconds


class Faults:
    """The faults of one day, each fired as a request goes out or a moment later."""

    def __init__(self, portal, seed):
        chance = random.Random(seed)  # noqa: S311  repeatable, not secret
        self.portal, self.chance = portal, chance
        kinds = self._kinds()
        chosen = [kinds[(seed * FAULTS_A_DAY + at) % len(kinds)] for at in range(FAULTS_A_DAY)]
        self.at = dict(zip(chance.sample(range(5, REQUESTS), FAULTS_A_DAY), chosen, strict=True))
        self.delays = {number: chance.uniform(0, 0.2) for number in self.at}
        self.sent, self._lock, self._timers = 0, Lock(), []
        self.day = None

    def __str__(self):
        return ", ".join(f"{fault.__name__} at request {number}" for number, fault in sorted(self.at.items()))

    def _kinds(self):
        kinds = [self.web, self.worker, self.web_child, self.database, self.command]
        if self.portal.broker:
            kinds += [self.broker, self.broker_connections, self.worker_child]
        return kinds

    def sending(self):
        with self._lock:
            self.sent += 1
            fault = self.at.get(self.sent)
            if fault:
                timer = Timer(self.delays[self.sent], self._fire, [fault])
                self._timers.append(timer)
                timer.start()

    def _fire(self, fault):
        try:
            fault()
        finally:
            connection.close()

    def over(self):
        """Waits for the last of them; a day too short for one lives it at its end."""
        for number, fault in self.at.items():
            if number > self.sent:
                fault()
        for timer in self._timers:
            timer.join()

    def web(self):
        self.portal.kill("web")
        self.portal.start("web")

    def web_child(self):
        self.portal.kill_below("web")

    def worker(self):
        """The lease of what it was doing runs out at once, instead of half a minute later."""
        self.portal.kill("worker")
        Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
        self.portal.start("worker")

    def worker_child(self):
        self.portal.kill_below("worker")

    def command(self):
        self.day.kill_command()

    def database(self):
        """Ends every connection of the portal to PostgreSQL; on SQLite somebody else writes for a while."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name = %s",
                    [NAME],
                )
            return
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=20)
        other.execute("BEGIN IMMEDIATE")
        pause(self.chance.uniform(0.2, 2))
        other.execute("ROLLBACK")
        other.close()

    def broker(self):
        self.portal.broker.kill()
        pause(self.chance.uniform(0.2, 2))
        self.portal.broker.start()

    def broker_connections(self):
        self.portal.broker.drop_connections()


@pytest.fixture
def portal(settings, tmp_path):
    settings.PORT = free_port()
    broker = None
    if not settings.EMBEDDED_WORKER:
        assert shutil.which("redis-server"), "The fault tests start a Redis of their own: install redis-server."
        broker = Broker(tmp_path)
    with running(Portal(tmp_path, f"test-{uuid.uuid4()}", broker)) as portal:
        yield portal


def settle(portal):
    """The machine is switched off and on once more, and what was left behind gets done."""
    portal.kill("worker")
    Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    portal.start("worker")
    if portal.broker:  # beat would, within a quarter of a minute
        with kombu.Connection(portal.broker.url) as broker:
            for job in Job.objects.due().order_by("id"):
                run_job.apply_async((job.pk,), connection=broker, queue=portal.environment["CELERY_QUEUE"])
    wait_until(lambda: not Job.objects.unfinished().exists(), seconds=SETTLES_WITHIN)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_done_twice(
    portal, company, rep, other_rep, marketer, leader, admin, capsys, caplog
):
    caplog.set_level("WARNING", "httpx")
    people = (rep, other_rep, marketer, leader, admin)
    for number in range(ROUNDS):
        seed = FIRST_SEED + number
        faults = Faults(portal, seed)
        with capsys.disabled():
            print(f"\nFAULT_SEED={seed} on {settings.DATABASES['default']['ENGINE']}: {faults}")  # noqa: T201
        day = faults.day = Day(portal, number, people, faults.sending)
        day.live()
        faults.over()
        settle(portal)
        ledger.check(day)
