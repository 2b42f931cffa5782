import time
from contextlib import suppress

from celery import bootsteps


class Sweeper(bootsteps.StartStopStep):
    """In the embedded worker: looks for waiting job rows every half second, since no broker can wake it.

    A timer of the consumer and not `-B`: beat is forked, and its in-memory messages never reach the worker.
    """

    requires = {"celery.worker.consumer.tasks:Tasks"}
    every = 0.5  # seconds
    daily_every = 600.0  # seconds between looks whether today's jobs are queued
    patience = 5  # seconds after which a job that was sent and is still due is sent again

    def __init__(self, parent, **kwargs):
        super().__init__(parent, **kwargs)
        self.entries = []
        self.sent = {}

    def include_if(self, parent):
        return parent.app.conf.broker_url.startswith("memory://")

    def start(self, parent):
        self.entries = [
            parent.timer.call_repeatedly(self.every, self.sweep),
            parent.timer.call_repeatedly(self.daily_every, self.queue_daily_jobs),
        ]

    def stop(self, parent):
        for entry in self.entries:
            entry.cancel()
        self.entries = []

    def queue_daily_jobs(self):
        from django.db import OperationalError, close_old_connections

        from feedback.jobs import queue_daily_jobs

        close_old_connections()
        with suppress(OperationalError):  # busy or away: ten minutes later it is asked again
            queue_daily_jobs()

    def sweep(self):
        from django.db import OperationalError, close_old_connections

        from feedback.jobs import due_jobs
        from feedback.tasks import run_job

        close_old_connections()
        try:
            due = due_jobs()
        except OperationalError:
            return  # the database is busy or away; half a second later it is asked again
        now = time.monotonic()
        # A job stays due until a thread is free to claim it. Sending it again is harmless: the claim decides. Never
        # sending it again is not: a claim that met a locked database would leave it waiting for good.
        self.sent = {job: at for job, at in self.sent.items() if job in due and now - at < self.patience}
        for job in due:
            if job not in self.sent:
                self.sent[job] = now
                run_job.delay(job[0])
