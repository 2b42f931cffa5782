from celery import bootsteps


class Sweeper(bootsteps.StartStopStep):
    """In the embedded worker: looks for waiting job rows every half second, since no broker can wake it.

    A timer of the consumer and not `-B`: beat is forked, and its in-memory messages never reach the worker.
    """

    requires = {"celery.worker.consumer.tasks:Tasks"}
    every = 0.5  # seconds

    def __init__(self, parent, **kwargs):
        super().__init__(parent, **kwargs)
        self.entry = None
        self.sent = set()

    def include_if(self, parent):
        return parent.app.conf.broker_url.startswith("memory://")

    def start(self, parent):
        self.entry = parent.timer.call_repeatedly(self.every, self.sweep)

    def stop(self, parent):
        if self.entry is not None:
            self.entry.cancel()
            self.entry = None

    def sweep(self):
        from feedback.jobs import due_jobs
        from feedback.tasks import run_job

        due = set(due_jobs())
        for job_id, _attempt in sorted(due - self.sent):
            run_job.delay(job_id)
        self.sent = due  # handed over once an attempt, though it stays due until a thread is free to claim it
