from datetime import timedelta

from django.db import models
from django.utils import timezone

STALE_AFTER = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)


class HeartbeatQuerySet(models.QuerySet):
    def fresh(self):
        """Of workers that were alive within the last minute: six beats may be missed on a busy database."""
        return self.filter(at__gt=timezone.now() - STALE_AFTER)

    def beat(self, worker: str) -> None:
        """Says that this worker is alive, and forgets those that have long been gone."""
        self.update_or_create(worker=worker, defaults={"at": timezone.now()})
        self.filter(at__lt=timezone.now() - FORGOTTEN_AFTER).delete()


class Heartbeat(models.Model):
    """When a worker process last said that it is alive and connected to its broker."""

    worker = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        ordering = ["worker"]

    def __str__(self):
        return self.worker
