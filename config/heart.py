import contextlib

from celery import bootsteps


class Heart(bootsteps.StartStopStep):
    """In every worker: writes every ten seconds that it is alive, for /readyz and the monitoring.

    A timer of the consumer, so that a worker that lost its broker falls silent, too.
    """

    requires = {"celery.worker.consumer.tasks:Tasks"}
    every = 10  # seconds

    def __init__(self, parent, **kwargs):
        super().__init__(parent, **kwargs)
        self.entry = None

    def start(self, parent):
        self.worker = parent.hostname
        self.beat()
        self.entry = parent.timer.call_repeatedly(self.every, self.beat)

    def stop(self, parent):
        if self.entry is not None:
            self.entry.cancel()
            self.entry = None
            self.forget()

    def beat(self):
        from config.models import Heartbeat

        with _database():
            Heartbeat.objects.beat(self.worker)

    def forget(self):
        from config.models import Heartbeat

        with _database():
            Heartbeat.objects.filter(worker=self.worker).delete()


@contextlib.contextmanager
def _database():
    """The database for a moment; when it is busy or away, the next beat tells."""
    from django.conf import settings
    from django.db import Error, close_old_connections, connection

    close_old_connections()
    try:
        with contextlib.suppress(Error):
            yield
    finally:
        close_old_connections()
        if not settings.EMBEDDED_WORKER and hasattr(connection, "close_pool"):
            connection.close()
            connection.close_pool()  # the processes this one forks must not inherit its sockets
