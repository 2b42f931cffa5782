from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class JobQuerySet(models.QuerySet):
    def due(self):
        """Waiting and not for later, or running with a lease that has run out because its worker died."""
        now = timezone.now()
        waiting = Q(state=JobState.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
        return self.filter(waiting | Q(state=JobState.RUNNING, lease_until__lt=now))

    def unfinished(self):
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])


class Job(models.Model):
    """A piece of background work. The row is its record; a broker only wakes the worker (feedback/jobs.py)."""

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    queued_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]
        constraints = [models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known")]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self):
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def seconds_left(self):
        """Estimated seconds to the end, from the pace so far; None while there is nothing to go by."""
        if self.state != JobState.RUNNING or not self.done_steps or not self.all_steps:
            return None
        spent = (timezone.now() - self.started_at).total_seconds()
        return round(spent / self.done_steps * (self.all_steps - self.done_steps))
